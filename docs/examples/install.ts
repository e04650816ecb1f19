// What each example stands on, installed beside it from its own lock file; nothing is done where that has been done already.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const timeoutMs = 600_000;

/** npm leaves a lock file of its own in what it has installed. */
function isInstalled(folder: string): boolean {
  const installed = path.join(folder, 'node_modules', '.package-lock.json');
  return (
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(path.join(folder, 'package-lock.json')).mtimeMs
  );
}

const examples = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => path.join(import.meta.dirname, name))
  .filter((folder) => existsSync(path.join(folder, 'package-lock.json')) && !isInstalled(folder));

for (const folder of examples) {
  const shown = path.relative('.', folder);
  process.stdout.write(`npm ci --prefix ${shown}\n`);
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: timeoutMs,
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write(`${shown} could not be installed; its tests need it: npm ci --prefix ${shown}\n`);
    process.exit(1);
  }
}
