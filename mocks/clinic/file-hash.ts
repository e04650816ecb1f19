// The SHA-256 of a stored file, remembered as long as the file is the same one.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

const rememberedCountMax = 5_000;
const remembered = new Map<string, string>();

export async function sha256OfFile(path: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(path);
  const file = `${path} ${ino} ${size} ${mtimeMs}`;
  const known = remembered.get(file);
  if (known !== undefined) return known;
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const oldest = remembered.keys().next();
  if (remembered.size >= rememberedCountMax && !oldest.done) remembered.delete(oldest.value);
  remembered.set(file, sha256);
  return sha256;
}
