// Pictures of foreign codes, one file each in the run's folder: cropped to the code, and so of nobody's page.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Evidence {
  /** Answers the file's path within the run's folder; null once there are enough of them. */
  keep(picture: Uint8Array): string | null;
}

const folderName = 'evidence';
const filesMax = 200;

export function openEvidence(runFolder: string): Evidence {
  let count = 0;
  return {
    keep(picture) {
      if (count >= filesMax) return null;
      count += 1;
      const file = path.join(folderName, `code-${String(count).padStart(3, '0')}.png`);
      mkdirSync(path.join(runFolder, folderName), { recursive: true });
      writeFileSync(path.join(runFolder, file), picture);
      return file;
    },
  };
}
