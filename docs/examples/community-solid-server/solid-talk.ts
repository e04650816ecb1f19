// How one speaks to a pod: paths that begin with their owner's, containers read as JSON-LD, access lists (WAC) in Turtle, and the
// bearer token of the client credentials on what goes to the server itself. No `node:` module: it runs inside k6.
import { z } from 'zod';
import { authorized } from '../../../harness/logins/authorized.ts';
import { isOk } from '../../../harness/targets/talk.ts';
import type { Account, ActionResult, HttpResponse, SessionContext } from '../../../harness/targets/target.ts';

export const consultations = 'clinic/consultations/';
export const recordings = 'clinic/recordings/';
export const card = 'private/card.json';

/** For as long as a pod's list is read; more than a patient has in a drill. */
const listedMax = 60;
const graph = z.array(z.object({ '@id': z.string(), 'http://www.w3.org/ns/ldp#contains': z.unknown().optional() }));
const contained = z.array(z.object({ '@id': z.string() }));

/** The server writes its own name into addresses; they are asked of whatever stands in front. */
export const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/]+/, '');

/** An owner's things have addresses of their own; who was told of no pod knows none. */
export const noPod: ActionResult = {
  outcome: 'refused',
  detail: 'every address names its owner, and this session knows none',
};

/** A thing's address and template: `/{pod}/clinic/consultations/{id}`. */
export function addressOf(path: string): { readonly url: string; readonly route: string } {
  const [, , ...rest] = path.split('/');
  const route = rest.map((part, at) => (at === 2 && part !== '' ? '{id}' : part)).join('/');
  return { url: path, route: `/{pod}/${route}` };
}

export const get = (session: SessionContext, path: string, accept?: string): Promise<HttpResponse> =>
  authorized(session, { method: 'GET', ...addressOf(path), ...(accept !== undefined && { headers: { accept } }) });

export const remove = (session: SessionContext, path: string): Promise<HttpResponse> =>
  authorized(session, { method: 'DELETE', ...addressOf(path) });

export interface Listed {
  readonly response: HttpResponse;
  readonly paths: readonly string[];
  readonly complete: boolean;
}

export async function listed(session: SessionContext, container: string): Promise<Listed> {
  const response = await get(session, container, 'application/ld+json');
  if (!isOk(response)) return { response, paths: [], complete: false };
  const paths = graph
    .parse(response.json())
    .flatMap((node) => contained.parse(node['http://www.w3.org/ns/ldp#contains'] ?? []))
    .map((thing) => pathOf(thing['@id']));
  return { response, paths: paths.slice(0, listedMax), complete: paths.length <= listedMax };
}

/** Puts a new thing into a container; the server names it. */
export const add = (
  session: SessionContext,
  container: string,
  body: Record<string, unknown> | Uint8Array<ArrayBuffer>,
): Promise<HttpResponse> => {
  const type = body instanceof Uint8Array ? 'video/webm' : 'application/json';
  return authorized(session, { method: 'POST', ...addressOf(container), headers: { 'content-type': type }, body });
};

export function madeOf(response: HttpResponse): string | null {
  const location = isOk(response) ? response.header('location') : undefined;
  return location === undefined ? null : pathOf(location);
}

/** As an access list names who may read. */
export const agentOf = ({ webId }: Account): string => `acl:agent <${webId}>`;
export const everybody = 'acl:agentClass <http://xmlns.com/foaf/0.1/Agent>';

/** Gives the owner everything under `clinic/`, and those readers what is to be read there. */
export function letRead(session: SessionContext, readers: readonly string[]): Promise<HttpResponse> {
  const text = [
    '@prefix acl: <http://www.w3.org/ns/auth/acl#>.',
    rule('owner', agentOf(session.account), 'acl:Read, acl:Write, acl:Control'),
    ...readers.map((who, at) => rule(`reader${at}`, who, 'acl:Read')),
  ].join('\n');
  return authorized(session, {
    method: 'PUT',
    ...addressOf(`${session.account.pod ?? ''}clinic/.acl`),
    headers: { 'content-type': 'text/turtle' },
    body: new TextEncoder().encode(text),
  });
}

const rule = (name: string, who: string, modes: string): string =>
  `<#${name}> a acl:Authorization; ${who}; acl:accessTo <./>; acl:default <./>; acl:mode ${modes}.`;
