// What takes its time: a request that is answered 202 and names a place to ask, until what was asked for is there (RFC 9110, section
// 15.3.3). Within a bound that the adapter gives, as often as the target says. Safe inside k6.

import { resolvedOn } from '../logins/address.ts';
import type { Ask } from './paging.ts';
import { retryAfterMs } from './retry-after.ts';
import { isOk, pause, verdictOf } from './talk.ts';
import { type ActionResult, AdapterError, type HttpRequest, type HttpResponse } from './target.ts';

export interface Waiting {
  /** The template of the address that is asked, and of the one where the result is: findings are grouped by them. */
  readonly route: string;
  readonly resultRoute?: string;
  /** An action as a whole has 20,000 ms. Default 15,000. */
  readonly withinMs?: number;
  /** Where the target says no `Retry-After`. Default 250. */
  readonly everyMs?: number;
  /** For targets that answer 200 to "is it ready" and say so in the body. Default: whatever is not 202 is the end. */
  isDone?(status: HttpResponse): boolean;
  /** Of the result, where it is another address than the one that was asked. */
  readonly expect?: 'bytes';
}

export interface Waited {
  readonly response: HttpResponse;
  /** False: it took longer than it may. Then the response says nothing of the result. */
  readonly isDone: boolean;
}

const withinDefaultMs = 15_000;
const everyDefaultMs = 250;
/** Sooner than this nobody is asked again, whatever they say. */
const everyLeastMs = 20;

/**
 * Sends the request and, if it was accepted, asks until it is done. A redirect of the status is followed once, to the result. Throws an
 * `AdapterError` where a 202 names no place.
 */
export async function whenDone(ask: Ask, request: HttpRequest, waiting: Waiting): Promise<Waited> {
  const { route, withinMs = withinDefaultMs, everyMs = everyDefaultMs } = waiting;
  const accepted = await ask(request);
  if (accepted.status !== 202) return { response: accepted, isDone: true };
  const url = placeOf(accepted, request.url);
  if (url === undefined)
    throw new AdapterError(
      `${request.method} ${request.route} answered 202 and named no place to ask (Operation-Location, Location, Content-Location)`,
    );
  const endsAt = Date.now() + withinMs;
  for (let told = accepted; ; ) {
    const ms = Math.max(everyLeastMs, retryAfterMs(told) ?? everyMs);
    if (Date.now() + ms > endsAt) return { response: told, isDone: false };
    await pause(ms);
    told = await ask({ method: 'GET', url, route });
    if (isRedirect(told)) return { response: await result(ask, told, url, waiting), isDone: true };
    if (told.status !== 202 && (!isOk(told) || (waiting.isDone?.(told) ?? true)))
      return { response: told, isDone: true };
  }
}

/** The outcome of what was waited for; what never came is a failure of the target's, with the bound that it missed. */
export function verdictOfWaiting({ response, isDone }: Waited, { withinMs = withinDefaultMs }: Waiting): ActionResult {
  if (isDone) return verdictOf(response);
  return { outcome: 'failed', detail: `what was accepted (202) was not done within ${withinMs} ms` };
}

function placeOf(response: HttpResponse, asked: string): string | undefined {
  const names = ['operation-location', 'location', 'content-location'];
  const said = names.map((name) => response.header(name)).find((value) => value);
  return said && resolvedOn(asked, said);
}

const isRedirect = ({ status }: HttpResponse): boolean => [301, 302, 303, 307, 308].includes(status);

function result(
  ask: Ask,
  told: HttpResponse,
  url: string,
  { route, resultRoute, expect }: Waiting,
): Promise<HttpResponse> {
  const place = placeOf(told, url);
  if (place === undefined) throw new AdapterError(`GET ${route} answered ${told.status} without a Location`);
  return ask({ method: 'GET', url: place, route: resultRoute ?? route, ...(expect && { expect }) });
}
