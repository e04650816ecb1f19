// webdav-server, which nobody here wrote, with accounts that exist already: alone, behind Varnish and behind HAProxy it shows nobody another's folder; a
// cache keyed by the URL does, and so does a server that gives everybody the rights to everything.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../../../harness/cli/command-line.ts';
import { type Drilled, drill, type Example, isLeak, startExample, startMaxMs } from '../example-under-test.ts';

const here = import.meta.dirname;

describe('webdav-server', () => {
  let server: Example;
  let cli: CommandLine;
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(async () => {
    await server.stop();
    cli.remove();
  });

  async function drillOf(front: number, ...flags: string[]): Promise<Drilled> {
    server = await startExample(here, flags);
    const [, list = ''] = /WEBDAV_ACCOUNTS="\$\(cat ([^)]+)\)"/.exec(server.said) ?? [];
    const files = [
      '--config',
      path.join(here, 'crosstalk.config.ts'),
      '--adapter',
      path.join(here, 'webdav.target.ts'),
    ];
    return drill(cli, [...files, '--url', `http://127.0.0.1:${server.port + front}`], {
      WEBDAV_ACCOUNTS: readFileSync(list, 'utf8'),
    });
  }

  it.each([
    ['alone', 0],
    ['behind Varnish with nothing but a backend line', 1],
    ['behind HAProxy with its own cache', 3],
  ])(
    '%s passes',
    async (_name, front) => {
      const { verdict } = await drillOf(front);
      expect(verdict.reasons).toEqual([]);
      expect(verdict).toMatchObject({ verdict: 'PASS', findings: [] });
    },
    startMaxMs,
  );

  it(
    'behind nginx with a cache keyed by the URL leaks, and the report says why',
    async () => {
      const { verdict, stdout } = await drillOf(2);
      expect(verdict.verdict).toBe('LEAK');
      expect(verdict.findings.filter(isLeak).map(({ rule }) => rule)).toContain('foreign-recording');
      expect(stdout).toContain('The answer was stored by a shared cache, which gave it to others');
      expect(stdout).toContain('It has no `Cache-Control`');
    },
    startMaxMs,
  );

  it(
    'with the rights to everything for everybody leaks',
    async () => {
      const { verdict } = await drillOf(0, '--behind', 'none', '--open');
      expect(verdict.verdict).toBe('LEAK');
      expect(verdict.findings.filter(isLeak).map(({ route }) => route)).toContain('GET /{user}/{file}.webm');
    },
    startMaxMs,
  );
});
