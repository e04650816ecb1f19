// Addresses without the URL class, which k6 lacks: where a link leads from a page, whose it is, and what its query says.
// Whatever looks odd is nobody's own; whether a host may be spoken to at all is decided by the drivers. Safe inside k6.
import { routeTemplate } from '../drivers/route-template.ts';

/** Scheme and authority, path, query, fragment (RFC 3986, appendix B), of http alone. */
const parts = /^(https?:\/\/[^/?#\\\s@]+)(?=[/?#]|$)([^?#]*)(\?[^#]*)?(#.*)?$/i;
const anyScheme = /^[a-z][a-z0-9+.-]*:/i;
const defaultPort = /^(http:\/\/.+):80$|^(https:\/\/.+):443$/;

interface Address {
  /** As in `https://staging.example.org`, lower-cased and without a default port. */
  readonly origin: string;
  readonly path: string;
  /** With its mark; empty when there is none. */
  readonly query: string;
  readonly fragment: string;
}

function addressOf(url: string): Address | null {
  const [, authority, path = '', query = '', fragment = ''] = parts.exec(url) ?? [];
  if (authority === undefined) return null;
  const lower = authority.toLowerCase();
  const [, plain, secure] = defaultPort.exec(lower) ?? [];
  return { origin: plain ?? secure ?? lower, path: path === '' ? '/' : path, query, fragment };
}

export const originOf = (url: string): string | undefined => addressOf(url)?.origin;

/** A path on the target, or an absolute address there. What readers of addresses might take elsewhere is not. */
export function isOwn(url: string, origin: string): boolean {
  if (/[\\\s]/.test(url)) return false;
  if (url.startsWith('/')) return !url.startsWith('//');
  const own = originOf(origin);
  return own !== undefined && originOf(url) === own;
}

/** Where `reference` leads from the page at `base`, an absolute address (RFC 3986, section 5.2). */
export function resolved(base: string, reference: string): string {
  const wanted = reference.trim();
  if (anyScheme.test(wanted)) return wanted;
  const { origin = '', path = '/', query = '' } = addressOf(base) ?? {};
  if (wanted.startsWith('//')) return base.slice(0, base.indexOf(':') + 1) + wanted;
  if (wanted === '' || wanted.startsWith('#')) return origin + path + query + wanted;
  if (wanted.startsWith('?')) return origin + path + wanted;
  const [, referred = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(wanted) ?? [];
  const whole = referred.startsWith('/') ? referred : path.slice(0, path.lastIndexOf('/') + 1) + referred;
  return origin + withoutDots(whole) + rest;
}

const nowhere = 'http://target.invalid';

/** The same, where the page is a path on the target itself and its origin is only the driver's to know. */
export function resolvedOn(base: string, reference: string): string {
  if (!base.startsWith('/')) return resolved(base, reference);
  const url = resolved(`${nowhere}${base}`, reference);
  return url.startsWith(`${nowhere}/`) ? url.slice(nowhere.length) : url;
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1;
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
    if (isLast && (segment === '.' || segment === '..')) kept.push('');
  }
  return `/${kept.join('/')}`;
}

const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '');

/** The same place, whatever stands in query and fragment. */
export const isAt = (url: string, place: string): boolean => withoutQuery(url) === withoutQuery(place);

/** What history calls it: the path without what may be a secret. */
export const routeOf = (url: string): string => routeTemplate(withoutQuery(addressOf(url)?.path ?? url));

/** What stands in query and fragment, the first of each name. */
export function parametersOf(url: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { query = '', fragment = '' } = addressOf(url) ?? schemeless(url);
  for (const pair of [...query.slice(1).split('&'), ...fragment.slice(1).split('&')]) {
    const [name = '', value = ''] = pair.split(/=(.*)/s).map((text) => unescaped(text.replaceAll('+', ' ')));
    if (name !== '' && !found.has(name)) found.set(name, value);
  }
  return found;
}

/** Of addresses that belong to an app of a phone, as in `org.example.app:/callback?code=…`. */
function schemeless(url: string): Pick<Address, 'query' | 'fragment'> {
  const [, query = '', fragment = ''] = /^[^?#]*(\?[^#]*)?(#.*)?$/s.exec(url) ?? [];
  return { query, fragment };
}

/** What is no escape stays as it is. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export type Fields = Readonly<Record<string, string>>;

/** As `application/x-www-form-urlencoded`. */
export function encoded(fields: Iterable<readonly [name: string, value: string]>): string {
  const escaped = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+');
  return [...fields].map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&');
}

export function withQuery(url: string, query: string): string {
  if (query === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}
