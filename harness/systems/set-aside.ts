// Puts another file in a file's place so that the original comes back whole, whenever we are killed: the original is not copied but kept under
// a second name (a hard link), and both ways are one rename. Its owner, its mode and its bytes never change.
//
//     nginx.conf ─ link ─► .nginx.conf.crosstalk-1234-original      back: rename that to nginx.conf
//     .nginx.conf.crosstalk-1234-next ─ rename ─► nginx.conf
import { createHash } from 'node:crypto';
import { access, constants, type FileHandle, link, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const fileBytesMax = 4_194_304;

export const setAsideSchema = z.object({
  /** Links resolved. */
  file: z.string(),
  token: z.string().regex(/^[0-9a-f]{12}$/),
  originalHash: z.string(),
  nextHash: z.string(),
});
export type SetAside = z.infer<typeof setAsideSchema>;

const nameOf = ({ file, token }: SetAside, what: string): string =>
  // With a dot in front, so that `include *` does not read it.
  path.join(path.dirname(file), `.${path.basename(file)}.crosstalk-${token}-${what}`);
export const originalOf = (aside: SetAside): string => nameOf(aside, 'original');
const nextOf = (aside: SetAside): string => nameOf(aside, 'next');

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function bytesOf(file: string): Promise<Buffer> {
  // Opening a pipe would wait for who writes to it.
  if (!(await stat(file)).isFile()) throw new Error(`${file} is no regular file`);
  const handle = await open(file, 'r');
  try {
    if ((await handle.stat()).size > fileBytesMax) throw new Error(`${file} is larger than ${fileBytesMax} bytes`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

const absent = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT') return null;
  throw error;
};

/** Both names are of its folder. */
export async function requireReplaceable(file: string): Promise<void> {
  await access(path.dirname(await realpath(file)), constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} can't be replaced (${error.code}): run the drill as whoever may write to its folder`);
  });
}

/** Changes nothing. */
export async function planSwap(wanted: string, next: string, token: string): Promise<SetAside> {
  const file = await realpath(wanted);
  const [originalHash, nextHash] = [hashOf(await bytesOf(file)), hashOf(await bytesOf(next))];
  if (originalHash === nextHash) throw new Error(`${next} says the same as ${wanted}, so nothing would change`);
  return { file, token, originalHash, nextHash };
}

/** `changed`: somebody else has written it since. */
export async function standing(aside: SetAside): Promise<'original' | 'next' | 'changed'> {
  const hash = hashOf(await bytesOf(aside.file));
  if (hash === aside.originalHash) return 'original';
  return hash === aside.nextHash ? 'next' : 'changed';
}

export async function putNext(aside: SetAside, next: string): Promise<void> {
  const bytes = await bytesOf(next);
  if (hashOf(bytes) !== aside.nextHash || (await standing(aside)) !== 'original')
    throw new Error(`${next} or ${aside.file} was changed since the fault was planned`);
  await link(aside.file, originalOf(aside));
  const { mode, uid, gid } = await lstat(aside.file);
  // Fails when somebody has put something there, be it a link.
  await written(await open(nextOf(aside), 'wx', mode & 0o777), bytes, process.getuid?.() === 0 ? { uid, gid } : null);
  await rename(nextOf(aside), aside.file);
  await syncFolder(aside);
}

async function written(handle: FileHandle, bytes: Buffer, owner: { uid: number; gid: number } | null): Promise<void> {
  try {
    if (owner) await handle.chown(owner.uid, owner.gid);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** May be called again, and when nothing was put there. Rejects where that would undo what somebody else wrote. */
export async function putBack(aside: SetAside): Promise<void> {
  await rm(nextOf(aside), { force: true });
  const now = await standing(aside);
  if (now === 'changed')
    throw new Error(
      `${aside.file} was changed by somebody else meanwhile and is left alone; the original is ${originalOf(aside)}`,
    );
  if (now === 'original') return;
  const kept = await lstat(originalOf(aside)).catch(absent);
  if (!kept?.isFile() || hashOf(await bytesOf(originalOf(aside))) !== aside.originalHash)
    throw new Error(`${originalOf(aside)} is not what ${aside.file} was: put that back by hand`);
  await rename(originalOf(aside), aside.file);
  await syncFolder(aside);
}

/** Once all is over. Where nothing was put there, the second name is left still. */
export async function tidy(aside: SetAside): Promise<void> {
  if ((await standing(aside)) === 'original') await rm(originalOf(aside), { force: true });
}

export const isTidy = async (aside: SetAside): Promise<boolean> =>
  (await standing(aside)) === 'original' && (await lstat(originalOf(aside)).catch(absent)) === null;

/** The names, too, are to outlive a machine that goes down. */
async function syncFolder({ file }: SetAside): Promise<void> {
  const handle = await open(path.dirname(file), 'r');
  await handle.sync().finally(() => handle.close());
}
