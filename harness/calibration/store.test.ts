import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Calibration } from './calibration.ts';
import { correctTrial, sampleTrial } from './sample-trial.ts';
import { summaryOf } from './score.ts';
import { trialsOnDisk, writeCalibration } from './store.ts';

const trials = [sampleTrial(), correctTrial()];
const calibration: Calibration = {
  version: 2,
  mode: 'tuned',
  release: '0.1.0',
  sources: 's1',
  driver: 'node',
  thresholdPercent: 100,
  startedAt: 1,
  endedAt: 2,
  complete: true,
  trials,
  summary: summaryOf(trials, [], () => null),
};

describe('calibration.json', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-calibration-'));
    file = path.join(folder, 'deep', 'calibration.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back the trials that were written, and leaves nothing half written behind', () => {
    expect(trialsOnDisk(file)).toEqual([]);
    writeCalibration(file, calibration);
    writeCalibration(file, { ...calibration, trials: trials.slice(1) });
    expect(trialsOnDisk(file)).toEqual(trials.slice(1));
    expect(readdirSync(path.dirname(file))).toEqual(['calibration.json']);
  });

  it.each([
    ['{"version":2', "can't be read"],
    ['{"version":1,"trials":[]}', 'is not a calibration of this release'],
  ])('says of %s that it %s, and what to do', (text, message) => {
    const damaged = path.join(folder, 'calibration.json');
    writeFileSync(damaged, text);
    expect(() => trialsOnDisk(damaged)).toThrow(message);
    expect(() => trialsOnDisk(damaged)).toThrow('start anew without --resume');
  });
});
