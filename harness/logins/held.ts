// What a session holds of its login: the headers that it shows, and how to get new ones before they expire. Kept beside the
// session's memory, so that a stream beside the steps has the same; and renewed by one of them at a time. Safe inside k6.
import type { SessionContext } from '../targets/target.ts';
import { LoginProblem } from './problem.ts';

export interface Held {
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch from which it is better renewed. */
  readonly renewAtMs?: number;
  /** Rejects with a `LoginProblem` when it is refused. */
  readonly renew?: (session: SessionContext) => Promise<Held>;
  /** What is revoked when the session signs out at its provider: the refresh token, or the access token where there is none. */
  readonly revocable?: string;
  /** Header of answers that carries the next value of `rolls.request`. */
  readonly rolls?: { readonly answer: string; readonly request: string };
}

/** So long before it expires a token is renewed, or half of its time before, where that is less. */
const renewBeforeMs = 10_000;

/** Of a token that is good for so many seconds from now on; undefined: that is not known. */
export function renewAt(seconds: number | undefined): Pick<Held, 'renewAtMs'> {
  if (seconds === undefined || !(seconds > 0)) return {};
  const lifetimeMs = seconds * 1_000;
  return { renewAtMs: Date.now() + Math.max(lifetimeMs - renewBeforeMs, lifetimeMs / 2) };
}

type Keeper = Pick<SessionContext, 'memory'>;
type Notes<Kept> = WeakMap<SessionContext['memory'], Kept>;

const helds: Notes<Held> = new WeakMap();
const renewals: Notes<Promise<Held | undefined>> = new WeakMap();

export const heldBy = ({ memory }: Keeper): Held | undefined => helds.get(memory);

export function hold({ memory }: Keeper, held: Held): void {
  helds.set(memory, held);
}

/** As before each login. */
export function letGo({ memory }: Keeper): void {
  helds.delete(memory);
}

/** What the session holds after that; undefined when it was refused. Two who need it at once get the same: a token that is renewed twice is taken for stolen. */
export function renewed(session: SessionContext, held: Held): Promise<Held | undefined> {
  const current = heldBy(session);
  // Somebody else has renewed it since.
  if (current !== held) return Promise.resolve(current);
  const underway = renewals.get(session.memory);
  if (underway) return underway;
  const renewal = renew(session, held).finally(() => renewals.delete(session.memory));
  renewals.set(session.memory, renewal);
  return renewal;
}

async function renew(session: SessionContext, held: Held): Promise<Held | undefined> {
  try {
    const next = await held.renew?.(session);
    if (next) hold(session, next);
    return next;
  } catch (problem) {
    if (!(problem instanceof LoginProblem)) throw problem;
    // It is not asked for again; what the session still has it goes on showing.
    const { renew: _, renewAtMs: __, ...rest } = held;
    hold(session, rest);
    return undefined;
  }
}
