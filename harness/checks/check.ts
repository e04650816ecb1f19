// What a check is, and how it puts a violation on record: one rule, looked at one operation at a time, with the world's facts.
import type { Exchange, Operation, Sighting } from '../history.ts';
import type { RuleId, Violation } from '../verdict.ts';
import { declaredFor } from './capability.ts';
import { consultationIn } from './care.ts';
import { type Access, accessOf, knowsByName } from './rights.ts';
import { sharedCacheOf } from './shared-cache.ts';
import { type FaultWindow, faultsHealedBefore, faultsOpenDuring, windowsOf } from './windows.ts';
import type { World } from './world.ts';

export interface Check {
  readonly rule: RuleId;
  /** `allSeen`: what `seenBy` finds in the operation, looked up once for all rules. */
  operation?(op: Operation, allSeen: readonly Seen[], world: World): Iterable<Violation>;
  /** For rules that need the whole run. */
  finish?(world: World): Iterable<Violation>;
}

export interface Seen {
  readonly exchange: Exchange;
  readonly sighting: Sighting;
  readonly access: Access;
}

const identityKinds: ReadonlySet<Sighting['kind']> = new Set(['surname', 'email']);

/** This run's canaries in the answers of one operation. Those of earlier runs are residue, which says nothing of this one. */
export function seenBy(op: Operation, world: World): Seen[] {
  return seen(op, world, (run) => run === world.run.run);
}

/**
 * With what earlier runs left in accounts that are leased: it tells as well whose account was read, so that something could have
 * leaked; but not which rights there were.
 */
export function seenOfAccounts(op: Operation, world: World): Seen[] {
  return seen(op, world, (run) => run === world.run.run || world.run.leased === true);
}

function seen(op: Operation, world: World, isOf: (run: number) => boolean): Seen[] {
  const allSeen: Seen[] = [];
  for (const exchange of op.exchanges) {
    for (const sighting of exchange.sightings) {
      if (!isOf(sighting.run)) continue;
      const { owner } = sighting;
      const right = accessOf(op, exchange, owner, world.rights, world.declares, consultationIn(sighting));
      const known = right === 'foreign' && identityKinds.has(sighting.kind) && knowsByName(op, owner, world.rights);
      allSeen.push({ exchange, sighting, access: known ? 'granted' : right });
    }
  }
  return allSeen;
}

/** The answer says who the session is, so another's name in it means that it is another's session. */
export function showsIdentity(op: Operation, sighting: Sighting): boolean {
  return (op.action === 'who-am-i' || op.action === 'sign-in') && identityKinds.has(sighting.kind);
}

/** The bytes of a recording, and its picture in a player, are the thing itself; everything else tells of it, a thumbnail too. */
export function isViewed({ channel }: Pick<Exchange, 'channel'>, { kind, where }: Sighting): boolean {
  return kind === 'recording' && (channel === undefined || where === 'pixels:video');
}

export function ofSighting(rule: RuleId, op: Operation, seen: Seen, world: World): Violation {
  const { exchange, sighting } = seen;
  return violation(rule, op, exchange, world, {
    owner: sighting.owner,
    item: `${sighting.kind} ${sighting.item}`,
    reach: isViewed(exchange, sighting) ? 'viewed' : 'listed',
    where: sighting.place === undefined ? sighting.where : `${sighting.where}, ${sighting.place}`,
    encoding: sighting.encoding,
    ...(exchange.channel !== undefined && { channel: exchange.channel }),
    ...(sighting.evidence !== undefined && { evidence: sighting.evidence }),
  });
}

/** What an exchange is called in findings. */
export const routeOf = ({ channel, method, route }: Exchange): string =>
  channel === undefined ? `${method} ${route}` : `${channel} of ${route}`;

/** A look at a page asks for nothing; what it shows came by the requests before it. */
const traceIdOf = ({ exchanges }: Operation, exchange: Exchange | undefined): string | undefined =>
  exchange?.traceId ?? exchanges.find(({ traceId }) => traceId !== undefined)?.traceId;

type What = Pick<Violation, 'owner' | 'item' | 'reach' | 'where' | 'encoding' | 'channel' | 'evidence'>;

export function violation(
  rule: RuleId,
  op: Operation,
  exchange: Exchange | undefined,
  world: World,
  what: What,
): Violation {
  const byAddress = declaredFor(exchange, world.declares) !== undefined;
  const cache = exchange && !byAddress ? sharedCacheOf(exchange, world.declares.headers.cacheStatus) : null;
  const traceId = traceIdOf(op, exchange);
  const healedBefore = kindsOf(faultsHealedBefore(op, world.faults));
  return {
    rule,
    viewer: op.patient,
    ...(op.clinician !== undefined && { viewerClinician: op.clinician }),
    ...what,
    operation: op.id,
    session: op.session,
    scenario: op.scenario,
    action: op.action,
    route: exchange === undefined ? op.action : routeOf(exchange),
    status: exchange?.status ?? 0,
    at: exchange?.startedAt ?? op.startedAt,
    node: exchange?.node ?? null,
    version: exchange?.version ?? null,
    requestId: exchange?.requestId ?? null,
    ...(traceId !== undefined && { traceId }),
    faultsOpen: kindsOf(faultsOpenDuring(op, world.faults)),
    ...(healedBefore.length > 0 && { healedBefore }),
    window: windowsOf(op, world.faults)[0],
    afterAbort: op.afterAbort ?? false,
    barrier: op.barrier ?? null,
    ...(cache && { sharedCache: cache }),
    ...(byAddress && { byAddress }),
  };
}

const kindsOf = (faults: readonly FaultWindow[]): string[] => [...new Set(faults.map(({ kind }) => kind))];
