// Who is to blame, in one line that a person can go to: `watch (my-adapter.ts:41): …`. The line is the first of the error's
// stack that lies in the adapter's file; where there is no such line, the one where the function begins. Safe inside k6.
import type { AdapterSource } from '../targets/target.ts';

/** Generous: who writes it down takes secrets out before cutting it short, for half a secret would not be known as one. */
const messageLettersMax = 4_000;

/** `fn`: the function of the contract that was being called, such as `watch` or `enrol`. */
export function blame(source: AdapterSource | undefined, fn: string, problem: unknown): string {
  return `${placed(source, fn, problem)}: ${thrownText(problem)}`;
}

/** The function and its place alone. */
export function placed(source: AdapterSource | undefined, fn: string, problem?: unknown): string {
  const place = source && (placeIn(stackOf(problem), source.path) ?? source.places[fn] ?? fileOf(source.path));
  return place ? `${fn} (${place})` : fn;
}

/** `my-adapter.ts:41`: of the first frame in that file. Node writes a path or a file URL, k6 a URL. */
export function placeIn(stack: string, path: string): string | null {
  for (const form of new Set([path, encodeURI(path)])) {
    for (let at = stack.indexOf(`${form}:`); at >= 0; at = stack.indexOf(`${form}:`, at + 1)) {
      const line = /^:(\d+):\d+/.exec(stack.slice(at + form.length));
      if (line) return `${fileOf(path)}:${line[1]}`;
    }
  }
  return null;
}

/** Adapters throw anything, be it nothing or what can't be made a text. */
export function thrownText(problem: unknown): string {
  return safely(() => {
    if (problem instanceof Error) {
      const said = oneLine(problem.message) || 'an error without a message';
      return plainNames.has(problem.name) ? said : `${problem.name}: ${said}`;
    }
    if (typeof problem === 'string')
      return `threw the text "${oneLine(problem)}", which is no Error and so has no line`;
    return `threw ${shapeOf(problem)}, which is no Error and so has no line`;
  }, 'threw something that can not be read');
}

/** The shape and not the values, which may be somebody's. */
export function shapeOf(value: unknown): string {
  return safely(() => {
    if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
    if (Array.isArray(value)) return `a list of ${value.length}`;
    const maker: unknown = value.constructor;
    const made = typeof maker === 'function' && maker !== Object ? `a ${maker.name} ` : '';
    return `${made}{ ${Object.keys(value).slice(0, 8).join(', ')} }`;
  }, 'something that can not be read');
}

/** What names of errors say nothing: ours, and the plainest. */
const plainNames: ReadonlySet<string> = new Set(['Error', 'AdapterError', 'HttpFailure', 'TimeLimitError']);

const oneLine = (text: string): string => String(text).replace(/\s+/g, ' ').trim().slice(0, messageLettersMax);

const stackOf = (problem: unknown): string =>
  safely(() => (problem instanceof Error ? String(problem.stack ?? '') : ''), '');

export const fileOf = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** `instanceof` asks the value, and a value of somebody else's may do anything when it is asked. */
export function isA<T>(problem: unknown, kind: abstract new (...args: never[]) => T): problem is T {
  try {
    return problem instanceof kind;
  } catch {
    return false;
  }
}

function safely(work: () => string, otherwise: string): string {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
