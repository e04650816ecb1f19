// The adapter for a deployment that Crosstalk does not know: from its document, or from what is usual.
import { scenarios } from '../../scenarios/index.ts';
import type { Login, Maker } from '../openapi/usual.ts';
import type { WrittenAdapter } from '../openapi/write-adapter.ts';
import type { Declarations } from '../targets/target.ts';
import { importedFrom } from './init-files.ts';
import { Problem } from './problem.ts';

export async function adapterOf(
  folder: string,
  name: string,
  openapi: string,
  { login, people }: { readonly login: Login | undefined; readonly people: Maker | undefined },
  headers: Declarations['headers'],
): Promise<WrittenAdapter> {
  // Loaded only where somebody wants one: what reads documents is large.
  const { firstAdapter } = await import('../openapi/adapter.ts');
  const document = openapi === '' ? null : await documentAt(openapi);
  return firstAdapter({
    name,
    headers,
    document,
    login: document ? undefined : login,
    people,
    needing: needing(),
    importedFrom: (module) => importedFrom(folder, module),
  });
}

async function documentAt(source: string) {
  const { DocumentError, readDocument } = await import('../openapi/source.ts');
  try {
    return await readDocument(source);
  } catch (error) {
    if (error instanceof DocumentError) throw new Problem(`${error.message}. Nothing was written.`);
    throw error;
  }
}

/** Which scenarios each action is needed by; what only browsers play is theirs to say. */
export function needing(): ReadonlyMap<string, readonly string[]> {
  const played = scenarios.filter(({ eyes }) => eyes !== true);
  const kinds = new Set(played.flatMap(({ needs }) => needs));
  return new Map(
    [...kinds].map((kind) => [kind, played.filter(({ needs }) => needs.includes(kind)).map((each) => each.name)]),
  );
}
