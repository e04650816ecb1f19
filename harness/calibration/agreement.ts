// Sets the oracle against the clinic's own account, answer by answer: what it served of somebody else must have been sighted, and
// what was sighted must have been served; and a finding's counts are the numbers of different things that really went out.
import type { PatientIndex } from '../../fixtures/domain.ts';
import { emailOf } from '../../fixtures/words.ts';
import { seenBy } from '../checks/check.ts';
import { accessOf } from '../checks/rights.ts';
import type { World } from '../checks/world.ts';
import type { Exchange, Operation } from '../history.ts';
import type { Finding, Verdict } from '../verdict.ts';
import type { Account, Thing } from './account.ts';

/** One owner's things in one answer to somebody else. */
export interface Shown {
  readonly operation: string;
  readonly requestId: string | undefined;
  readonly viewer: number | null;
  readonly owner: number;
  readonly reach: 'listed' | 'viewed';
}

export interface Miscount {
  readonly rule: Finding['rule'];
  readonly route: string;
  readonly counted: number;
  /** The second counts what may have gone out too: in answers that were cut off, under ids that were issued twice. */
  readonly served: readonly [atLeast: number, atMost: number];
}

export interface Agreement {
  /** Whole answers that both sides know. */
  readonly answers: number;
  /** Of those, how many held another's things, one for each owner. */
  readonly foreign: number;
  /** Served and not sighted. */
  readonly missed: readonly Shown[];
  /** Sighted and not served. */
  readonly invented: readonly Shown[];
  readonly miscounted: readonly Miscount[];
}

const reaches = ['listed', 'viewed'] as const;
/** The mail provider's process and ours read one wall clock, but not in the same moment, and it is set right under us. */
const clocksDifferMaxMs = 50;

export function agreementOf(world: World, findings: Verdict['findings'], account: Account): Agreement {
  const missed: Shown[] = [];
  const invented: Shown[] = [];
  let answers = 0;
  let foreign = 0;
  for (const { op, exchange } of answersIn(world)) {
    const held = isWhole(exchange) ? heldIn(op, exchange, world.run.run, account) : null;
    if (held === null) continue;
    answers++;
    for (const reach of reaches) {
      const shown = (owner: number): Shown => ({
        operation: op.id,
        requestId: exchange.requestId,
        viewer: op.patient,
        owner,
        reach,
      });
      const sighted = ownersSighted(op, exchange, reach, world);
      const surely = ownersOf(held[reach].surely, op);
      const maybe = ownersOf(held[reach].maybe, op);
      foreign += surely.size;
      for (const owner of surely) if (!sighted.has(owner)) missed.push(shown(owner));
      for (const owner of sighted) if (!maybe.has(owner)) invented.push(shown(owner));
    }
  }
  return { answers, foreign, missed, invented, miscounted: miscountsIn(world, findings, account) };
}

function* answersIn(world: World): Generator<{ op: Operation; exchange: Exchange }> {
  for (const op of world.operations) for (const exchange of op.exchanges) yield { op, exchange };
}

const isWhole = ({ status, partial }: Exchange): boolean => status !== 0 && partial !== true;

/** An id that was issued twice tells of either owner, and surely of neither. */
interface Held {
  readonly surely: readonly Thing[];
  readonly maybe: readonly Thing[];
}

function held(ids: readonly string[], { thingsOf }: Account): Held {
  const all = ids.map(thingsOf);
  return { surely: all.filter((things) => oneOwner(things)).flat(), maybe: all.flat() };
}

const oneOwner = (things: readonly Thing[]): boolean => new Set(things.map(({ owner }) => owner)).size === 1;

/** Null where the clinic's log knows nothing of it. A mailbox is the mail provider's, which logs what it took and not who looked. */
function heldIn(
  op: Operation,
  exchange: Exchange,
  run: number,
  account: Account,
): Readonly<Record<Shown['reach'], Held>> | null {
  if (op.action === 'read-inbox' && op.patient !== null && exchange.status === 200) {
    const address = emailOf(run, op.patient as PatientIndex).toLowerCase();
    const own = account.mails.filter(({ to }) => to.toLowerCase() === address);
    const takenBy = (ms: number): string[] => own.filter(({ at }) => at.getTime() <= ms).flatMap(({ uuids }) => uuids);
    const { surely } = held(takenBy(exchange.startedAt - clocksDifferMaxMs), account);
    const { maybe } = held(takenBy(exchange.startedAt + exchange.ms + clocksDifferMaxMs), account);
    return { listed: { surely, maybe }, viewed: { surely: [], maybe: [] } };
  }
  // Whose a small picture is, no byte of it tells: eyes judge it on the page.
  if (exchange.route.endsWith('/thumbnail')) return null;
  const answer = exchange.requestId === undefined ? undefined : account.answers.get(exchange.requestId);
  if (answer === undefined) return null;
  const media = [...answer.members, ...(answer.served === null ? [] : [answer.served])];
  return { listed: held(answer.uuids, account), viewed: held(media, account) };
}

const ownersOf = (things: readonly Thing[], op: Operation): Set<number> =>
  new Set(things.map(({ owner }) => owner).filter((owner) => owner !== op.patient));

function ownersSighted(op: Operation, exchange: Exchange, reach: Shown['reach'], world: World): Set<number> {
  const seen = seenBy(op, world).filter(({ exchange: at }) => at === exchange);
  const reached = seen.filter(({ sighting }) => (sighting.kind === 'recording') === (reach === 'viewed'));
  return new Set(reached.map(({ sighting }) => sighting.owner).filter((owner) => owner !== op.patient));
}

function miscountsIn(world: World, findings: Verdict['findings'], account: Account): Miscount[] {
  // What a browser showed is no answer of the clinic's, which knows nothing of screens.
  const answered = findings.filter(({ first }) => first.channel === undefined);
  const counted = answered.filter(({ rule }) => rule === 'foreign-listing' || rule === 'foreign-recording');
  return counted.flatMap(({ rule, route, listed, viewed }): Miscount[] => {
    const count = rule === 'foreign-listing' ? listed : viewed;
    const served = [
      servedOn(route, rule, world, account, 'surely'),
      servedOn(route, rule, world, account, 'maybe'),
    ] as const;
    const right = served[0] <= count && count <= served[1];
    return right ? [] : [{ rule, route, counted: count, served }];
  });
}

/** How many different consultations (or stored recordings) of others went out by that route, to whom they are foreign. */
function servedOn(route: string, rule: Finding['rule'], world: World, account: Account, how: keyof Held): number {
  const ids = new Set<string>();
  for (const { op, exchange } of answersIn(world)) {
    if (`${exchange.method} ${exchange.route}` !== route || (how === 'surely' && !isWhole(exchange))) continue;
    const things = heldIn(op, exchange, world.run.run, account);
    if (things === null) continue;
    const reached = rule === 'foreign-listing' ? things.listed : things.viewed;
    for (const { id, consultationId, owner } of reached[how]) {
      const counted = rule === 'foreign-listing' ? consultationId : id;
      if (counted === null || owner === op.patient) continue;
      if (accessOf(op, exchange, owner, world.rights, world.declares) === 'foreign') ids.add(`${counted} ${owner}`);
    }
  }
  return ids.size;
}
