// The SHA-256 of an open file, remembered as long as the file is the same one.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

const rememberedCountMax = 5_000;
const remembered = new Map<string, string>();

/** Reads by position: a stream of the same handle still begins where it is told to. */
export async function sha256OfFile(handle: FileHandle): Promise<string> {
  const { dev, ino, size, mtimeMs } = await handle.stat();
  const file = `${dev} ${ino} ${size} ${mtimeMs}`;
  const known = remembered.get(file);
  if (known !== undefined) return known;
  const bytes = Buffer.alloc(size);
  const { bytesRead } = await handle.read(bytes, 0, size, 0);
  const sha256 = createHash('sha256').update(bytes.subarray(0, bytesRead)).digest('hex');
  const oldest = remembered.keys().next();
  if (remembered.size >= rememberedCountMax && !oldest.done) remembered.delete(oldest.value);
  remembered.set(file, sha256);
  return sha256;
}
