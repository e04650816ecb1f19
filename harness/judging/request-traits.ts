// What one request had about it that may have exposed somebody: who answered, what was broken, what other clients did then.
import { routeOf } from '../checks/check.ts';
import { listUnder } from '../checks/list-under.ts';
import { faultsOpenDuring, recoveryMs } from '../checks/windows.ts';
import type { World } from '../checks/world.ts';
import type { Exchange, Operation } from '../history.ts';

/** An operation and the exchange in it that took the route. */
export interface Asked {
  readonly op: Operation;
  readonly exchange: Exchange | undefined;
}

const hungUpWithinMs = 1_000;
const afterFaultMs = 10_000;

/** What all findings of a run share. */
export interface RequestFacts {
  /** When clients hung up, in order. */
  readonly hungUpAt: readonly number[];
  readonly firstUseOf: ReadonlyMap<string, number>;
}

export function requestFacts({ operations }: World): RequestFacts {
  const firstUseOf = new Map<string, number>();
  for (const { exchanges } of operations) {
    for (const { connection, startedAt } of exchanges)
      firstUseOf.set(connection, Math.min(startedAt, firstUseOf.get(connection) ?? startedAt));
  }
  const hungUpAt = operations.filter(({ outcome }) => outcome === 'aborted').map(({ endedAt }) => endedAt);
  return { hungUpAt: hungUpAt.sort((a, b) => a - b), firstUseOf };
}

/** The operations that took the route and were answered, in order of start. */
export function askedFor(route: string, operations: readonly Operation[]): Asked[] {
  return operations.flatMap((op): Asked[] => {
    const exchange = op.exchanges.find((one) => routeOf(one) === route);
    if (exchange !== undefined) return exchange.status === 0 ? [] : [{ op, exchange }];
    return op.action === route && op.exchanges.length === 0 ? [{ op, exchange: undefined }] : [];
  });
}

/** Traits of each, in the order given, which is that of start. */
export function requestTraits(asked: readonly Asked[], facts: RequestFacts, world: World): ReadonlySet<string>[] {
  const together = togetherOf(asked, () => '');
  const onOneNode = togetherOf(asked, ({ exchange }) => exchange?.node ?? null);
  return asked.map((one, index) => {
    const traits = traitsOf(one, facts, world);
    if (together[index]) traits.add('were under way together with another person’s of the same kind');
    if (onOneNode[index]) traits.add('were under way on one node together with another person’s of the same kind');
    return traits;
  });
}

function traitsOf({ op, exchange }: Asked, { hungUpAt, firstUseOf }: RequestFacts, { faults }: World): Set<string> {
  const traits = new Set<string>();
  const at = exchange?.startedAt ?? op.startedAt;
  if (exchange?.node !== undefined) traits.add(`were answered by node ${exchange.node}`);
  if (exchange?.version !== undefined) traits.add(`were answered by version ${exchange.version}`);
  const open = faultsOpenDuring(op, faults);
  for (const { kind } of open) traits.add(`came while ${kind} was open`);
  for (const { kind, openedAt, healedAt } of faults) {
    const sinceMs = healedAt === null ? 0 : at - healedAt;
    if (openedAt === null || op.endedAt < openedAt) continue;
    if (sinceMs <= afterFaultMs) traits.add(`came while ${kind} was open, or within 10 s after it`);
    if (sinceMs > 0 && sinceMs <= recoveryMs) traits.add('came within 2 s after a fault was healed');
    if (sinceMs > 0) traits.add(`came after ${kind}`);
  }
  if (open.length === 0) traits.add('came while no fault was open');
  if (exchange !== undefined) {
    if (exchange.startedAt > (firstUseOf.get(exchange.connection) ?? exchange.startedAt))
      traits.add('went over a connection that had been used before');
    traits.add(credentialWords[exchange.credentials]);
  }
  if (op.afterAbort === true) traits.add('came right after one that the same client had cut off');
  if (hungUpBefore(hungUpAt, exchange === undefined ? op.endedAt : at + exchange.ms))
    traits.add('came within 1 s after some client had hung up');
  if (op.barrier !== undefined) traits.add('were released at one instant with others');
  if (op.board !== undefined) traits.add('followed a link that another had passed on');
  if (op.of !== undefined) traits.add('asked for what is another’s, as a proxy');
  if (op.clinician !== undefined) traits.add('were a clinician’s');
  if (op.signedIn === 'ended') traits.add('came from a session that had signed out');
  return traits;
}

const credentialWords: Readonly<Record<Exchange['credentials'], string>> = {
  none: 'showed no credentials',
  cookie: 'showed a cookie',
  authorization: 'showed a token',
  header: 'showed a header of the product’s own',
};

/** Whether a client hung up in the second before `at`. */
function hungUpBefore(hungUpAt: readonly number[], at: number): boolean {
  let low = 0;
  let high = hungUpAt.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hungUpAt[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const last = hungUpAt[low - 1];
  return last !== undefined && last >= at - hungUpWithinMs;
}

interface Flight {
  readonly index: number;
  readonly who: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Whether another's was under way at some moment of it; within groups, null belonging to none. */
function togetherOf(asked: readonly Asked[], groupOf: (asked: Asked) => string | null): boolean[] {
  const together = asked.map(() => false);
  const groups = new Map<string, Flight[]>();
  for (const [index, one] of asked.entries()) {
    const group = groupOf(one);
    if (group === null) continue;
    const { op, exchange } = one;
    const fromMs = exchange?.startedAt ?? op.startedAt;
    const flight = { index, who: op.session, fromMs, untilMs: exchange ? fromMs + exchange.ms : op.endedAt };
    listUnder(groups, group, flight);
  }
  for (const flights of groups.values()) {
    flights.sort((a, b) => a.fromMs - b.fromMs);
    // Of those begun so far, the one that lasts longest, and the longest of anybody else's: enough to tell.
    let longest: Flight | null = null;
    let othersLongest: Flight | null = null;
    for (const flight of flights) {
      for (const before of [longest, othersLongest]) {
        if (before === null || before.who === flight.who || before.untilMs < flight.fromMs) continue;
        together[before.index] = true;
        together[flight.index] = true;
      }
      if (longest === null || flight.untilMs >= longest.untilMs) {
        if (longest !== null && longest.who !== flight.who) othersLongest = longest;
        longest = flight;
      } else if (flight.who !== longest.who && flight.untilMs >= (othersLongest?.untilMs ?? 0)) othersLongest = flight;
    }
  }
  return together;
}
