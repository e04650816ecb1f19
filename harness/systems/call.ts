// One HTTP call as a drill's file writes it, and its answer: on a connection of its own, bounded, no redirect followed, secrets by the
// names of their environment variables. An error tells the method and the address without its query, and never a header or a body.
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { messageOf } from '../faults/bounded.ts';
import { isSecretName } from '../secrets.ts';
import { environmentVariable } from './environment.ts';
import { secretIn } from './system.ts';

const answerBytesMax = 262_144;

export const address = z
  .url({ protocol: /^https?$/, error: 'must be an address of http or https' })
  .refine((url) => !/^\w+:\/\/[^/?#]*@/.test(url), 'must hold no user and password; name them as authorizationEnv')
  .refine(
    (url) => !URL.canParse(url) || ![...new URL(url).searchParams.keys()].some(isSecretName),
    'must hold no secret in its query, for addresses are written down; send it as a header, by headersEnv',
  );

/** Names of what a cache keeps things under, and no secrets. */
const harmless = /^(surrogate-key|xkey|cache-key|x-cache-key)$/i;
const isSecretHeader = (name: string): boolean => isSecretName(name) && !harmless.test(name);

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'the name of a header');

/** Of a call that only looks. */
export const lookFields = {
  url: address,
  /** Written down with the drill; secrets go by `headersEnv`. */
  headers: z
    .record(headerName, z.string().regex(/^[\t\x20-\x7e]{0,2000}$/, 'a value of printable letters, 2,000 at most'))
    .refine(
      (headers) => !Object.keys(headers).some(isSecretHeader),
      'has a header for a secret: name its environment variable under headersEnv',
    )
    .optional(),
  /** Name of a header: the environment variable that holds its value. */
  headersEnv: z.record(headerName, environmentVariable).optional(),
  /** The environment variable that holds the whole value of `Authorization`, such as `Bearer …`. */
  authorizationEnv: environmentVariable.optional(),
};

export const callSchema = z
  .strictObject({
    method: z
      .string()
      .regex(/^[A-Z]{3,10}$/, 'a method in capitals, as in POST')
      .default('POST'),
    ...lookFields,
    /** Text as it is, or JSON. It is written down with the drill, so it holds no secret. */
    body: z.union([z.string(), z.record(z.string(), z.json())]).optional(),
    /** Or the environment variable that holds it, as it is sent. */
    bodyEnv: environmentVariable.optional(),
  })
  .refine(({ body, bodyEnv }) => body === undefined || bodyEnv === undefined, 'has both a body and a bodyEnv')
  .refine(
    ({ method, body, bodyEnv }) => (body ?? bodyEnv) === undefined || !/^(GET|HEAD)$/.test(method),
    'has a body, which no GET may have',
  );
export type Call = z.infer<typeof callSchema>;

export type LookConfig = Omit<Call, 'method' | 'body' | 'bodyEnv'>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The first 256 KiB. */
  readonly body: string;
}

export interface Caller {
  /** `POST https://api.example/purge`. */
  readonly name: string;
  /** Any answer. Rejects when there is none within the time. */
  send(limitMs: number): Promise<Answer>;
  /** Rejects unless the answer is a success. */
  mustDo(limitMs: number): Promise<Answer>;
}

/** Throws where a secret is missing. `secret` headers are told to nobody. */
export function callerOf(config: LookConfig & Partial<Call>, secret: Readonly<Record<string, string>> = {}): Caller {
  const { method = 'GET', url } = config;
  const { origin, pathname } = new URL(url);
  const name = `${method} ${origin}${pathname}`;
  const body = config.body ?? secretIn(config.bodyEnv, `the body of ${name}`);
  const headers = new Headers({ 'user-agent': 'crosstalk', ...config.headers });
  if (typeof body === 'object') headers.set('content-type', 'application/json');
  for (const [header, variable] of Object.entries(config.headersEnv ?? {}))
    headers.set(header, fitting(secretIn(variable, `the header ${header} of ${name}`) ?? '', variable));
  if (config.authorizationEnv !== undefined)
    headers.set(
      'authorization',
      fitting(secretIn(config.authorizationEnv, `the authorization of ${name}`) ?? '', config.authorizationEnv),
    );

  for (const [header, value] of Object.entries(secret)) headers.set(header, value);

  async function send(limitMs: number): Promise<Answer> {
    const signal = AbortSignal.timeout(limitMs);
    try {
      const { request } = await import('undici');
      const answer = await request(url, {
        method: method as Dispatcher.HttpMethod,
        headers,
        signal,
        reset: true,
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const told = Object.entries(answer.headers).flatMap(([name, value]) =>
        [value ?? []].flat().map((one) => [name, one] as [string, string]),
      );
      return { status: answer.statusCode, headers: new Headers(told), body: await bodyOf(answer.body) };
    } catch (error) {
      if (signal.aborted) throw new Error(`${name} was not answered within ${limitMs} ms`);
      throw new Error(`${name} can't be reached (${reasonOf(error)})`);
    }
  }
  return {
    name,
    send,
    async mustDo(limitMs) {
      const answer = await send(limitMs);
      if (answer.status >= 200 && answer.status < 300) return answer;
      const hint = answer.status >= 300 && answer.status < 400 ? ', and redirects are not followed' : '';
      throw new Error(`${name} was answered with ${answer.status}${hint}`);
    },
  };
}

/** `Headers` quotes what it refuses. */
function fitting(value: string, variable: string): string {
  const trimmed = value.trim();
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(trimmed)) return trimmed;
  throw new Error(`the environment variable ${variable} holds what no header may, such as a line end: export it anew`);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : messageOf(cause);
}

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop ends the stream.
  for await (const part of stream) {
    parts.push(part.subarray(0, answerBytesMax - bytes));
    bytes += part.length;
    if (bytes >= answerBytesMax) break;
  }
  return Buffer.concat(parts).toString('utf8');
}
