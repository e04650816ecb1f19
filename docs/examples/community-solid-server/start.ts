// Community Solid Server on files of its own, with shared caches in front of it, until Ctrl-C. It prints where each is, and the
// command that drills it.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { caches, nginxAsTold } from '../caches.ts';
import { type Running, start } from '../programs.ts';
import { frontOptions, frontsOf, portOf, serveUntilStopped, startFront } from '../serve.ts';

const server = path.join(import.meta.dirname, 'node_modules/@solid/community-server/bin/server.js');
const config = path.join(import.meta.dirname, 'server.json');
/** As the drill's file has it. */
const usualPort = 3_000;
const inFront = [...caches, nginxAsTold];

/** The server would listen at every address of the machine, and can only be told a socket instead: on loopback, this hands on to it. */
function relay(port: number, socket: string): Promise<Running> {
  const ways = createServer((client) => {
    const behind = connect(socket);
    client.pipe(behind).pipe(client);
    client.once('error', () => behind.destroy());
    behind.once('error', () => client.destroy());
  });
  return new Promise((resolve, reject) => {
    ways.once('error', (error) => reject(new Error(`port ${port} can't be listened at: ${error.message}`)));
    ways.listen(port, '127.0.0.1', () =>
      resolve({ name: 'the way to the server', ended: new Promise(() => {}), stop: async () => void ways.close() }),
    );
  });
}

async function startAll(folder: string, running: Running[]): Promise<void> {
  const { values } = parseArgs({ options: frontOptions(usualPort, inFront) });
  const port = portOf(values.port);
  if (!existsSync(server))
    throw new Error('Community Solid Server is not installed: npm ci --prefix docs/examples/community-solid-server');
  const fronts = await frontsOf(values.behind, port, inFront);
  const host = `localhost:${port}`;
  const socket = path.join(folder, 'server.sock');
  await mkdir(path.join(folder, 'pods'));
  const options = ['--config', config, '--rootFilePath', 'pods', '--loggingLevel', 'error'];
  const args = [server, ...options, '--baseUrl', `http://${host}/`, '--socket', socket];
  running.push(await start({ name: 'Community Solid Server', command: process.execPath, args, at: socket, folder }));
  running.push(await relay(port, socket));
  for (const front of fronts) running.push(await startFront(front, folder, { port, host }));
  const command = (what: string, at: number): string =>
    `# ${what}\nnpx crosstalk run --config docs/examples/community-solid-server/crosstalk.config.ts --url http://localhost:${at}\n`;
  const lines = [command('alone', port), ...fronts.map(({ cache, port }) => command(`behind ${cache.name}`, port))];
  process.stdout.write(`${lines.join('\n')}\nopen until Ctrl-C\n`);
}

await serveUntilStopped('solid', startAll);
