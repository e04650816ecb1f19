// Fetches an OpenAPI document as text, from a file or a URL, within limits, and parses it: JSON or YAML, with every $ref led to what
// it names. Whatever is wrong with it is said in one sentence with what to do.
import { open } from 'node:fs/promises';
import { dereference } from '@readme/openapi-parser';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

const documentBytesMax = 16 * 1024 * 1024;
const fetchMaxMs = 15_000;
const dereferenceMaxMs = 20_000;

/** The document can't be used: the message says why, and what to do. */
export class DocumentError extends Error {
  override name = 'DocumentError';
}

const rootSchema = z.looseObject({
  openapi: z.string().regex(/^3\.[01](\.|$)/),
  info: z.looseObject({ title: z.string().default(''), version: z.coerce.string().default('') }).prefault({}),
  paths: z.record(z.string(), z.looseObject({})),
});
export type OpenApiRoot = z.infer<typeof rootSchema>;

/** Its `$ref`s have been replaced by what they name, so it may hold itself: walk it within limits. Throws a `DocumentError`. */
export async function readDocument(source: string): Promise<OpenApiRoot> {
  const text = /^https?:\/\//.test(source) ? await fetched(source) : await fileText(source);
  const parsed = rootSchema.safeParse(parse(text, source));
  if (!parsed.success)
    throw new DocumentError(`${source} is no OpenAPI 3.0 or 3.1 document: ${problemOf(parsed.error)}`);
  try {
    // Only what the document itself holds: nothing else is fetched or opened.
    const options = { resolve: { external: false }, timeoutMs: dereferenceMaxMs };
    return rootSchema.parse(await dereference(parsed.data as never, options));
  } catch (error) {
    throw new DocumentError(
      `a $ref of ${source} leads nowhere (${firstLineOf(error)}): bundle the document into one file`,
    );
  }
}

function problemOf({ issues: [first] }: z.core.$ZodError): string {
  const where = first?.path.join('.');
  if (where === 'openapi')
    return 'it must begin with `openapi: 3.0.x` or `3.1.x` (convert a Swagger 2.0 document first)';
  if (where === 'paths') return 'it has no `paths`';
  return `${where || 'the document'}: ${first?.message ?? 'not understood'}`;
}

async function fileText(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      requireSize(size, file);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(`${file} can't be read (${firstLineOf(error)}): name a file or a URL`);
  }
}

async function fetched(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchMaxMs) });
    if (!response.ok) throw new DocumentError(`${url} answered ${response.status}: is that where the document is?`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      requireSize(bytes, url);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new DocumentError(`${url} can't be fetched (${firstLineOf(cause)}): name a file or a URL that answers`);
  }
}

function requireSize(bytes: number, source: string): void {
  if (bytes > documentBytesMax)
    throw new DocumentError(
      `${source} is larger than ${documentBytesMax / 1024 / 1024} MB: cut it down to the paths that patients and administrators use`,
    );
}

function parse(text: string, source: string): unknown {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new DocumentError(`${source} is not JSON (${firstLineOf(error)})`);
    }
  }
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = yaml.errors;
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new DocumentError(
      `${source} is neither JSON nor YAML (line ${line}, column ${col}: ${firstLineOf(problem)})`,
    );
  }
  try {
    return yaml.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new DocumentError(`${source} is no document that can be read (${firstLineOf(error)})`);
  }
}

const firstLineOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
