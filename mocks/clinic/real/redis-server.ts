// One Redis process: started with a configuration of its own, keeping nothing on disk, with a client for administration.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createClient } from '@redis/client';
import { freePort } from './ports.ts';
import { ownFolder, type Program, type Surroundings, startProgram, untilUp } from './program.ts';

const startMaxMs = 15_000;
const callMaxMs = 3_000;

export type RedisClient = Awaited<ReturnType<typeof openClient>>;

export interface RedisServer {
  readonly port: number;
  readonly program: Program;
  readonly client: RedisClient;
  /** One figure of INFO, such as `evicted_keys`. */
  figure(section: string, name: string): Promise<number>;
  text(section: string, name: string): Promise<string>;
  stop(): Promise<void>;
}

const configOf = (
  port: number,
  folder: string,
  primaryPort: number | undefined,
): string => `# Made by the reference clinic.
bind 127.0.0.1
port ${port}
dir ${folder}
daemonize no
# A cache: what is lost is looked up again.
save ""
appendonly no
maxclients 500
maxmemory 0
maxmemory-policy allkeys-lru
maxmemory-samples 10
repl-diskless-sync yes
repl-diskless-sync-delay 0
repl-timeout 60
${primaryPort === undefined ? '' : `replicaof 127.0.0.1 ${primaryPort}`}
`;

async function openClient(port: number) {
  const client = createClient({
    socket: { host: '127.0.0.1', port, connectTimeout: callMaxMs, reconnectStrategy: 50 },
    commandOptions: { timeout: callMaxMs },
    disableOfflineQueue: true,
  });
  // A connection that breaks is opened again by the client; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** At this port, or at any free one; a replica when a primary is named. */
export async function startRedis(
  around: Surroundings,
  command: string,
  name: string,
  at: { readonly port?: number; readonly primaryPort?: number } = {},
): Promise<RedisServer> {
  const port = at.port ?? (await freePort());
  const folder = await ownFolder(around, `${name}-${port}`);
  const configFile = path.join(around.rootDir, `${name}-${port}.conf`);
  await writeFile(configFile, configOf(port, folder, at.primaryPort));
  const program = await startProgram(around, name, command, [configFile], 'SIGKILL');
  const client = await untilUp(program, startMaxMs, async () => {
    const opened = await openClient(port);
    await opened.ping();
    return opened;
  });

  async function text(section: string, figureName: string): Promise<string> {
    const info = await client.info(section);
    const line = info.split('\r\n').find((each) => each.startsWith(`${figureName}:`));
    if (line === undefined) throw new Error(`Redis says nothing of ${figureName} in INFO ${section}`);
    return line.slice(figureName.length + 1);
  }

  return {
    port,
    program,
    client,
    text,
    figure: async (section, figureName) => Number(await text(section, figureName)),
    async stop() {
      if (client.isOpen) client.destroy();
      await program.stop('SIGKILL');
    },
  };
}
