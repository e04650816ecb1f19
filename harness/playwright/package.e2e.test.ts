// The package as somebody else's suite has it: packed, unpacked under node_modules, and imported from a plain TypeScript spec, once
// by a suite of CommonJS and once by one of ES modules. Dependencies are lent by this repository, so that nothing is downloaded.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchOptions, requireChromium } from '../eyes/chromium.ts';

const root = path.resolve(import.meta.dirname, '../..');
const suiteMaxMs = 240_000;
let suite: string;

beforeAll(() => {
  suite = mkdtempSync(path.join(tmpdir(), 'crosstalk-suite-'));
  const modules = path.join(suite, 'node_modules');
  mkdirSync(path.join(modules, 'crosstalk'), { recursive: true });
  for (const name of readdirSync(path.join(root, 'node_modules')).filter((each) => !each.startsWith('.')))
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', suite], { cwd: root, stdio: 'pipe' });
  const [packed = ''] = readdirSync(suite).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', [
    '-xzf',
    path.join(suite, packed),
    '--strip-components=1',
    '-C',
    path.join(modules, 'crosstalk'),
  ]);

  mkdirSync(path.join(suite, 'tests'));
  const use = JSON.stringify({ launchOptions: launchOptions(requireChromium()) });
  const write = (file: string, text: string): void => writeFileSync(path.join(suite, file), text);
  write('playwright.config.ts', `export default { testDir: 'tests', reporter: 'line', use: ${use} };`);
  write(
    'tests/history.spec.ts',
    `import { expect, test } from 'crosstalk/playwright';
test('history', async ({ page, patient, otherPatient }) => {
  const [own, other] = [patient, otherPatient].map(({ consultations }) => consultations[0]?.title);
  await page.setContent(\`<h2>\${own}</h2>\`);
  await expect(page).toShowOnly(patient);
  await page.setContent(\`<h2>\${own}</h2><h2>\${process.env.SHOW_OTHER ? other : ''}</h2>\`);
  await expect(page).toShowOnly(patient);
});
`,
  );
  const compilerOptions = { strict: true, noEmit: true, module: 'NodeNext', target: 'ES2022', types: ['node'] };
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['tests', 'staging'] }));
}, suiteMaxMs);

afterAll(() => rmSync(suite, { recursive: true, force: true }));

describe.each(['commonjs', 'module'])('in a suite of type %s', (type) => {
  const play = (
    env: Readonly<Record<string, string>> = {},
  ): { readonly status: number | null; readonly output: string } => {
    writeFileSync(path.join(suite, 'package.json'), JSON.stringify({ name: 'suite', type }));
    const cli = path.join(suite, 'node_modules/@playwright/test/cli.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'test'], {
      cwd: suite,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  };

  it('passes, and goes red with the message', { timeout: suiteMaxMs }, () => {
    const passed = play();
    expect(passed.output).toContain('1 passed');
    expect(passed.status).toBe(0);
    const failed = play({ SHOW_OTHER: '1', FORCE_COLOR: '0' });
    expect(failed.status).toBe(1);
    expect(failed.output).toMatch(/patient 4 +text +title 0 +<h2> at/);
  });

  it('finds the package in what its `crosstalk init` writes, and runs it', { timeout: suiteMaxMs }, async () => {
    // It has nobody to enrol, which the adapter is asked for first.
    const deployment = createServer((_, response) => response.writeHead(404).end('{}'));
    await new Promise<void>((resolve) => deployment.listen(0, '127.0.0.1', () => resolve()));
    const url = `http://127.0.0.1:${(deployment.address() as AddressInfo).port}`;
    const installed = path.join(suite, 'node_modules/crosstalk');
    const crosstalk = async (folder: string, ...args: readonly string[]): Promise<string> => {
      const command = [path.join(installed, 'harness/cli/crosstalk.js'), ...args];
      const told = (error: { stdout: string }): { stdout: string } => error;
      return (await promisify(execFile)(process.execPath, command, { cwd: path.join(suite, folder) }).catch(told))
        .stdout;
    };
    const document = path.join(installed, 'mocks/clinic/openapi.json');
    const init = ['init', 'staging', '--url', url, '--openapi', document, '--name', 'staging', '--yes', '--force'];
    expect(await crosstalk('.', ...init)).toMatch(/cd staging\n.*\n +npx crosstalk doctor\n/);
    expect(await crosstalk('staging', 'doctor')).toContain('enrolling a clinician: the target answered 404');
    deployment.close();
  });

  it('has types', { timeout: suiteMaxMs }, () => {
    const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', suite], { cwd: suite, encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});
