import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryLine } from './history.ts';
import { openHistory, readHistory } from './history-file.ts';

const line = (at: number): HistoryLine => ({ v: 1, t: 'erased', patient: 3, at });

describe('history file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-history-'));
    file = path.join(folder, 'history.ndjson');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what was appended, also before it was closed', async () => {
    const history = openHistory(file);
    history.append(line(1));
    history.append(line(2));
    expect((await readHistory(file)).lines).toEqual([line(1), line(2)]);
    history.close();
    history.close();
  });

  it('forgives a torn last line and says so', async () => {
    const history = openHistory(file);
    history.append(line(1));
    history.close();
    appendFileSync(file, '{"v":1,"t":"era');
    expect(await readHistory(file)).toEqual({ lines: [line(1)], tornLastLine: true });
  });

  it('names file and line of a damaged one, in the middle or of a wrong shape', async () => {
    writeFileSync(file, `${JSON.stringify(line(1))}\n{"v":1,"t"\n${JSON.stringify(line(2))}\n`);
    await expect(readHistory(file)).rejects.toThrow(/history\.ndjson, line 2 is damaged: not JSON/);
    writeFileSync(file, `${JSON.stringify(line(1))}\n{"v":1,"t":"erased","patient":"x","at":1}\n`);
    await expect(readHistory(file)).rejects.toThrow(/line 2 is damaged: not a line of history.*patient/);
    writeFileSync(file, `{"v":2,"t":"erased","patient":1,"at":1}\n`);
    await expect(readHistory(file)).rejects.toThrow(/line 1 is damaged/);
  });
});
