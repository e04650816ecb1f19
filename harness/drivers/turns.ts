// Turns: when a request may be sent, so that the harness keeps within the rate limit that a target declares. One keeper for all
// sessions, whoever drives them; a barrier's parties are given theirs together.
//
//     session ─► its account's bucket ─► the bucket of all ─► sent
import type { Rate, RateLimit } from '../targets/target.ts';
import { HttpFailure } from './client.ts';
import { sleep } from './sleep.ts';

export interface Turns {
  /**
   * Resolves when a request of that account (null: nobody's) may be sent. `isPaid`: its turn among all came with a barrier.
   * Rejects with an `HttpFailure` where it would have to wait for too long; then nothing is taken.
   */
  take(account: string | null, isPaid?: boolean): Promise<void>;
  /** So many at one instant. False, and at once, where the limit never allows that: then each takes its own. */
  takeTogether(count: number): Promise<boolean>;
}

/** A plan that fits lets nobody wait for as long as this. */
export const turnWaitMaxMs = 10_000;
/** As many as a barrier releases. */
const burstDefault = 4;
/** Buckets that are full again say nothing; from so many on they are thrown away. */
const bucketsMax = 4_096;

export const burstOf = ({ requests, burst }: Rate): number =>
  Math.max(1, Math.min(burst ?? Math.min(burstDefault, Math.ceil(requests / 2)), requests));

/** Between two requests, once the burst is spent, so that no stretch of `perMs` holds more than `requests`. */
export const everyMsOf = (rate: Rate): number => rate.perMs / (rate.requests - burstOf(rate) + 1);

/** None where no limit is declared. */
export const turnsWithin = (limit: RateLimit | undefined): Turns | undefined => limit && openTurns(limit);

interface Bucket {
  readonly everyMs: number;
  readonly burst: number;
  /** When it will be full again, if nothing more is taken. */
  fullAt: number;
}

interface AccountBucket extends Bucket {
  waiting: number;
  /** Resolves when the last that asked for its turn has had it. */
  last: Promise<void>;
}

const bucketOf = (rate: Rate): Bucket => ({ everyMs: everyMsOf(rate), burst: burstOf(rate), fullAt: 0 });

/** When it will hold so many. */
const readyAt = ({ everyMs, burst, fullAt }: Bucket, count: number): number => fullAt - (burst - count) * everyMs;

function takeAt(bucket: Bucket, at: number, count: number): void {
  bucket.fullAt = Math.max(at, bucket.fullAt) + count * bucket.everyMs;
}

export function openTurns(limit: RateLimit, now: () => number = Date.now, wait = sleep): Turns {
  const all = limit.all && bucketOf(limit.all);
  const accounts = new Map<string, AccountBucket>();

  function accountBucket(account: string, rate: Rate): AccountBucket {
    const known = accounts.get(account);
    if (known) return known;
    if (accounts.size >= bucketsMax)
      for (const [name, { fullAt, waiting }] of accounts) if (fullAt <= now() && waiting === 0) accounts.delete(name);
    const made = { ...bucketOf(rate), waiting: 0, last: Promise.resolve() };
    accounts.set(account, made);
    return made;
  }

  /** The time until it holds so many. Rejects where that is too long. */
  function msUntil(bucket: Bucket, count: number): number {
    const ms = Math.max(0, readyAt(bucket, count) - now());
    if (ms <= turnWaitMaxMs) return ms;
    throw new HttpFailure(
      'timeout',
      `not sent: within the target's rate limit its turn would come in ${Math.round(ms)} ms, and nobody waits longer than ${turnWaitMaxMs} ms; the plan asks for more than the limit allows`,
    );
  }

  /** Taken when it is asked for, to be used when it has come: so those who wait keep their order. */
  async function takeFromAll(count: number): Promise<void> {
    if (all === undefined) return;
    const ms = msUntil(all, count);
    takeAt(all, now() + ms, count);
    if (ms > 0) await wait(ms);
  }

  /** What came with a barrier was for that instant. */
  async function takeFromBoth(bucket: Bucket, isPaid: boolean): Promise<void> {
    const ms = msUntil(bucket, 1);
    if (ms > 0) await wait(ms);
    if (!isPaid || ms > 0) await takeFromAll(1);
    takeAt(bucket, now(), 1);
  }

  /** The requests of one account one after another, for its limit counts when they were sent. */
  async function takeFor(bucket: AccountBucket, isPaid: boolean): Promise<void> {
    const turn = bucket.last.then(() => takeFromBoth(bucket, isPaid));
    bucket.last = turn.catch(() => {});
    bucket.waiting += 1;
    await turn.finally(() => {
      bucket.waiting -= 1;
    });
  }

  return {
    async take(account, isPaid = false) {
      if (account !== null && limit.perAccount) await takeFor(accountBucket(account, limit.perAccount), isPaid);
      else if (!isPaid) await takeFromAll(1);
    },
    async takeTogether(count) {
      if (all === undefined) return true;
      if (count > all.burst) return false;
      return takeFromAll(count).then(
        () => true,
        () => false,
      );
    },
  };
}

/** Whose a client's requests are; null: nobody's, or an administrator's. */
export interface Whose {
  readonly patient: number | null;
  readonly clinician?: number | undefined;
}

export function accountKey({ patient, clinician }: Whose): string | null {
  if (clinician !== undefined) return `clinician-${clinician}`;
  return patient === null ? null : `patient-${patient}`;
}

/** For the options of a client. */
export function takingTurns(
  turns: Turns | undefined,
  whose: Whose,
): { readonly takeTurn?: (isPaid: boolean) => Promise<void> } {
  const account = accountKey(whose);
  return turns === undefined ? {} : { takeTurn: (isPaid) => turns.take(account, isPaid) };
}
