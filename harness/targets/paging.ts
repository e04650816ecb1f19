// Lists that come in pages: by number, by cursor, or by a Link header (RFC 8288). Followed to their end within a limit, and a list that
// leads in a circle is an error of the adapter's, not a load of its own. Safe inside k6.
import { resolvedOn } from '../logins/address.ts';
import { isOk, withQuery } from './talk.ts';
import { AdapterError, type HttpRequest, type HttpResponse } from './target.ts';

/** Sends a request as somebody: `(request) => send(session, request)`. */
export type Ask = (request: HttpRequest) => Promise<HttpResponse>;

/** The page after this one; null: there is none. `number`: of the one that came, from 1. */
export type NextPage = (came: HttpResponse, asked: HttpRequest, number: number) => HttpRequest | null;

export interface Pages {
  /** Those that came well, in order. */
  readonly pages: readonly HttpResponse[];
  /** The answer that came last, whatever it was: its status is the outcome. */
  readonly last: HttpResponse;
  /** Neither refused in between nor longer than was read. */
  readonly complete: boolean;
}

export const pagesMax = 50;

/** Throws an `AdapterError` where a page leads back to one that was read, or is the same once more. */
export async function followPages(ask: Ask, first: HttpRequest, next: NextPage, max = pagesMax): Promise<Pages> {
  const pages: HttpResponse[] = [];
  const asked = new Set<string>();
  let request: HttpRequest | null = first;
  for (;;) {
    asked.add(request.url);
    const last = await ask(request);
    if (!isOk(last)) return { pages, last, complete: false };
    const before = pages.at(-1);
    if (before !== undefined && before.text !== '' && before.text === last.text)
      throw circle(request, pages.length + 1, 'is the one before once more: does the target know the parameter?');
    pages.push(last);
    request = next(last, request, pages.length);
    if (request === null) return { pages, last, complete: true };
    if (asked.has(request.url)) throw circle(request, pages.length + 1, 'leads back to one that was read already');
    if (pages.length >= max) return { pages, last, complete: false };
  }
}

const circle = ({ method, route }: HttpRequest, number: number, what: string): AdapterError =>
  new AdapterError(`page ${number} of ${method} ${route} ${what}`);

export interface ByNumber {
  /** Default `page`. */
  readonly parameter?: string;
  /** The number of the first page, which is asked for without one. Default 1; 0 where pages are counted from there. */
  readonly first?: number;
  /** How far each page goes on, where offsets are counted and not pages. Default 1. */
  readonly step?: number;
  isLast(page: HttpResponse): boolean;
}

/** `?page=2`, or `?offset=20` with `step: 20` and `first: 0`. */
export const byNumber =
  ({ parameter = 'page', first = 1, step = 1, isLast }: ByNumber): NextPage =>
  (came, asked, number) =>
    isLast(came) ? null : { ...asked, ...at(asked, parameter, String(first + number * step)) };

export interface ByCursor {
  /** Default `cursor`. */
  readonly parameter?: string;
  /** What the page says of where the next begins; nothing: it is the last. */
  cursorOf(page: HttpResponse): string | null | undefined;
}

export const byCursor =
  ({ parameter = 'cursor', cursorOf }: ByCursor): NextPage =>
  (came, asked) => {
    const cursor = cursorOf(came);
    return cursor ? { ...asked, ...at(asked, parameter, cursor) } : null;
  };

/** The link with that relation in the `Link` header, wherever it leads from the page that it stood on. */
export const byLink =
  (relation = 'next'): NextPage =>
  (came, asked) => {
    const target = linkOf(came.header('link') ?? '', relation);
    if (target === undefined) return null;
    return { ...asked, url: resolvedOn(asked.url, target), route: routeOfPages(asked.route) };
  };

function at({ url, route }: HttpRequest, parameter: string, value: string): Pick<HttpRequest, 'url' | 'route'> {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const others = query.split('&').filter((pair) => pair !== '' && pair.split('=', 1)[0] !== parameter);
  const kept = others.length === 0 ? path : `${path}?${others.join('&')}`;
  return { url: withQuery(kept, { [parameter]: value }), route: routeOfPages(route) };
}

/** Later pages are a route of their own: what they show may come from another place than the first. */
const routeOfPages = (route: string): string => (route.includes('?') ? route : `${route}?page`);

/** `<https://…>; rel="next last"; title="a, b", <…>`: commas and semicolons may stand within brackets and quotes. */
const linkPattern = /<([^<>]*)>((?:\s*;\s*[^\s=;,"<>]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"<>]*))?)*)/g;
const relPattern = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i;
const linkLettersMax = 16_384;

function linkOf(header: string, relation: string): string | undefined {
  for (const [, target, parameters = ''] of header.slice(0, linkLettersMax).matchAll(linkPattern)) {
    const [, quoted, plain] = relPattern.exec(parameters) ?? [];
    const relations = (quoted ?? plain ?? '').toLowerCase().split(/\s+/);
    if (relations.includes(relation.toLowerCase())) return target;
  }
  return undefined;
}
