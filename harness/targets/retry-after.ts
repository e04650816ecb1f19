// When a target says it may be asked again (RFC 9110, section 10.2.3): seconds, or a date. Safe inside k6.
import type { HttpResponse } from './target.ts';

/** Milliseconds from now; undefined where it doesn't say, or not so that one could tell. */
export function retryAfterMs(response: Pick<HttpResponse, 'header'>, nowMs = Date.now()): number | undefined {
  const said = response.header('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(said)) return Number(said) * 1_000;
  const at = Date.parse(said);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
