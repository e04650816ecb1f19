// After a run that was killed with its switch pulled: whoever finds the note releases it, and keeps the note where that fails.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveDrill } from '../drill.ts';
import { releasePulled, switchNoteFile } from './switch-note.ts';

const adapter = `export const released = [];
export const target = { name: 'x', actions: {},
  declares: { headers: {}, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 },
  enrolment: { enrol() {}, addConsultation() {}, unenrol() {} },
  switches: {
    off: { claims: ['lists'], async pull() {}, async release() { released.push('off'); } },
    stuck: { claims: ['lists'], async pull() {}, async release() { throw new Error('still shut'); } },
  } };`;

describe('releasePulled', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'switch-note-'));
    writeFileSync(path.join(folder, 'adapter.mjs'), adapter);
    const drill = resolveDrill(
      { target: { adapter: path.join(folder, 'adapter.mjs'), url: 'http://127.0.0.1:1' } },
      'test',
    );
    writeFileSync(path.join(folder, 'drill.json'), JSON.stringify({ drill }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const note = (): string => path.join(folder, switchNoteFile);
  const pull = (name: string): void => writeFileSync(note(), JSON.stringify({ switch: name }));
  const here = async (): Promise<boolean> => false;
  const released = async (): Promise<readonly string[]> => (await import(path.join(folder, 'adapter.mjs'))).released;

  it('does nothing where no switch was left pulled', async () => {
    expect(await releasePulled(folder, here)).toBeNull();
    expect(await released()).toEqual([]);
  });

  it('releases it and takes the note away', async () => {
    pull('off');
    expect(await releasePulled(folder, here)).toBe('off');
    expect(await released()).toEqual(['off']);
    expect(existsSync(note())).toBe(false);
  });

  it('keeps the note where it could not be released, or is not known any more', async () => {
    pull('stuck');
    await expect(releasePulled(folder, here)).rejects.toThrow('still shut');
    expect(existsSync(note())).toBe(true);
    pull('gone');
    await expect(releasePulled(folder, here)).rejects.toThrow(/no switch gone any more: release it by hand/);
    expect(existsSync(note())).toBe(true);
  });

  it('asks nothing of a deployment that is gone', async () => {
    pull('stuck');
    expect(await releasePulled(folder, async () => true)).toBeNull();
    expect(existsSync(note())).toBe(false);
  });
});
