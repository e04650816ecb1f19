// webdav-server on a folder of its own, with ten accounts and with shared caches in front of it, until Ctrl-C. It prints the accounts, where each front
// is, and the command that drills it.
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Running, start } from '../programs.ts';
import { frontOptions, frontsOf, portOf, serveUntilStopped, startFront } from '../serve.ts';

const here = import.meta.dirname;
/** As the drill's file has it. */
const usualPort = 8_200;
const accountCount = 10;

async function startAll(folder: string, running: Running[]): Promise<void> {
  const open = { open: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ options: { ...frontOptions(usualPort), ...open } });
  const port = portOf(values.port);
  if (!existsSync(path.join(here, 'node_modules/webdav-server')))
    throw new Error('webdav-server is not installed: npm ci --prefix docs/examples/webdav-server');
  const fronts = await frontsOf(values.behind, port);
  const storage = path.join(folder, 'storage');
  const accounts = Array.from({ length: accountCount }, () => `${randomUUID()},${randomBytes(12).toString('hex')}`);
  for (const account of accounts) await mkdir(path.join(storage, account.split(',')[0] ?? ''), { recursive: true });
  const list = path.join(folder, 'accounts.csv');
  await writeFile(list, ['username,password', ...accounts].join('\n'), { mode: 0o600 });
  const args = [path.join(here, 'server.mjs'), String(port), storage, list, ...(values.open ? ['open'] : [])];
  running.push(await start({ name: 'webdav-server', command: process.execPath, args, at: port, folder }));
  for (const front of fronts) running.push(await startFront(front, folder, { port }));
  const command = (what: string, at: number): string =>
    `# ${what}\nnpx crosstalk run --config docs/examples/webdav-server/crosstalk.config.ts --url http://127.0.0.1:${at}\n`;
  const lines = [command('alone', port), ...fronts.map(({ cache, port }) => command(`behind ${cache.name}`, port))];
  process.stdout.write(`export WEBDAV_ACCOUNTS="$(cat ${list})"\n\n${lines.join('\n')}\nopen until Ctrl-C\n`);
}

await serveUntilStopped('webdav', startAll);
