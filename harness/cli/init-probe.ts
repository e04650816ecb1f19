// One look at a deployment before anything is written for it: is it there, which headers name who answered, how does one seem to sign in,
// does it describe itself, is it one that Crosstalk knows.
import type { Declarations } from '../targets/target.ts';
import { Problem } from './problem.ts';

export interface Probe {
  readonly status: number;
  readonly headers: Declarations['headers'];
  readonly cookies: readonly string[];
  /** Where it describes itself, if it does. */
  readonly openapi: string | null;
  /** A page with a form that takes a password. */
  readonly hasLoginForm: boolean;
  /** The ready adapter that it needs, if it is known. */
  readonly ready: 'clinic' | null;
}

const waitMaxMs = 5_000;
const readBytesMax = 64 * 1024;

const wanted: readonly (readonly [keyof Declarations['headers'], RegExp])[] = [
  ['node', /(^|-)(served-by|node|instance|pod|host|hostname|backend|replica)(-name|-id)?$/],
  ['version', /^(?!.*(aspnet|powered|server|api|runtime)).*(^|-)(version|release|build|revision|commit)$/],
  ['cacheStatus', /^(x-cache|x-cache-status|cache-status|cf-cache-status|x-proxy-cache|x-varnish-cache|x-cache-hit)$/],
  ['requestId', /(^|-)(request|correlation|trace)-?id$|^cf-ray$/],
];

/** The first header of each kind that names who answered. */
export function tellingHeaders(names: Iterable<string>): Declarations['headers'] {
  const all = [...names].map((name) => name.toLowerCase()).filter((name) => name !== 'host');
  return Object.fromEntries(
    wanted.flatMap(([what, pattern]) => {
      const found = all.find((name) => pattern.test(name));
      return found === undefined ? [] : [[what, found]];
    }),
  );
}

/** Throws a `Problem` where nothing answers. */
export async function probe(url: string): Promise<Probe> {
  const { status, headers, text } = await ask(url);
  const described = new URL('/openapi.json', url).href;
  const description = await ask(described).catch(() => null);
  const isDescribed = description?.status === 200 && /^\s*\{\s*"openapi"\s*:\s*"3/.test(description.text);
  return {
    status,
    headers: tellingHeaders(headers.keys()),
    cookies: headers.getSetCookie().map((line) => line.split('=', 1)[0] ?? ''),
    openapi: isDescribed ? described : null,
    hasLoginForm: /type=["']?password/i.test(text),
    ready: headers.has('x-clinic-node') ? 'clinic' : null,
  };
}

async function ask(url: string): Promise<{ status: number; headers: Headers; text: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(waitMaxMs), redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await beginningOf(response) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Problem(`${url} can't be reached (${cause}). Start it, or correct --url; nothing was written.`);
  }
}

/** What comes first of a body, which may have no end. */
async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (reader && bytes < readBytesMax) {
    const { value, done } = await reader.read();
    if (done) break;
    chunks.push(value);
    bytes += value.length;
  }
  await reader?.cancel();
  return Buffer.concat(chunks).toString('utf8');
}
