// Requests of a session that has signed in: each shows what the session holds, to the target and to nobody else. What is about to
// expire is renewed before, and once after a 401, which stays in the history as it was. Safe inside k6.
import { verdictOf } from '../targets/talk.ts';
import type { ActionResult, HttpRequest, HttpResponse, SessionContext } from '../targets/target.ts';
import { isOwn } from './address.ts';
import { type Held, heldBy, hold, renewed } from './held.ts';

export async function authorized(session: SessionContext, request: HttpRequest): Promise<HttpResponse> {
  const held = isOwn(request.url, session.origin) ? heldBy(session) : undefined;
  if (held === undefined) return session.http.request(request);
  // After signing out the old credentials are shown once more as they are: they must be worth nothing.
  const mayRenew = held.renew !== undefined && session.signedIn !== 'ended';
  const isDue = mayRenew && Date.now() >= (held.renewAtMs ?? Number.POSITIVE_INFINITY);
  const fresh = isDue ? await renewed(session, held) : undefined;
  const response = await shown(session, request, fresh ?? held);
  if (response.status !== 401 || !mayRenew || isDue) return response;
  const next = await renewed(session, held);
  return next === undefined ? response : shown(session, request, next);
}

/** A request whose status says all. */
export async function say(session: SessionContext, request: HttpRequest): Promise<ActionResult> {
  return verdictOf(await authorized(session, request));
}

async function shown(session: SessionContext, request: HttpRequest, held: Held): Promise<HttpResponse> {
  const response = await session.http.request({ ...request, headers: { ...request.headers, ...held.headers } });
  const next = held.rolls && response.header(held.rolls.answer);
  if (held.rolls && next) {
    session.issued(next);
    // The login may have been another's since.
    if (heldBy(session) === held) hold(session, { ...held, headers: { ...held.headers, [held.rolls.request]: next } });
  }
  return response;
}
