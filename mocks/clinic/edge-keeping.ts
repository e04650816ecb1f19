// What the edge's shared cache keeps, and for how long: RFC 9111 as far as this clinic needs it. Nothing that carries a session value,
// nothing for a request with a token; what says no word about its lifetime is kept for a short guess, as the RFC allows (4.2.2).
import type { IncomingHttpHeaders } from 'node:http';
import type { EdgeConfig } from './edge-config.ts';

export interface EdgeRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** How one answer is kept. */
export interface Keeping {
  readonly lifetimeMs: number;
  /** Names of request headers, in lower case: only a request that has the same values is given this answer. */
  readonly vary: readonly string[];
  /** Is its `Set-Cookie` kept with it? Right for nobody. */
  readonly keepsCookie: boolean;
}

const guessedLifetimeMsMax = 10_000;
const guessedShareOfAge = 0.1;

/** May a request be answered from the cache at all, and its answer kept? One with a token never is: nothing it could get is worth it. */
export function mayUseCache({ method, headers }: Pick<EdgeRequest, 'method' | 'headers'>): boolean {
  return (
    method === 'GET' && headers.authorization === undefined && headers.range === undefined && !asksPastCache(headers)
  );
}

function asksPastCache(headers: IncomingHttpHeaders): boolean {
  const wish = headers['cache-control'];
  return wish !== undefined && (wish.includes('no-cache') || wish.includes('no-store'));
}

/** Null: not kept at all. For answers to requests that may use the cache. */
export function keepingOf({ url }: EdgeRequest, { status, headers }: AnswerHead, config: EdgeConfig): Keeping | null {
  if (status !== 200 || headers['set-cookie'] !== undefined) return null;
  const directives = directivesOf(headers);
  if (directives.some((name) => name.startsWith('private') || name.startsWith('no-'))) return null;
  const vary = varyOf(headers);
  if (vary.includes('*')) return null;
  const isStatic = url.startsWith(config.staticPath) && directives.includes('public');
  const lifetimeMs = isStatic ? config.staticLifetimeMs : (statedLifetimeMs(directives, headers) ?? guessedMs(headers));
  return lifetimeMs > 0 ? { lifetimeMs, vary, keepsCookie: false } : null;
}

type Headers = AnswerHead['headers'];

export function textOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function directivesOf(headers: Headers): readonly string[] {
  const control = textOf(headers, 'cache-control')?.toLowerCase().split(',') ?? [];
  return control.map((each) => each.trim());
}

function varyOf(headers: Headers): readonly string[] {
  const names = textOf(headers, 'vary')?.toLowerCase().split(',') ?? [];
  return names.map((name) => name.trim());
}

/** What the answer itself says; undefined when it says nothing. Without `public` it is taken for not at all: this edge asks for the word. */
function statedLifetimeMs(directives: readonly string[], headers: Headers): number | undefined {
  const seconds = secondsIn(directives, 's-maxage') ?? secondsIn(directives, 'max-age');
  if (seconds === undefined) return headers.expires === undefined ? undefined : untilExpiryMs(headers);
  return directives.includes('public') && Number.isInteger(seconds) ? seconds * 1000 : 0;
}

function secondsIn(directives: readonly string[], name: string): number | undefined {
  const found = directives.find((each) => each.startsWith(`${name}=`));
  return found === undefined ? undefined : Number(found.slice(name.length + 1));
}

/** An unreadable date is one in the past (RFC 9111, 5.3). */
function untilExpiryMs(headers: Headers): number {
  const ms = Date.parse(textOf(headers, 'expires') ?? '') - Date.parse(textOf(headers, 'date') ?? '');
  return Number.isNaN(ms) ? 0 : ms;
}

/** A tenth of the time since it was changed, as RFC 9111 suggests, and ten seconds at most. */
function guessedMs(headers: Headers): number {
  const ageMs = Date.parse(textOf(headers, 'date') ?? '') - Date.parse(textOf(headers, 'last-modified') ?? '');
  return Number.isNaN(ageMs) ? 0 : Math.min(ageMs * guessedShareOfAge, guessedLifetimeMsMax);
}
