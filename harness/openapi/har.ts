// Reads a HAR recording (HTTP Archive 1.2, as browsers and Playwright's `recordHar` write it) within limits, down to what matters of
// each exchange. Whatever is wrong with it is said in one sentence with what to do.
import { open } from 'node:fs/promises';
import { z } from 'zod';

const fileBytesMax = 256 * 1024 * 1024;
const entriesMax = 20_000;
/** Of one body that is looked into; media are known by their type alone. */
const bodyLettersMax = 4 * 1024 * 1024;

/** The recording can't be used: the message says why, and what to do. */
export class RecordingError extends Error {
  override name = 'RecordingError';
}

type Pairs = readonly (readonly [name: string, value: string])[];

export interface Exchanged {
  readonly method: string;
  readonly url: URL;
  /** Names in small letters. */
  readonly sent: Pairs;
  readonly body: { readonly type: string; readonly text: string; readonly fields: Pairs } | null;
  readonly status: number;
  readonly got: Pairs;
  readonly type: string;
  /** Undefined where the recording holds none, or it is no text. */
  readonly text: string | undefined;
}

const pairs = z
  .array(z.looseObject({ name: z.string(), value: z.coerce.string() }))
  .default([])
  .transform((list) => list.map(({ name, value }) => [name.toLowerCase(), value] as const));
const fields = z
  .array(z.looseObject({ name: z.string(), value: z.coerce.string().default('') }))
  .default([])
  .transform((list) => list.map(({ name, value }) => [name, value] as const));

const entry = z.looseObject({
  request: z.looseObject({
    method: z.string(),
    url: z.string(),
    headers: pairs,
    postData: z
      .looseObject({ mimeType: z.string().default(''), text: z.string().default(''), params: fields })
      .nullish(),
  }),
  response: z.looseObject({
    status: z.number(),
    headers: pairs,
    content: z
      .looseObject({ mimeType: z.string().default(''), text: z.string().optional(), encoding: z.string().optional() })
      .prefault({}),
  }),
});

const harSchema = z.looseObject({ log: z.looseObject({ entries: z.array(entry).max(entriesMax) }) });

export async function readRecording(file: string): Promise<readonly Exchanged[]> {
  return recordingOf(await textOf(file), file);
}

/** In the order of the recording. What is not http is left out. */
export function recordingOf(text: string, file: string): readonly Exchanged[] {
  const parsed = harSchema.safeParse(jsonOf(text, file));
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw new RecordingError(
      `${file} is no HAR recording: ${first?.path.join('.') || 'it'}: ${first?.message ?? 'not understood'}. Save one from a browser's network panel ("Save all as HAR with content"), or with Playwright's recordHar`,
    );
  }
  return parsed.data.log.entries.flatMap(({ request, response }) => {
    if (!URL.canParse(request.url) || response.status === 0) return [];
    const url = new URL(request.url);
    if (!/^https?:$/.test(url.protocol)) return [];
    const { postData } = request;
    const { content } = response;
    const given = typeOf(content.mimeType) || typeOf(headerIn(response.headers, 'content-type'));
    return [
      {
        method: request.method.toUpperCase(),
        url,
        sent: request.headers,
        body: postData
          ? { type: typeOf(postData.mimeType), text: postData.text.slice(0, bodyLettersMax), fields: postData.params }
          : null,
        status: response.status,
        got: response.headers,
        type: given,
        text: textIn(content, given),
      },
    ];
  });
}

export const headerIn = (headers: Pairs, name: string): string => headers.find(([each]) => each === name)?.[1] ?? '';

/** It may be written into a file of source: nothing but a type. */
const typeOf = (mime: string): string => /^\s*([\w.+-]+\/[\w.+-]+)/.exec(mime)?.[1]?.toLowerCase() ?? '';

function textIn({ text, encoding }: { text?: string | undefined; encoding?: string | undefined }, type: string) {
  if (text === undefined || !/json|html|xml|^text\//.test(type)) return undefined;
  const limited = text.slice(0, bodyLettersMax);
  return encoding === 'base64' ? Buffer.from(limited, 'base64').toString('utf8') : limited;
}

function jsonOf(text: string, file: string): unknown {
  try {
    // Some tools begin the file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    const isZip = text.startsWith('PK');
    throw new RecordingError(
      isZip
        ? `${file} is a zip archive: record into a file that ends in .har (Playwright: recordHar: { path: 'visit.har' }), or unpack the .har in it`
        : `${file} is no JSON, which a HAR recording is; it may have been cut off`,
    );
  }
}

async function textOf(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      if (size > fileBytesMax)
        throw new RecordingError(
          `${file} is larger than ${fileBytesMax / 1024 / 1024} MB: record one patient's visit alone, from signing in to signing out`,
        );
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    throw new RecordingError(`${file} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}
