// What adapters have in common when they speak: the verdict of a status, a token that goes along, what is remembered between the
// actions of a session. Adapters that `crosstalk init` writes are made of these. No `node:` module: it runs inside k6.
import { withQuery as withQueryText } from '../logins/address.ts';
import { formBody } from '../logins/walk.ts';
import type { Action } from '../plan.ts';
import { retryAfterMs } from './retry-after.ts';
import { type ActionResult, AdapterError, type HttpRequest, type HttpResponse, type SessionContext } from './target.ts';

const refusals = [401, 403, 404, 410];
const tooMany = 429;

export const isOk = ({ status }: Pick<HttpResponse, 'status'>): boolean => status >= 200 && status < 300;

type VerdictOf = Pick<HttpResponse, 'status'> & Partial<Pick<HttpResponse, 'header'>>;

/** What the status alone tells. */
export function verdictOf(response: VerdictOf): ActionResult {
  const { status } = response;
  if (isOk({ status })) return { outcome: 'ok' };
  if (status === tooMany) return { outcome: 'refused', detail: tooManyDetail(response) };
  const outcome = refusals.includes(status) ? 'refused' : 'failed';
  return { outcome, detail: String(status) };
}

/** Nobody asks again in the load: what came back is what is judged. */
function tooManyDetail(response: VerdictOf): string {
  const ms = retryAfterMs({ header: (name) => response.header?.(name) });
  const after = ms === undefined ? '' : `, to be asked again in ${Math.ceil(ms / 1_000)} s`;
  return `${tooMany}: too many requests${after}; does declares.rateLimit say what the target allows?`;
}

/** Sends a request with the session's bearer token, where it has one. A link to another host has no business with it. */
export function send(session: SessionContext, request: HttpRequest): Promise<HttpResponse> {
  const token = request.url.startsWith('/') ? session.memory.get('token') : undefined;
  const headers = { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) };
  return session.http.request({ ...request, headers });
}

/** Sends it, and takes the status for the outcome. */
export async function say(session: SessionContext, request: HttpRequest): Promise<ActionResult> {
  return verdictOf(await send(session, request));
}

/** From now on the session speaks with this token; give what this returns as `sessionValues`. */
export function keepToken(session: SessionContext, token: string | null | undefined): readonly string[] {
  keep(session, 'token', token);
  return token ? [token] : [];
}

/** Remembers it for later actions of this session, or forgets what was there. */
export function keep(session: SessionContext, name: string, value: string | null | undefined): void {
  if (value) session.memory.set(name, value);
  else session.memory.delete(name);
}

export const keepConsultation = (session: SessionContext, item: number, id: string): void =>
  keep(session, `consultation ${item}`, id);

/** Acts on a consultation that this session booked; it may have none, when the booking failed. */
export async function onConsultation(
  session: SessionContext,
  item: number,
  act: (id: string) => Promise<ActionResult>,
): Promise<ActionResult> {
  const id = session.memory.get(`consultation ${item}`);
  return id ? act(id) : { outcome: 'failed', detail: `consultation ${item} was not booked in this session` };
}

/** The bytes that a step wants; undefined: all of them. */
export type Range = Extract<Action, { kind: 'watch' }>['range'];

/** The header that asks for those bytes only (RFC 9110, section 14.2); none where all are wanted. */
export const rangeHeader = (range: Range): Readonly<Record<string, string>> =>
  range ? { range: `bytes=${range.firstByte}-${range.lastByte}` } : {};

/** Asks for a recording's bytes, or for the range of them that the step wants. */
export async function play(
  session: SessionContext,
  link: string | null | undefined,
  route: string,
  range?: Range,
): Promise<ActionResult> {
  if (!link) return { outcome: 'failed', detail: 'there is no link to play' };
  return say(session, { method: 'GET', url: link, route, expect: 'bytes', headers: rangeHeader(range) });
}

/** Reads a stream of events to its end; the session's next one goes on where this one ended. */
export async function listenTo(session: SessionContext, request: HttpRequest): Promise<ActionResult> {
  const response = await send(session, { ...request, headers: eventHeaders(session) });
  keepLastEvent(session, response.text);
  return verdictOf(response);
}

/** Asks for a stream of events, from where the session's last one ended. */
export function eventHeaders({ memory }: SessionContext): Readonly<Record<string, string>> {
  const last = memory.get('last event');
  return { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) };
}

export function keepLastEvent(session: SessionContext, stream: string): void {
  const [lastId] = [...stream.matchAll(/^id: ?(.+)$/gm)].slice(-1);
  if (lastId?.[1]) keep(session, 'last event', lastId[1]);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const polls = { max: 60, everyMs: 100 } as const;

/** Asks again and again, for six seconds, until it is ready or refused. */
export async function untilReady(
  ask: () => Promise<HttpResponse>,
  isReady: (response: HttpResponse) => boolean,
): Promise<HttpResponse> {
  for (let poll = 1; ; poll++) {
    const response = await ask();
    if (!isOk(response) || isReady(response) || poll === polls.max) return response;
    await pause(polls.everyMs);
  }
}

/** A path with these as its query; what is undefined is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return withQueryText(path, given.join('&'));
}

/** Header and body of a form, as a page sends it. */
export const form = (fields: Readonly<Record<string, string>>): ReturnType<typeof formBody> =>
  formBody(Object.entries(fields));

/** For enrolment, which can't go on otherwise. Throws an `AdapterError` that says what was answered. */
export function expectOk(response: HttpResponse, what: string): HttpResponse {
  if (isOk(response)) return response;
  throw new AdapterError(`${what}: the target answered ${response.status}: ${response.text.slice(0, 200)}`);
}
