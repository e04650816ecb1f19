// The command line on the real topology: what it runs on is said, and a bug of nginx's configuration is found through it.
import { afterEach, expect, test } from 'vitest';
import { leavesOut } from '../../mocks/clinic/real/lacking.ts';
import { type CommandLine, commandLine, until } from './command-line.ts';

let line: CommandLine | undefined;
afterEach(() => line?.remove());

const onRealParts = test.skipIf(leavesOut());

onRealParts('clinic says which programs it runs on, and ends when asked', async () => {
  line = commandLine();
  const clinic = line.start(['clinic', '--topology', 'real']);
  let said = '';
  clinic.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  await until(() => said.includes('npx crosstalk run') || clinic.exitCode !== null, 120_000);
  clinic.kill('SIGTERM');
  const { exitCode, stderr } = await clinic.finished;
  expect([exitCode, stderr]).toEqual([0, '']);
  for (const name of ['PostgreSQL', 'Redis', 'nginx', 'Toxiproxy'])
    expect(said).toMatch(new RegExp(`^${name} \\d[\\d.]+: /.+ \\(.+\\)$`, 'm'));
});

onRealParts('a drill finds what a new configuration of nginx gives away', async () => {
  line = commandLine();
  const drill = ['--fault', 'edge-config', '--duration', '30s', '--sessions', '12', '--stop-on-leak'];
  const { exitCode, stdout, stderr } = await line.run([
    'demo',
    '--topology',
    'real',
    '--bug',
    'edge-caches-private',
    ...drill,
  ]);
  expect([exitCode, stderr]).toEqual([1, expect.any(String)]);
  expect(stdout).toContain('--topology real');
  const { findings } = line.verdict();
  expect(findings.map(({ rule }) => rule)).toContain('foreign-listing');
});
