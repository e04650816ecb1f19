// Writes down all that was said over HTTP in one trial, by sessions and by the administrator, and what the levers were told: what is made
// into a program that says it again. Holds secrets, so it stays in memory.

import { now } from '../clock.ts';
import type { Overhear } from '../drivers/drive.ts';
import type { HttpRequest } from '../targets/target.ts';

export interface Said {
  /** A session's id, or `admin`. */
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly request: HttpRequest;
  /** Null: no whole answer came. */
  readonly answer: {
    readonly status: number;
    readonly text: string;
    readonly headers: Readonly<Record<string, string>>;
  } | null;
  readonly ms: number;
}

/** What a lever said to the deployment's administration. */
export interface Pulled {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

export interface Recorder {
  readonly overhear: Overhear;
  /** In place of `fetch`, for levers over HTTP. */
  readonly fetch: typeof fetch;
  readonly said: readonly Said[];
  readonly pulled: readonly Pulled[];
}

/** A small plan says little; a large one is not made into a program. */
export const saidMax = 400;
const pulledMax = 200;
const shownHeaders = ['content-type', 'cache-control', 'age', 'vary', 'x-cache', 'x-request-id'] as const;

/** `named`: the answer headers by which the target names its nodes and the like. */
export function recorder(named: readonly string[]): Recorder {
  const said: Said[] = [];
  const pulled: Pulled[] = [];
  const headersShown = [...new Set([...shownHeaders, ...named])];
  return {
    said,
    pulled,
    overhear: (actor, http) => ({
      async request(request) {
        const at = now();
        const keep = (answer: Said['answer']): void => {
          if (said.length < saidMax) said.push({ actor, at, request, answer, ms: now() - at });
        };
        try {
          const response = await http.request(request);
          const headers = headersShown.flatMap((name) => {
            const value = response.header(name);
            return value === undefined ? [] : [[name, value] as const];
          });
          keep({ status: response.status, text: response.text, headers: Object.fromEntries(headers) });
          return response;
        } catch (error) {
          keep(null);
          throw error;
        }
      },
    }),
    fetch(input, init) {
      const method = init?.method ?? 'GET';
      if (method !== 'GET' && pulled.length < pulledMax) {
        const { pathname, search } = new URL(input instanceof Request ? input.url : input);
        const body = typeof init?.body === 'string' ? { body: init.body } : {};
        pulled.push({ at: now(), method, path: pathname + search, ...body });
      }
      return fetch(input, init);
    },
  };
}
