// The adapter's Http, held on a leash: so many requests and bytes for one call of one of its functions, and not one more. Whoever
// goes on asking gets no answer for ever, so that a loop that swallows every error stands still too. Safe inside k6.
import { isSecretName } from '../secrets.ts';
import { AdapterError, type Http, type HttpRequest, type HttpResponse, methods } from '../targets/target.ts';
import type { Client } from './client.ts';
import { routeTemplate } from './route-template.ts';

/** Of one call, be it paging, polling or a sign-in over many redirects. */
export const callRequestsMax = 300;
/** Of all answers to one call together. */
export const callBodyBytesMax = 1_073_741_824;
const routeLettersMax = 200;
const secretsMax = 64;
/** Shorter cookies name a language or a choice. */
const cookieLettersMin = 12;

export interface Leash {
  readonly http: Http;
  readonly requestCount: number;
  /** Tokens and cookies that went by, the latest of them. */
  readonly secrets: ReadonlySet<string>;
  /** A new call. The promise rejects if it takes too much. */
  begin(): Promise<never>;
  /** Whatever is still at it gets no answer from now on. */
  cut(): void;
}

export function leashOn(client: Pick<Client, 'http'> & Partial<Pick<Client, 'spentBytes'>>): Leash {
  let requestCount = 0;
  let isCut = false;
  const secrets = new Set<string>();
  /** Headers as they were sent, so that each is looked at once. */
  const sent = new Set<string>();
  let snap = (_: AdapterError): void => {};

  function refuse(problem: string): Promise<never> {
    isCut = true;
    snap(new AdapterError(problem));
    return never();
  }

  async function ask(wanted: HttpRequest): Promise<HttpResponse> {
    for (const value of secretsSent(wanted)) if (!sent.has(value)) keepSent(value);
    const response = await client.http.request({ ...wanted, route: plainRoute(wanted.route, wanted.url) });
    for (const secret of secretsGiven(response)) keepSecret(secret);
    return response;
  }

  /** Behind what says of which kind it is: `Bearer …`. */
  function keepSent(value: string): void {
    if (sent.size >= secretsMax) sent.clear();
    sent.add(value);
    keepSecret(value.replace(/^\w+ +/, ''));
  }

  function keepSecret(secret: string): void {
    secrets.add(secret);
    const [oldest] = secrets;
    if (secrets.size > secretsMax && oldest !== undefined) secrets.delete(oldest);
  }

  return {
    secrets,
    http: {
      request(wanted) {
        if (isCut) return never();
        if (requestCount >= callRequestsMax)
          return refuse(
            `made ${requestsText(requestCount)} in one call and wanted more, the last to ${routeOf(wanted)}: it was stopped. Does it follow pages or poll without an end?`,
          );
        const bytes = client.spentBytes?.() ?? 0;
        if (bytes >= callBodyBytesMax)
          return refuse(
            `received ${bytes} bytes in ${requestsText(requestCount)} of one call and wanted more, the last to ${routeOf(wanted)}: it was stopped`,
          );
        requestCount += 1;
        const problem = problemOf(wanted);
        if (problem !== null) return Promise.reject(new AdapterError(problem));
        return ask(wanted);
      },
    },
    get requestCount() {
      return requestCount;
    },
    begin() {
      requestCount = 0;
      isCut = false;
      const broken = new Promise<never>((_, reject) => {
        snap = reject;
      });
      // Nobody may be listening any more when it breaks.
      broken.catch(() => {});
      return broken;
    },
    cut() {
      isCut = true;
    },
  };
}

export const requestsText = (count: number): string => `${count} request${count === 1 ? '' : 's'}`;

const never = (): Promise<never> => new Promise(() => {});

const known: ReadonlySet<unknown> = new Set(methods);

/** An adapter in JavaScript has no compiler to tell it. What would make the history unreadable never gets there. */
function problemOf(wanted: HttpRequest): string | null {
  const { method, url, route } = wanted ?? {};
  if (!known.has(method))
    return `request() was given the method ${String(method).slice(0, 20)}; it must be one of ${methods.join(', ')}`;
  if (typeof url !== 'string') return `request() was given ${typeof url} as url; it must be a text`;
  if (typeof route !== 'string' || route === '')
    return `request() was given no route; it must be the url's template, such as '/recordings/{id}'`;
  return null;
}

const routeOf = ({ method, route }: HttpRequest): string => `${method} ${plainRoute(String(route))}`;

interface Template {
  readonly path: string;
  readonly template: string;
}

const templates = new Map<string, Template>();
const templatesMax = 512;

/** A route is a template. Who gives the address itself would put the secret of a signed link into the history. */
function plainRoute(route: string, url = route): string {
  const { path, template } = templates.get(route) ?? remembered(route);
  return path === template || !url.includes(path) ? path : template;
}

function remembered(route: string): Template {
  const path = route.slice(0, routeLettersMax).replace(/\?[^?]*=.*$/, '');
  const made = { path, template: routeTemplate(path) };
  if (templates.size >= templatesMax) templates.clear();
  templates.set(route, made);
  return made;
}

function secretsSent({ headers = {} }: HttpRequest): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    isSecretName(name) && typeof value === 'string' ? [value] : [],
  );
}

function secretsGiven(response: HttpResponse): string[] {
  const cookies = response.header('set-cookie');
  if (cookies === undefined) return [];
  const pairs = cookies.matchAll(/=([^;,\s]+)/g);
  return [...pairs].flatMap(([, value = '']) => (value.length >= cookieLettersMin ? [value] : []));
}
