// Armadietto, which nobody here wrote: alone and behind each cache it shows nobody another's storage; recordings that stand under `public/`
// leak, and so would tokens that never end, if they were not declared.
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../../../harness/cli/command-line.ts';
import {
  type Drilled,
  drill,
  type Example,
  isLeak,
  judgedAgain,
  startExample,
  startMaxMs,
} from '../example-under-test.ts';
import { target } from './armadietto.target.ts';

const here = import.meta.dirname;

describe('Armadietto', () => {
  let server: Example;
  let cli: CommandLine;
  beforeAll(async () => {
    server = await startExample(here);
  }, startMaxMs);
  afterAll(() => server.stop());
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(() => cli.remove());

  function drillOf(front: number, adapter: string, ...flags: string[]): Promise<Drilled> {
    const files = ['--config', path.join(here, 'crosstalk.config.ts'), '--adapter', path.join(here, adapter)];
    return drill(cli, [...files, '--url', `http://127.0.0.1:${server.port + front}`, ...flags]);
  }

  it.each([
    ['alone', 0],
    ['behind Varnish with nothing but a backend line', 1],
    ['behind nginx with a cache keyed by the URL', 2],
    ['behind HAProxy with its own cache', 3],
  ])('%s passes, and would not if its tokens were said to end with the session', async (_name, front) => {
    const { verdict } = await drillOf(front, 'armadietto.target.ts');
    expect(verdict.reasons).toEqual([]);
    expect(verdict.verdict).toBe('PASS');
    expect(verdict.findings).toEqual([]);
    const again = await judgedAgain(cli, verdict, { ...target.declares, signOutBoundMs: 0 });
    expect(again.verdict).toBe('LEAK');
    expect(new Set(again.findings.filter(isLeak).map(({ rule }) => rule))).toEqual(new Set(['afterlife']));
  });

  it('whose recordings stand under public/ leaks', async () => {
    const { verdict } = await drillOf(0, 'armadietto-public.target.ts', '--stop-on-leak', '--scenario', 'shared-link');
    expect(verdict.verdict).toBe('LEAK');
    for (const { route } of verdict.findings.filter(isLeak))
      expect(route).toBe('GET /storage/{user}/public/clinic/recordings/{id}');
  });
});
