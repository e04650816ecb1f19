// Capability URLs, where a target declares them: whoever holds the address may read what is behind it. The oracle allows no more
// than that says: the address must have come by right, from a list of one's own or from somebody who had it on theirs. One that
// stood on a foreign list, or that has run out, is no excuse; and none outlives its owner's erasure.
import type { Exchange, Operation, Sighting } from '../history.ts';
import type { CapabilityUrls, Declarations } from '../targets/target.ts';
import type { RuleId } from '../verdict.ts';
import { listUnder } from './list-under.ts';

/** Whether that operation has a right to things of that owner, whatever is declared of addresses. */
type HasRight = (op: Operation, exchange: Exchange | undefined, owner: number) => boolean;

export interface LinkFacts {
  /** Who put a link on the board, by its name there. */
  readonly postings: ReadonlyMap<string, Operation>;
  /** By session and owner, in order of start: answers that may have held addresses of that owner's things, and were given by right. */
  readonly givers: ReadonlyMap<string, readonly Operation[]>;
}

export const noLinks: LinkFacts = { postings: new Map(), givers: new Map() };

const giverKey = (session: string, owner: number): string => `${session}\n${owner}`;

/** Names and e-mail addresses come with no recordings. */
const speaksOfConsultations = ({ kind }: Sighting): boolean =>
  kind !== 'surname' && kind !== 'email' && kind !== 'message';

export function declaredFor(
  exchange: Exchange | undefined,
  { capabilityUrls }: Pick<Declarations, 'capabilityUrls'>,
): CapabilityUrls | undefined {
  if (exchange === undefined) return undefined;
  return capabilityUrls?.find(({ route }) => route === exchange.route);
}

/** `operations` in order of start. */
export function buildLinks(
  operations: readonly Operation[],
  run: number,
  declares: Declarations,
  hasRight: HasRight,
): LinkFacts {
  if ((declares.capabilityUrls ?? []).length === 0) return noLinks;
  const postings = new Map<string, Operation>();
  const givers = new Map<string, Operation[]>();
  for (const op of operations) {
    if (op.posts !== undefined) postings.set(op.posts, op);
    const owners = new Set<number>();
    for (const exchange of op.exchanges) {
      if (declaredFor(exchange, declares) !== undefined) continue;
      for (const sighting of exchange.sightings) {
        if (sighting.run !== run || !speaksOfConsultations(sighting)) continue;
        if (hasRight(op, exchange, sighting.owner)) owners.add(sighting.owner);
      }
    }
    for (const owner of owners) listUnder(givers, giverKey(op.session, owner), op);
  }
  return { postings, givers };
}

/** Whether this address was given to whoever used it by somebody who might give it, and has not run out since. */
export function isDeclared(
  op: Operation,
  owner: number,
  { expiresAfterMs = Number.POSITIVE_INFINITY }: CapabilityUrls,
  links: LinkFacts,
  hasRight: HasRight,
): boolean {
  const giver = giverOf(op, owner, links, hasRight);
  return giver !== undefined && op.startedAt <= giver.endedAt + expiresAfterMs;
}

/** The last of them: an address may be a new one each time. */
function giverOf(op: Operation, owner: number, links: LinkFacts, hasRight: HasRight): Operation | undefined {
  if (op.action === 'follow-link') {
    const posting = links.postings.get(op.board ?? '');
    return posting !== undefined && hasRight(posting, undefined, owner) ? posting : undefined;
  }
  return links.givers.get(giverKey(op.session, owner))?.findLast((giver) => giver.startedAt < op.startedAt);
}

/** Why what was read under such an address rang all the same, in plain words. */
export function whyNotExcused(rule: RuleId): string {
  const excused =
    'Whoever holds such an address may read, as the target declares. That excuses an address that was given by right';
  if (rule === 'afterlife')
    return `${excused}: this one had run out, or what it leads to had been erased and is served still.`;
  if (rule === 'anonymous')
    return `${excused}: this one was handed on by nobody who had a right to it, or had run out.`;
  return `${excused}: this one stood on a list that was somebody else’s, or had run out.`;
}
