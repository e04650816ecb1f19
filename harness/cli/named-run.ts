// A run as people name it: its folder, `runs/latest` (a link, or a file with the name where links could not be made), or the
// `verdict.json` in it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type RunFolder, runFolder } from '../run-folder.ts';
import { type Verdict, verdictSchema } from '../verdict.ts';
import { Problem } from './problem.ts';

const nameBytesMax = 1_024;
/** As much as hundreds of findings with all their evidence come to, many times over. */
const verdictBytesMax = 64 * 1_048_576;

export function folderOf(named: string): string {
  const full = path.resolve(named);
  if (!existsSync(full)) throw new Problem(`there is no run ${full}`);
  const stat = statSync(full);
  if (stat.isDirectory()) return full;
  if (path.basename(full) === 'verdict.json') return path.dirname(full);
  const text = stat.size > nameBytesMax ? '' : readFileSync(full, 'utf8').trim();
  const folder = path.join(path.dirname(full), text);
  if (text === '' || !existsSync(folder)) throw new Problem(`${full} is neither the folder of a run nor names one`);
  return folder;
}

/** With what it takes to judge it again. */
export function namedRun(named: string): RunFolder {
  const folder = runFolder(folderOf(named));
  for (const file of [folder.drill, folder.history]) {
    if (!existsSync(file))
      throw new Problem(`${folder.path} is not the folder of a run: it has no ${path.basename(file)}`);
  }
  return folder;
}

/** Checked; a verdict that cannot be read is a problem that says what to do. */
export function readVerdict(named: string): Verdict {
  const file = path.join(folderOf(named), 'verdict.json');
  if (!existsSync(file))
    throw new Problem(
      `${path.dirname(file)} has no verdict.json: is it the folder of a run? \`crosstalk report\` writes it anew`,
    );
  const { size } = statSync(file);
  if (size > verdictBytesMax)
    throw new Problem(`${file} has ${size} bytes, more than any verdict (${verdictBytesMax})`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Problem(
      `${file} is no JSON (${error instanceof Error ? error.message : error}); \`crosstalk report\` writes it anew`,
    );
  }
  const result = verdictSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Problem(
    `${file} is no verdict of version 1: ${issue?.path.join('.')}: ${issue?.message}; \`crosstalk report\` writes it anew`,
  );
}
