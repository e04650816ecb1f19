// `calibration.json` on disk: written whole after each trial, so that Ctrl-C or a kill keeps what is done.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Calibration, calibrationSchema, type Trial } from './calibration.ts';

export function writeCalibration(file: string, calibration: Calibration): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(calibration, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** The trials of an earlier calibration; none where there was no earlier one. Throws for a file that is not one. */
export function trialsOnDisk(file: string): readonly Trial[] {
  if (!existsSync(file)) return [];
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} can't be read (${String(error)}); start anew without --resume`);
  }
  const parsed = calibrationSchema.safeParse(json);
  if (parsed.success) return parsed.data.trials;
  throw new Error(
    `${file} is not a calibration of this release (${z.prettifyError(parsed.error).split('\n')[0]}); start anew without --resume`,
  );
}

export function writePage(file: string, page: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, page);
}
