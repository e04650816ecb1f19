// Toxiproxy by its HTTP API: one proxy a link, and toxics put on it and taken off by name.
import { freePort } from './ports.ts';
import { type Program, type Surroundings, startProgram, untilUp } from './program.ts';

const startMaxMs = 15_000;
const callMaxMs = 4_000;

export interface Toxic {
  readonly type: 'latency' | 'reset_peer' | 'timeout';
  /** Downstream is towards the app. */
  readonly stream: 'upstream' | 'downstream';
  readonly attributes: Readonly<Record<string, number>>;
}

/** Every answer comes so much later. */
export const slowBy = (latencyMs: number): Toxic => ({
  type: 'latency',
  stream: 'downstream',
  attributes: { latency: latencyMs, jitter: 0 },
});

export interface Toxiproxy {
  readonly program: Program;
  /** Opens a proxy to the port and answers its own. */
  openProxy(name: string, upstreamPort: number): Promise<number>;
  enable(name: string, on: boolean): Promise<void>;
  /** Replaces what stands under this name. */
  poison(proxy: string, toxicName: string, toxic: Toxic): Promise<void>;
  /** Nothing to do when there is none of this name. */
  cure(proxy: string, toxicName: string): Promise<void>;
}

export async function startToxiproxy(around: Surroundings, command: string): Promise<Toxiproxy> {
  const port = await freePort();
  const program = await startProgram(
    around,
    'Toxiproxy',
    command,
    ['-host', '127.0.0.1', '-port', String(port)],
    'SIGTERM',
    // As ourselves: built by us, it may lie in a folder that is ours alone.
    {},
  );

  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      signal: AbortSignal.timeout(callMaxMs),
      // Toxiproxy refuses clients that call themselves Mozilla.
      headers: { 'user-agent': 'crosstalk-clinic', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function mustDo(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await call(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`Toxiproxy answered ${method} ${path} with ${response.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  async function cure(proxy: string, toxicName: string): Promise<void> {
    const path = `/proxies/${proxy}/toxics/${toxicName}`;
    const response = await call('DELETE', path);
    if (!response.ok && response.status !== 404)
      throw new Error(`Toxiproxy answered DELETE ${path} with ${response.status}: ${await response.text()}`);
  }

  await untilUp(program, startMaxMs, () => mustDo('GET', '/version'));
  return {
    program,
    async openProxy(name, upstreamPort) {
      const listenPort = await freePort();
      const proxy = { name, listen: `127.0.0.1:${listenPort}`, upstream: `127.0.0.1:${upstreamPort}`, enabled: true };
      await mustDo('POST', '/proxies', proxy);
      return listenPort;
    },
    async enable(name, on) {
      await mustDo('POST', `/proxies/${name}`, { enabled: on });
    },
    async poison(proxy, toxicName, toxic) {
      await cure(proxy, toxicName);
      await mustDo('POST', `/proxies/${proxy}/toxics`, { name: toxicName, toxicity: 1, ...toxic });
    },
    cure,
  };
}
