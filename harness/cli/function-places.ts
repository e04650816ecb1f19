// Where the functions of a loaded adapter begin, in the file as a person wrote it: Node's inspector knows the place of every
// function, and the source map that came with the module leads back to the line. What can't be told for sure is left out.
import { Session } from 'node:inspector';
import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { fileOf } from '../drivers/blame.ts';
import type { Target } from '../targets/target.ts';

/** As the inspector tells it, from 0. */
interface Place {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** `my-adapter.ts:41` by name, as in `AdapterSource`. */
export function functionPlaces(target: Target): Record<string, string> {
  const session = new Session();
  const urls = new Map<string, string>();
  session.connect();
  try {
    session.on('Debugger.scriptParsed', ({ params }) => void urls.set(params.scriptId, params.url));
    session.post('Debugger.enable');
    return Object.fromEntries(
      functionsOf(target).flatMap(([name, fn]) => {
        const place = placeOf(session, fn);
        const line = place && originalPlace(urls.get(place.scriptId), place);
        return line ? [[name, line]] : [];
      }),
    );
  } finally {
    session.disconnect();
  }
}

function functionsOf({ actions, pages = {}, enrolment }: Target): [name: string, fn: unknown][] {
  const named = (prefix: string, functions: object): [string, unknown][] =>
    Object.entries(functions).map(([name, fn]) => [`${prefix}${name}`, fn]);
  const { clinicians = {}, ...own } = { clinicians: undefined, ...enrolment };
  const all = [
    ...named('', actions),
    ...named('pages.', pages),
    ...named('', own),
    ...named('clinicians.', clinicians),
  ];
  return all.filter(([, fn]) => typeof fn === 'function');
}

/** The inspector is handed the function by way of a global, for as long as it takes. */
const handOver = '__crosstalkFunction';

function placeOf(session: Session, fn: unknown): (Place & { readonly scriptId: string }) | null {
  let found: ReturnType<typeof placeOf> = null;
  Object.defineProperty(globalThis, handOver, { value: fn, configurable: true });
  session.post('Runtime.evaluate', { expression: `globalThis.${handOver}` }, (_, evaluated) => {
    const objectId = evaluated?.result?.objectId;
    if (objectId === undefined) return;
    session.post('Runtime.getProperties', { objectId, ownProperties: true }, (__, got) => {
      const location = got?.internalProperties?.find(({ name }) => name === '[[FunctionLocation]]');
      found = (location?.value?.value as typeof found | undefined) ?? null;
    });
  });
  Reflect.deleteProperty(globalThis, handOver);
  return found;
}

/** `my-adapter.ts:41`; null where no source map leads back to a line. */
export function originalPlace(url: string | undefined, { lineNumber, columnNumber }: Place): string | null {
  if (url === undefined || url === '') return null;
  const file = url.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : url;
  const map = findSourceMap(url) ?? findSourceMap(file);
  if (map === undefined) return null;
  const entry = map.findEntry(lineNumber, columnNumber);
  return 'originalSource' in entry ? `${fileOf(entry.originalSource)}:${entry.originalLine + 1}` : null;
}
