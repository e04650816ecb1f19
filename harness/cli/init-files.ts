// Writes several files, all of them or none: nothing that exists is overwritten unasked, and nothing is left half-written.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Problem } from './problem.ts';

export interface NewFile {
  /** Within the folder. */
  readonly name: string;
  readonly text: string;
}

export function writeAll(folder: string, files: readonly NewFile[], force: boolean): void {
  const there = files.filter(({ name }) => existsSync(path.join(folder, name))).map(({ name }) => name);
  if (there.length > 0 && !force)
    throw new Problem(
      `${folder} has ${there.join(', ')} already. Nothing was written: say --force to replace ${there.length === 1 ? 'it' : 'them'}, or name another folder.`,
    );
  const undo: (() => void)[] = [];
  try {
    const ready = files.map(({ name, text }) => {
      const file = path.join(folder, name);
      const made = mkdirSync(path.dirname(file), { recursive: true });
      if (made !== undefined) undo.unshift(() => rmSync(made, { recursive: true, force: true }));
      const written = `${file}.${process.pid}.new`;
      undo.unshift(() => rmSync(written, { force: true }));
      writeFileSync(written, text, { flag: 'wx' });
      return { file, written };
    });
    for (const { file, written } of ready) {
      if (!existsSync(file)) undo.unshift(() => rmSync(file, { force: true }));
      renameSync(written, file);
    }
  } catch (error) {
    for (const step of undo) step();
    throw new Problem(
      `${folder} can't be written to (${error instanceof Error ? error.message : error}). Nothing was written: name a folder that you may write to.`,
    );
  }
}

const root = path.resolve(import.meta.dirname, '../..');
const sources = {
  target: 'harness/targets/target.ts',
  talk: 'harness/targets/talk.ts',
  web: 'harness/targets/web.ts',
  drill: 'harness/drill.ts',
  'logins/form-login': 'harness/logins/form-login.ts',
} as const;

/** Whether files in that folder find the package by its name; else they import it by its path. */
export function hasPackage(folder: string): boolean {
  try {
    createRequire(path.join(folder, 'any.js')).resolve('crosstalk/package.json');
    return true;
  } catch {
    return false;
  }
}

export function importedFrom(folder: string, module: keyof typeof sources): string {
  if (hasPackage(folder)) return `crosstalk/${module}`;
  const relative = path.relative(folder, path.join(root, sources[module])).replaceAll('\\', '/');
  return relative.startsWith('.') ? relative : `./${relative}`;
}
