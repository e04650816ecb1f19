// Who may see whose data, and from when to when: own data, proxy rights, clinicians' care, sign-outs, erasures.
// Whatever may have happened counts in favour of the target: an unanswered share opens a right, an unanswered withdrawal closes none.
import type { Exchange, HistoryLine, Operation } from '../history.ts';
import type { Declarations } from '../targets/target.ts';
import { buildLinks, declaredFor, isDeclared, type LinkFacts, noLinks } from './capability.ts';
import { buildCare, type CareFacts, careAccess } from './care.ts';
import { listUnder } from './list-under.ts';

/**
 * `afterlife`: there was a right, and it had ended before the operation began. `declared`: there was none, but the target declares
 * that whoever holds such an address may read what is behind it.
 */
export type Access = 'own' | 'granted' | 'foreign' | 'afterlife' | 'anonymous' | 'declared';

interface Grant {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Rights {
  /** By owner and viewer, see `pairKey`. */
  readonly grants: ReadonlyMap<string, readonly Grant[]>;
  readonly care: CareFacts;
  readonly signIns: ReadonlyMap<string, readonly Operation[]>;
  readonly signOuts: ReadonlyMap<string, readonly Operation[]>;
  /** From when on nothing of that owner may be shown to anybody. */
  readonly erasedFromMs: ReadonlyMap<number, number>;
  /** By whom addresses were given that are themselves the secret; empty where the target declares none. */
  readonly links: LinkFacts;
}

const pairKey = (owner: number, viewer: number): string => `${owner}>${viewer}`;

/** Only a refusal is certain to have changed nothing: an error or a lost answer may hide a success. */
export const mayHaveHappened = (operation: Operation): boolean => operation.outcome !== 'refused';

/** `operations` in order of start; `erasures` are those of the administrator. */
export function buildRights(
  run: number,
  operations: readonly Operation[],
  erasures: readonly { readonly patient: number; readonly at: number }[],
  declares: Declarations,
  enrolled: readonly Extract<HistoryLine, { t: 'enrolled' }>[] = [],
): Rights {
  const shares = new Map<string, Operation[]>();
  const withdrawals = new Map<string, Operation[]>();
  const signIns = new Map<string, Operation[]>();
  const signOuts = new Map<string, Operation[]>();
  const erasedFromMs = new Map<number, number>();
  const erase = (patient: number, atMs: number): void => {
    const fromMs = atMs + declares.erasureBoundMs;
    erasedFromMs.set(patient, Math.min(fromMs, erasedFromMs.get(patient) ?? Number.POSITIVE_INFINITY));
  };
  for (const erasure of erasures) erase(erasure.patient, erasure.at);
  for (const op of operations) {
    if (op.action === 'sign-in' && mayHaveHappened(op)) listUnder(signIns, op.session, op);
    if (op.action === 'sign-out' && op.outcome === 'ok') listUnder(signOuts, op.session, op);
    if (op.patient === null) continue;
    const pair = op.of === undefined ? undefined : pairKey(op.patient, op.of);
    if (op.action === 'share' && pair !== undefined && mayHaveHappened(op)) listUnder(shares, pair, op);
    if (op.action === 'withdraw' && pair !== undefined && op.outcome === 'ok') listUnder(withdrawals, pair, op);
    if (op.action === 'erase' && op.outcome === 'ok') erase(op.patient, op.endedAt);
  }
  const grants = new Map<string, Grant[]>();
  for (const [pair, given] of shares) {
    const taken = withdrawals.get(pair) ?? [];
    grants.set(
      pair,
      given.map((share) => ({ fromMs: share.startedAt, untilMs: closedAtMs(share, taken, declares) })),
    );
  }
  const care = buildCare(operations, enrolled, declares);
  const rights: Rights = { grants, care, signIns, signOuts, erasedFromMs, links: noLinks };
  return { ...rights, links: buildLinks(operations, run, declares, rightBy(rights, declares)) };
}

const rightBy =
  (rights: Rights, declares: Declarations) =>
  (op: Operation, exchange: Exchange | undefined, owner: number): boolean => {
    const access = accessBySession(op, exchange, owner, rights, declares);
    return access === 'own' || access === 'granted';
  };

/** An unanswered share may take effect after any withdrawal, so none closes it. */
function closedAtMs(share: Operation, withdrawals: readonly Operation[], declares: Declarations): number {
  if (share.outcome !== 'ok') return Number.POSITIVE_INFINITY;
  const closing = withdrawals.find((withdrawal) => withdrawal.startedAt >= share.endedAt);
  return closing === undefined ? Number.POSITIVE_INFINITY : closing.endedAt + declares.withdrawalBoundMs;
}

/** What entitles this operation to things of `owner`, or to the one consultation of theirs that is given: a clinician may have a right to only some. */
export function accessOf(
  op: Operation,
  exchange: Exchange | undefined,
  owner: number,
  rights: Rights,
  declares: Declarations,
  consultation?: number,
): Access {
  const access = accessBySession(op, exchange, owner, rights, declares, consultation);
  const capability = declaredFor(exchange, declares);
  // What is declared is who may read, and not that anything outlives its erasure.
  if (capability === undefined || access === 'own' || access === 'granted' || isErased(op, owner, rights))
    return access;
  return isDeclared(op, owner, capability, rights.links, rightBy(rights, declares)) ? 'declared' : access;
}

/** The same by the session alone, as if no address were a secret by itself. */
export function accessBySession(
  op: Operation,
  exchange: Exchange | undefined,
  owner: number,
  rights: Rights,
  declares: Declarations,
  consultation?: number,
): Exclude<Access, 'declared'> {
  if (isNobodys(op) || isAnonymous(op, exchange, rights)) return 'anonymous';
  const access = rightTo(op, owner, consultation, rights);
  if (access === 'foreign') return 'foreign';
  if (isMail(op)) return access === 'own' ? 'own' : 'granted';
  return isErased(op, owner, rights) || isSignedOut(op, rights, declares) ? 'afterlife' : access;
}

function rightTo(
  op: Operation,
  owner: number,
  consultation: number | undefined,
  rights: Rights,
): Exclude<Access, 'declared'> {
  if (op.clinician !== undefined) return careAccess(op, op.clinician, owner, consultation, rights.care);
  if (op.patient === null) return 'foreign';
  return owner === op.patient ? 'own' : proxyAccess(op, owner, op.patient, rights);
}

/** Whoever shares with somebody knows to whom, and the page on which they do so may say it. On any other it says who the session is. */
export function knowsByName(op: Operation, proxy: number, rights: Rights): boolean {
  if ((op.action !== 'share' && op.action !== 'withdraw') || op.patient === null) return false;
  return proxyAccess(op, op.patient, proxy, rights) !== 'foreign';
}

/** Neither a patient's nor a clinician's. */
export const isNobodys = ({ patient, clinician }: Operation): boolean => patient === null && clinician === undefined;

/** The mailbox is the patient's, not the session's: what was sent by right stays there, whatever has ended since. */
const isMail = ({ action }: Operation): boolean => action === 'read-inbox';

export function isErased(op: Operation, owner: number, rights: Rights): boolean {
  return !isMail(op) && op.startedAt > (rights.erasedFromMs.get(owner) ?? Number.POSITIVE_INFINITY);
}

export function proxyAccess(op: Operation, owner: number, viewer: number, rights: Rights): Exclude<Access, 'declared'> {
  const begun = (rights.grants.get(pairKey(owner, viewer)) ?? []).filter((grant) => grant.fromMs <= op.endedAt);
  if (begun.length === 0) return 'foreign';
  return begun.some((grant) => grant.untilMs >= op.startedAt) ? 'granted' : 'afterlife';
}

/** A sign-in shows its password, so its answer may be personal; after one that got lost, the client may hold credentials. */
export function isAnonymous(op: Operation, exchange: Exchange | undefined, rights: Rights): boolean {
  if (op.signedIn !== 'never' || op.action === 'sign-in' || isMail(op)) return false;
  if (exchange?.credentials === 'none') return true;
  return !(rights.signIns.get(op.session) ?? []).some((signIn) => signIn.startedAt <= op.startedAt);
}

export function isSignedOut(op: Operation, rights: Rights, declares: Declarations): boolean {
  const ended = (rights.signOuts.get(op.session) ?? []).findLast(
    (signOut) => signOut.endedAt + declares.signOutBoundMs < op.startedAt,
  );
  if (ended === undefined) return false;
  const signIns = rights.signIns.get(op.session) ?? [];
  return !signIns.some((signIn) => signIn.startedAt >= ended.startedAt && signIn.startedAt <= op.startedAt);
}
