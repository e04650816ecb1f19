// How one speaks to Parse Server's REST API: the application's id on each request, the session in a header of Parse's own, objects
// with an access list, files by their address. No `node:` module: it runs inside k6.
import { z } from 'zod';
import type { ActionResult, HttpRequest, HttpResponse, SessionContext } from '../../../harness/targets/target.ts';

export const application = { 'x-parse-application-id': 'clinic' } as const;
export const sessionHeader = 'x-parse-session-token';
/** What is behind such an address goes to whoever asks: Parse looks at no session there. */
export const fileRoute = '/parse/files/{application}/{name}';

const made = z.object({ objectId: z.string() });
const uploaded = z.object({ name: z.string(), url: z.string() });
const listOf = z.object({ results: z.array(made.extend({ file: uploaded.optional() })) });
const failure = z.object({ code: z.number() });

/** Parse's code for a session that is none (any more); its status is 400. */
const invalidSession = 209;
const refusals = [401, 403, 404, 410];

export function verdictOf(response: HttpResponse): ActionResult {
  if (response.status >= 200 && response.status < 300) return { outcome: 'ok' };
  const code = response.status === 400 ? failure.safeParse(response.json()).data?.code : undefined;
  const isRefused = refusals.includes(response.status) || code === invalidSession;
  return { outcome: isRefused ? 'refused' : 'failed', detail: [response.status, code].join(' ').trim() };
}

/** In the name of the session, once it has signed in. */
export function send(session: SessionContext, request: HttpRequest): Promise<HttpResponse> {
  const token = session.memory.get('token');
  const headers = { ...application, ...(token !== undefined && { [sessionHeader]: token }), ...request.headers };
  return session.http.request({ ...request, headers });
}

export const say = async (session: SessionContext, request: HttpRequest): Promise<ActionResult> =>
  verdictOf(await send(session, request));

/** Made: its id. Not made: what to say of it. */
export function idOf(response: HttpResponse): string | null {
  return response.status === 201 ? made.parse(response.json()).objectId : null;
}

export const fileOf = (response: HttpResponse): Record<string, unknown> => ({
  __type: 'File',
  ...uploaded.parse(response.json()),
});

/** For these users to read and write, and for nobody else. */
export const accessFor = (...users: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(users.map((user) => [user, { read: true, write: true }]));

export const pointerTo = (className: string, objectId: string): Record<string, unknown> => ({
  __type: 'Pointer',
  className,
  objectId,
});

export interface Listed {
  readonly response: HttpResponse;
  readonly ids: readonly string[];
  readonly files: readonly string[];
}

/** What the access lists let this session see: its own, and what it was lent; of one patient alone where `of` is their id. */
export async function listed(session: SessionContext, className: string, of?: string): Promise<Listed> {
  const where =
    of === undefined ? '' : `&where=${encodeURIComponent(JSON.stringify({ patient: pointerTo('_User', of) }))}`;
  const route = `/parse/classes/${className}${of === undefined ? '' : '?where'}`;
  const response = await send(session, { method: 'GET', url: `/parse/classes/${className}?limit=1000${where}`, route });
  const results = response.status === 200 ? listOf.parse(response.json()).results : [];
  return {
    response,
    ids: results.map(({ objectId }) => objectId),
    files: results.flatMap(({ file }) => (file === undefined ? [] : pathOf(file.url))),
  };
}

/** An address names the server itself; it is asked of whatever stands in front. */
const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/]+/, '');

/** Gives everything of the session's own this access list. */
export async function lend(session: SessionContext, access: Record<string, unknown>): Promise<ActionResult> {
  const requests: Record<string, unknown>[] = [];
  for (const className of ['Consultation', 'Recording']) {
    const { response, ids } = await listed(session, className, session.account.id);
    if (response.status !== 200) return verdictOf(response);
    const paths = ids.map((id) => `/parse/classes/${className}/${id}`);
    requests.push(...paths.map((path) => ({ method: 'PUT', path, body: { ACL: access } })));
  }
  return say(session, { method: 'POST', url: '/parse/batch', route: '/parse/batch', body: { requests } });
}
