// The files for CI servers that Crosstalk hands out or writes are what those servers take: GitHub's own parser reads the action and
// the workflow that `init` writes; GitLab publishes none, so the keywords of its manual hold the other two.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ciFile } from './init-texts.ts';
import { reportFiles } from './write-reports.ts';

const root = path.resolve(import.meta.dirname, '../..');
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const action = textOf('.github/actions/drill/action.yml');

const deployment = {
  name: 'staging',
  url: 'https://staging.example.org',
  adminUrl: undefined,
  adapter: './staging.target.ts',
  secretEnv: 'STAGING_SECRET',
};

/** The parser imports its schemas in a way that Node does not take, so it is bundled first. */
const bundled = await build({
  stdin: {
    contents: `export { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
      export { parseAction } from '@actions/workflow-parser/actions/action-parser';`,
    resolveDir: root,
  },
  bundle: true,
  format: 'esm',
  platform: 'browser',
  write: false,
});
const code = Buffer.from(bundled.outputFiles[0]?.contents ?? []).toString('base64');
const parser = (await import(
  /* @vite-ignore */ `data:text/javascript;base64,${code}`
)) as typeof import('@actions/workflow-parser') & typeof import('@actions/workflow-parser/actions/action-parser');

const problemsOf = (kind: 'parseAction' | 'parseWorkflow', content: string): string[] =>
  parser[kind]({ name: 'file.yml', content }, new parser.NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(({ message }) => message);
const actionProblems = (content: string): string[] => problemsOf('parseAction', content);
const workflowProblems = (content: string): string[] => problemsOf('parseWorkflow', content);

/** Every place in a run's folder that a text names. */
const filesNamedIn = (text: string): string[] =>
  [...text.matchAll(/(?:runs|outputs\.folder \}\})(?:\/latest)?\/([a-z-]+\.[a-z]+)/g)].map(([, file = '']) => file);

describe('for GitHub', () => {
  it('the action is one by GitHub’s own parser, which would say if it were not', () => {
    expect(actionProblems(action)).toEqual([]);
    expect(actionProblems(action.replace('using: composite', 'using: composit'))).not.toEqual([]);
    expect(actionProblems(action.replace('shell: bash', 'shel: bash'))).not.toEqual([]);
  });

  it('the action pastes nothing of its caller’s into its script', () => {
    const { runs } = parse(action) as { runs: { steps: { run?: string }[] } };
    for (const { run = '' } of runs.steps) expect(run).not.toContain('${{');
  });

  it.each(['github', 'gitlab'] as const)('what init writes for %s names files that a run leaves', (system) => {
    const { text = '' } = ciFile(system, deployment) ?? {};
    expect(filesNamedIn(text).length).toBeGreaterThan(0);
    expect(filesNamedIn(text).filter((file) => !(file in reportFiles))).toEqual([]);
  });

  it('the workflow that init writes is one', () => {
    const { text = '' } = ciFile('github', deployment) ?? {};
    expect(workflowProblems(text)).toEqual([]);
    expect(workflowProblems(text.replace('runs-on', 'run-on'))).not.toEqual([]);
  });
});

describe('for GitLab', () => {
  const keywords = new Set(['image', 'stage', 'timeout', 'variables', 'script', 'artifacts']);
  const ofArtifacts = new Set(['when', 'expire_in', 'paths', 'reports']);

  it.each([
    ['the template', textOf('docs/ci/gitlab.yml')],
    ['what init writes', ciFile('gitlab', deployment)?.text ?? ''],
  ])('%s is one job, in keywords that GitLab knows, and its reports are files of a run', (_, text) => {
    const jobs = parse(text) as Record<
      string,
      { script: string[]; artifacts: { when: string; reports: Record<string, string> } }
    >;
    expect(Object.keys(jobs)).toEqual(['crosstalk']);
    const job = jobs.crosstalk;
    expect(Object.keys(job ?? {}).filter((key) => !keywords.has(key))).toEqual([]);
    expect(Object.keys(job?.artifacts ?? {}).filter((key) => !ofArtifacts.has(key))).toEqual([]);
    expect(job?.artifacts.when).toBe('always');
    expect(job?.script.every((line) => typeof line === 'string')).toBe(true);
    const reports = Object.entries(job?.artifacts.reports ?? {});
    expect(reports.map(([kind]) => kind)).toEqual(expect.arrayContaining(['junit', 'codequality']));
    for (const [, file] of reports) expect(path.posix.basename(file) in reportFiles).toBe(true);
  });
});
