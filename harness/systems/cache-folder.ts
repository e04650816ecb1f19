// nginx's cache on disk: found and emptied. What is removed are regular files alone, named as nginx names an answer that it keeps (the MD5 of
// its key), not too deep and not too many; no link is followed, and a folder that can't be meant is refused.
import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** nginx itself makes three levels at most. */
const depthMax = 4;
const filesMax = 200_000;
const rememberedMax = 500;
const atOnceMax = 64;
const nameShape = /^[0-9a-f]{32}$/;

export interface CachedFile {
  /** From the folder on. */
  readonly name: string;
  /** Another one under the same name has another. */
  readonly mark: string;
}

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

export async function requireCacheFolder(folder: string): Promise<void> {
  const real = await realpath(folder).catch((error: unknown) => {
    throw new Error(
      `${folder} can't be read (${hasCode(error, 'ENOENT') ? 'it is not there' : error}): correct cacheDir`,
    );
  });
  if (real !== path.resolve(folder))
    throw new Error(`${folder} is reached by a link, and its real name is ${real}: write that as cacheDir`);
  const holdsUs = [process.cwd(), homedir()].some((own) => own === real || own.startsWith(`${real}${path.sep}`));
  if (real.split(path.sep).filter(Boolean).length < 2 || holdsUs)
    throw new Error(
      `${folder} is not emptied, for it can't be the cache of nginx alone: write the folder of proxy_cache_path as cacheDir`,
    );
  if (!(await lstat(real)).isDirectory()) throw new Error(`${folder} is no folder: correct cacheDir`);
}

async function* filesIn(folder: string, depth = 0): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown): Dirent[] => {
    // nginx has removed it meanwhile.
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isFile() && nameShape.test(entry.name)) yield file;
    else if (entry.isDirectory() && depth < depthMax) yield* filesIn(file, depth + 1);
  }
}

async function* bounded(folder: string): AsyncGenerator<string> {
  let count = 0;
  for await (const file of filesIn(folder)) {
    if (++count > filesMax)
      throw new Error(`${folder} holds more than ${filesMax} files, which is more than is removed`);
    yield file;
  }
}

const markOf = async (file: string): Promise<string | null> =>
  lstat(file, { bigint: true }).then(
    ({ ino, mtimeNs }) => `${ino} ${mtimeNs}`,
    (error: unknown) => {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null;
      throw error;
    },
  );

export async function cachedFiles(folder: string): Promise<{ readonly files: CachedFile[]; readonly count: number }> {
  const files: CachedFile[] = [];
  let count = 0;
  for await (const file of bounded(folder)) {
    count++;
    if (files.length >= rememberedMax) continue;
    const mark = await markOf(file);
    if (mark !== null) files.push({ name: path.relative(folder, file), mark });
  }
  return { files, count: files.length === 0 ? 0 : count };
}

export async function emptyCache(folder: string): Promise<void> {
  let batch: string[] = [];
  const removeBatch = async (): Promise<void> => {
    await Promise.all(batch.map(remove));
    batch = [];
  };
  for await (const file of bounded(folder)) {
    batch.push(file);
    if (batch.length >= atOnceMax) await removeBatch();
  }
  await removeBatch();
}

const remove = async (file: string): Promise<void> =>
  unlink(file).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });

/** How many are there still, and not others that took their names. */
export async function stillThere(folder: string, files: readonly CachedFile[]): Promise<number> {
  const marks = await Promise.all(
    files.map(async ({ name, mark }) => (await markOf(path.join(folder, name))) === mark),
  );
  return marks.filter(Boolean).length;
}
