// Armadietto on files of its own, with shared caches in front of it, until Ctrl-C. It prints where each is, and the command that drills it.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Running, start } from '../programs.ts';
import { frontOptions, frontsOf, portOf, serveUntilStopped, startFront } from '../serve.ts';

const server = path.join(import.meta.dirname, 'node_modules/armadietto/bin/armadietto.js');
/** As the drill's file has it. */
const usualPort = 8_000;

async function startAll(folder: string, running: Running[]): Promise<void> {
  const { values } = parseArgs({ options: frontOptions(usualPort) });
  const port = portOf(values.port);
  if (!existsSync(server)) throw new Error('Armadietto is not installed: npm ci --prefix docs/examples/armadietto');
  const fronts = await frontsOf(values.behind, port);
  const storage = path.join(folder, 'storage');
  await mkdir(storage, { mode: 0o700 });
  const settings = {
    allow_signup: true,
    storage_path: storage,
    cache_views: true,
    http: { host: '127.0.0.1', port },
    logging: { log_dir: path.join(folder, 'logs'), stdout: ['error'], log_files: [] },
    basePath: '',
  };
  const file = path.join(folder, 'armadietto.json');
  await writeFile(file, JSON.stringify(settings));
  const args = [server, '--conf', file];
  running.push(await start({ name: 'Armadietto', command: process.execPath, args, at: port, folder }));
  for (const front of fronts) running.push(await startFront(front, folder, { port }));
  const command = (what: string, at: number): string =>
    `# ${what}\nnpx crosstalk run --config docs/examples/armadietto/crosstalk.config.ts --url http://127.0.0.1:${at}\n`;
  const lines = [command('alone', port), ...fronts.map(({ cache, port }) => command(`behind ${cache.name}`, port))];
  process.stdout.write(`${lines.join('\n')}\nopen until Ctrl-C\n`);
}

await serveUntilStopped('armadietto', startAll);
