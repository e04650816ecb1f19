// The adapter for pages against the reference clinic's own web app, by k6: another's list on a page is found.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningClinic, startClinic } from './clinic-process.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { pagesAdapter } from './web-under-test.ts';

let cli: CommandLine;
let clinic: RunningClinic | null = null;
beforeEach(() => {
  cli = commandLine();
  writeFileSync(path.join(cli.folder, 'pages.target.ts'), pagesAdapter);
});
afterEach(async () => {
  await clinic?.stop();
  clinic = null;
  cli.remove();
});

const at = ({ url, adminUrl }: RunningClinic): string[] => [
  '--adapter',
  'pages.target.ts',
  '--url',
  url,
  '--admin-url',
  adminUrl,
];
const secretOf = ({ secret }: RunningClinic) => ({ CROSSTALK_CLINIC_ADMIN_SECRET: secret });

it('finds another’s list on a page, by k6', async () => {
  clinic = await startClinic({ bug: ['cache-key-lacks-owner'] });
  const load = ['--driver', 'k6', '--sessions', '4', '--duration', '30s', '--stop-on-leak'];
  const { exitCode, stdout } = await cli.run(['run', ...at(clinic), ...load], secretOf(clinic));
  expect(stdout).toContain('GET /me/rewatch');
  expect(cli.verdict().findings.map(({ rule }) => rule)).toContain('foreign-listing');
  expect(exitCode).toBe(1);
});
