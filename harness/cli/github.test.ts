// What a job on GitHub shows by itself, and where findings are pinned.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleLeak } from '../../reports/sample.ts';
import { summary } from '../../reports/summary.ts';
import { target as clinicTarget } from '../targets/clinic.ts';
import { adapterPlace } from './adapter-place.ts';
import { tellGitHub } from './github.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-github-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('on GitHub Actions', () => {
  const told = (env: NodeJS.ProcessEnv): string => {
    const said: string[] = [];
    tellGitHub(sampleLeak(), { write: (text) => said.push(text) }, env);
    return said.join('');
  };

  it('a run prints annotations and adds its summary to what is there', () => {
    const file = path.join(folder, 'summary');
    writeFileSync(file, 'before\n');
    expect(told({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file })).toMatch(/^::error title=Crosstalk%3A LEAK::/);
    expect(readFileSync(file, 'utf8')).toBe(`before\n${summary(sampleLeak())}`);
  });

  it('it does neither elsewhere', () => {
    expect(told({})).toBe('');
  });

  it('it adds nothing that would make the summary too long to be shown', () => {
    const file = path.join(folder, 'summary');
    writeFileSync(file, 'x'.repeat(1_048_000));
    told({ GITHUB_STEP_SUMMARY: file });
    expect(readFileSync(file, 'utf8')).toHaveLength(1_048_000);
  });

  it('a summary that can’t be written is said, and changes nothing else', () => {
    expect(told({ GITHUB_STEP_SUMMARY: path.join(folder, 'no/such/folder') })).toMatch(
      /^the step summary can't be written/,
    );
  });
});

describe('the adapter’s place', () => {
  const placeOf = (file: string, places: Record<string, string> = {}) =>
    adapterPlace({ ...clinicTarget, source: { path: file, places } }).adapter;

  it('is told from the root of the repository, with the lines of the functions that stand in it', () => {
    vi.stubEnv('GITHUB_WORKSPACE', folder);
    const places = { 'view-history': 'staging.target.ts:41', watch: 'other.ts:3' };
    expect(placeOf(path.join(folder, 'test/staging.target.ts'), places)).toEqual({
      file: 'test/staging.target.ts',
      lines: { 'view-history': 41 },
    });
  });

  it('is none outside of the repository, in a package, or of an adapter without a file', () => {
    vi.stubEnv('GITHUB_WORKSPACE', folder);
    expect(placeOf('/elsewhere/a.ts')).toBeUndefined();
    expect(placeOf(path.join(folder, 'node_modules/crosstalk/harness/targets/clinic.ts'))).toBeUndefined();
    expect(adapterPlace(clinicTarget)).toEqual({});
  });
});
