// Recordings, their thumbnails and exports as files in a folder, one object a key. An object appears whole or not at all: it is written aside and renamed.
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes the target's file from the source's. */
export type Derivation = (sourcePath: string, targetPath: string) => Promise<void>;

/** One object as it was when it was opened, whatever takes its place meanwhile. Whoever opens it closes it. */
export interface OpenObject {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

export interface ObjectStore {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Lets `make` write what `to` will be from what `from` is, and answers its size in bytes; throws when the source is not there. */
  derive(from: string, to: string, make: Derivation): Promise<number>;
  /** Already gone is success. */
  remove(key: string): Promise<void>;
  pathOf(key: string): string;
  /** Undefined when it is not there. */
  open(key: string): Promise<OpenObject | undefined>;
  /** Removes what nobody knows of any more: objects of that kind that are older than any in use. */
  removeOlder(kind: 'export' | 'partial', ageMs: number): Promise<void>;
}

/** An object's key is made by us, so it can't climb out of the folder; this makes sure. */
const keyShape = /^[a-z]+-[0-9a-z-]{8,64}$/;

export const incomingKey = (): string => `incoming-${randomUUID()}`;
export const exportKey = (exportId: string): string => `export-${exportId}`;
export const recordingKey = (recordingId: string): string => `recording-${recordingId}`;
export const thumbnailKey = (recordingId: string): string => `thumbnail-${recordingId}`;

export async function openObjectStore(folder: string): Promise<ObjectStore> {
  await mkdir(folder, { recursive: true });
  function pathOf(key: string): string {
    if (!keyShape.test(key)) throw new Error(`"${key}" is no object key`);
    return join(folder, key);
  }
  const aside = (): string => join(folder, `partial-${randomUUID()}`);
  return {
    pathOf,
    async open(key) {
      const handle = await open(pathOf(key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return handle && { handle, sizeBytes: (await handle.stat()).size };
    },
    async put(key, bytes) {
      const partial = aside();
      await writeFile(partial, bytes);
      await rename(partial, pathOf(key));
    },
    async derive(from, to, make) {
      const partial = aside();
      await make(pathOf(from), partial);
      const { size } = await stat(partial);
      await rename(partial, pathOf(to));
      return size;
    },
    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
    async removeOlder(kind, ageMs) {
      const names = await readdir(folder);
      for (const name of names.filter((each) => each.startsWith(`${kind}-`))) {
        const path = join(folder, name);
        const found = await stat(path).catch(() => undefined);
        if (found !== undefined && found.mtimeMs < Date.now() - ageMs) await rm(path, { force: true });
      }
    },
  };
}
