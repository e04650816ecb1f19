// How one speaks to a FHIR R4 server: resources are made and removed, searches are read page by page, and what they hold is taken as it comes,
// for servers differ in all that the standard leaves open. Safe inside k6.
import { z } from 'zod';
import type { Resource } from './fhir-resources.ts';
import { isOk } from './talk.ts';
import { AdapterError, type HttpRequest, type HttpResponse } from './target.ts';

/** Sends a request as somebody: a session, or an administrator. */
export type Ask = (request: HttpRequest) => Promise<HttpResponse>;

const accept = { accept: 'application/fhir+json' };
const json = { ...accept, 'content-type': 'application/fhir+json' };

const attachment = z.looseObject({ url: z.string().optional(), contentType: z.string().optional() });
const resource = z.looseObject({
  resourceType: z.string(),
  id: z.string().optional(),
  content: z.union([attachment, z.array(z.looseObject({ attachment }))]).optional(),
});
const bundle = z.looseObject({
  resourceType: z.literal('Bundle'),
  entry: z.array(z.looseObject({ resource: resource.optional() })).optional(),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).optional(),
});
type Found = z.infer<typeof resource>;

export interface Page {
  readonly resources: readonly Found[];
  /** As the server wrote it; null on the last page. */
  readonly next: string | null;
}

export const read = (ask: Ask, base: string, type: string, id: string): Promise<HttpResponse> =>
  ask({ method: 'GET', url: `${base}/${type}/${id}`, route: `${base}/${type}/{id}`, headers: accept });

export const create = (ask: Ask, base: string, made: Resource): Promise<HttpResponse> => {
  const url = `${base}/${made.resourceType}`;
  return ask({ method: 'POST', url, route: url, headers: json, body: made });
};

export const update = (ask: Ask, base: string, id: string, made: Resource): Promise<HttpResponse> =>
  ask({
    method: 'PUT',
    url: `${base}/${made.resourceType}/${id}`,
    route: `${base}/${made.resourceType}/{id}`,
    headers: json,
    body: { ...made, id },
  });

/** Already gone is success. */
export async function remove(ask: Ask, base: string, type: string, id: string): Promise<void> {
  const route = `${base}/${type}/{id}`;
  const response = await ask({ method: 'DELETE', url: `${base}/${type}/${id}`, route, headers: accept });
  if (!isOk(response) && response.status !== 404 && response.status !== 410) throw refused(`DELETE ${route}`, response);
}

/** Bytes as they are. The header says whose they are to servers that guard a Binary by it (FHIR R4, 2.1.3.1). */
export const upload = (
  ask: Ask,
  base: string,
  patientId: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<HttpResponse> =>
  ask({
    method: 'POST',
    url: `${base}/Binary`,
    route: `${base}/Binary`,
    headers: { ...accept, 'content-type': 'video/webm', 'x-security-context': `Patient/${patientId}` },
    body: bytes,
  });

export const search = (ask: Ask, base: string, type: string, query: string): Promise<HttpResponse> =>
  ask({ method: 'GET', url: `${base}/${type}?${query}`, route: `${base}/${type}`, headers: accept });

export const follow = (ask: Ask, base: string, next: string, type: string): Promise<HttpResponse> =>
  ask({ method: 'GET', url: absolute(base, next), route: `${base}/${type}?page`, headers: accept });

/** Of a resource that was made: by its body, or by `Location` where the server sends none back. */
export function idOf(response: HttpResponse): string {
  const [, id] = /\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(response.header('location') ?? '') ?? [];
  if (id !== undefined) return id;
  const parsed = response.text === '' ? undefined : resource.safeParse(response.json());
  if (parsed?.data?.id !== undefined) return parsed.data.id;
  throw new AdapterError('what was made has neither a Location nor an id, so it can’t be found again');
}

/** For enrolment: what must succeed. */
export function made(response: HttpResponse, what: string): string {
  if (isOk(response)) return idOf(response);
  throw refused(what, response);
}

const refused = (what: string, { status, text }: HttpResponse): AdapterError =>
  new AdapterError(`${what}: the FHIR server answered ${status}: ${text.slice(0, 200)}`);

/** Throws an `AdapterError` where it is no Bundle. */
export function pageOf(response: HttpResponse): Page {
  const parsed = bundle.safeParse(response.json());
  if (!parsed.success) throw new AdapterError(`no searchset Bundle: ${parsed.error.issues[0]?.message ?? ''}`);
  const { entry = [], link = [] } = parsed.data;
  return {
    // What went wrong with a part of the search is no resource of anybody's.
    resources: entry.flatMap(({ resource: found }) =>
      found && found.resourceType !== 'OperationOutcome' ? [found] : [],
    ),
    next: link.find(({ relation }) => relation === 'next')?.url ?? null,
  };
}

export const idsOf = ({ resources }: Page): string[] => resources.flatMap(({ id }) => id ?? []);

/** Addresses of the recordings, as the server wrote them but for relative ones, which begin at the base. */
export function videosOf(base: string, { resources }: Page): string[] {
  return resources.flatMap(({ content }) => {
    const attachments =
      content === undefined ? [] : Array.isArray(content) ? content.map((each) => each.attachment) : [content];
    return attachments.flatMap(({ url, contentType = '' }) =>
      url !== undefined && /^video\/|^$/.test(contentType) ? [absolute(base, url)] : [],
    );
  });
}

const absolute = (base: string, url: string): string => (/^(https?:\/)?\//.test(url) ? url : `${base}/${url}`);
