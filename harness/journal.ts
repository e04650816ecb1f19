// The write-ahead journal of a run's faults: what heals one is on disk, synced, before it is injected, so that
// `crosstalk heal` can undo it after the harness was killed at any instant. It holds no secrets.
//
//     opening (what heals it) ─► the fault is injected ─► open ─► healed
//
// A line counts once it is synced. A torn last line was never acknowledged, so nothing was done on its word: it is dropped.
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ownProcess } from './faults/process.ts';
import { systemsSchema } from './systems/index.ts';

export const journalFileName = 'faults.journal.ndjson';
export const journalBytesMax = 16 * 1024 * 1024;

/** How to reach the deployment's levers again. The secret for it comes from the environment, never from here. */
const leversReferenceSchema = z.object({
  name: z.string(),
  adminUrl: z.string(),
  /** The drill's `systems`, in which secrets are names of environment variables. */
  systems: systemsSchema.optional(),
});
export type LeversReference = z.infer<typeof leversReferenceSchema>;

const openingSchema = z.object({
  v: z.literal(1),
  state: z.literal('opening'),
  id: z.string(),
  kind: z.string(),
  at: z.number(),
  levers: leversReferenceSchema,
  /** The process that will heal it if it lives. `started` tells it from a later one with the same number. */
  harness: z.object({ pid: z.number(), started: z.string().nullable() }),
  memory: z.unknown(),
});
const changeSchema = z.object({
  v: z.literal(1),
  state: z.enum(['open', 'healed']),
  id: z.string(),
  at: z.number(),
  note: z.string().optional(),
});
const lineSchema = z.union([openingSchema, changeSchema]);

/** A fault as the journal knows it now: the opening line with the latest state. */
export type JournalEntry = Omit<z.infer<typeof openingSchema>, 'v' | 'state'> & {
  readonly state: 'opening' | 'open' | 'healed';
};

/** Each call resolves once its line is on disk. */
export interface Journal {
  opening(fault: { readonly id: string; readonly kind: string; readonly memory: unknown }): Promise<void>;
  open(id: string): Promise<void>;
  healed(id: string, note?: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the run folder's journal for appending, and makes it if it is not there. The folder must exist. */
export async function openJournal(folder: string, levers: LeversReference): Promise<Journal> {
  const file = await openForAppending(join(folder, journalFileName));
  const harness = await ownProcess();
  const reference = { ...levers, adminUrl: withoutCredentials(levers.adminUrl) };
  let last: Promise<void> = Promise.resolve();

  // One line at a time: two faults may change at once.
  const append = (line: z.infer<typeof lineSchema>): Promise<void> => {
    const write = async (): Promise<void> => {
      const { size } = await file.stat();
      try {
        await file.appendFile(`${JSON.stringify(line)}\n`);
        await file.sync();
      } catch (error) {
        // Half a line (the disk is full) must not swallow the next one.
        await file.truncate(size).catch(() => {});
        throw error;
      }
    };
    const written = last.then(write);
    last = written.catch(() => {});
    return written;
  };
  return {
    opening: ({ id, kind, memory }) =>
      append({
        v: 1,
        state: 'opening',
        id,
        kind,
        at: Date.now(),
        levers: reference,
        harness,
        memory,
      }),
    open: (id) => append({ v: 1, state: 'open', id, at: Date.now() }),
    healed: (id, note) => append({ v: 1, state: 'healed', id, at: Date.now(), ...(note !== undefined && { note }) }),
    async close() {
      await last;
      await file.close();
    },
  };
}

/** Every fault of the journal in its latest state, in the order of opening. No journal: no faults. */
export async function readJournal(path: string): Promise<readonly JournalEntry[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  if (bytes.length > journalBytesMax) {
    throw new Error(`${path} is ${bytes.length} bytes long; no journal of faults grows beyond ${journalBytesMax}`);
  }
  const entries = new Map<string, JournalEntry>();
  const lines = bytes.toString('utf8').split('\n');
  // What follows the last line end is empty or torn.
  for (const [index, text] of lines.slice(0, -1).entries()) {
    const line = parseLine(text);
    if (line?.state === 'opening') entries.set(line.id, entryOf(line));
    const known = line && entries.get(line.id);
    if (!known) throw damaged(path, index + 1);
    if (line.state !== 'opening') entries.set(line.id, { ...known, state: line.state });
  }
  return [...entries.values()];
}

function entryOf({ id, kind, at, levers, harness, memory, state }: z.infer<typeof openingSchema>): JournalEntry {
  return { id, kind, at, levers, harness, memory, state };
}

function parseLine(text: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function damaged(path: string, lineNumber: number): Error {
  return new Error(
    `${path}:${lineNumber} is damaged, so a fault may be open that nobody can name: look at the deployment, ` +
      'mend it by hand if need be, and then remove the file',
  );
}

async function openForAppending(path: string): Promise<FileHandle> {
  const file = await open(path, 'a+');
  try {
    await dropTornLine(file);
    await syncFolder(dirname(path));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A new file's name is on disk only once its folder is. Where folders can't be synced (Windows), the system sees to it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

async function dropTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size > journalBytesMax)
    throw new Error(`the journal is ${size} bytes long, over its limit of ${journalBytesMax}`);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
  const wholeBytes = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
  if (wholeBytes < size) await file.truncate(wholeBytes);
}

/** Empty where the target has no administration of its own. */
function withoutCredentials(url: string): string {
  if (url === '') return '';
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  parsed.search = '';
  return parsed.href;
}
