// Stands in for a Docker engine in tests: the Engine API's calls on one container, over a Unix socket, in the shapes of its reference
// (docs.docker.com, version 1.44 and later). No container runs behind it.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const newId = (): string => randomBytes(32).toString('hex');

interface Endpoint {
  readonly NetworkID: string;
  readonly Aliases: readonly string[] | null;
  readonly IPAMConfig: object | null;
  readonly Links: null;
  readonly DriverOpts: null;
  readonly EndpointID: string;
  readonly IPAddress: string;
}

export interface DockerEngine {
  /** As `inspect` tells it. */
  readonly container: {
    Id: string;
    readonly Name: string;
    readonly State: { Running: boolean; Paused: boolean; Restarting: boolean; StartedAt: string; Status: string };
    readonly HostConfig: { AutoRemove: boolean };
    readonly NetworkSettings: { readonly Networks: Record<string, Endpoint> };
  };
  /** Every call that changed something, or was to. */
  readonly calls: readonly string[];
  /** Calls that change something are answered as if they had, and do nothing. */
  toothless: boolean;
  close(): Promise<void>;
}

export async function startDockerEngine(socket: string): Promise<DockerEngine> {
  const networkId = newId();
  const calls: string[] = [];
  const container: DockerEngine['container'] = {
    Id: newId(),
    Name: '/clinic-app-1',
    State: { Running: true, Paused: false, Restarting: false, StartedAt: new Date().toISOString(), Status: 'running' },
    HostConfig: { AutoRemove: false },
    NetworkSettings: {
      Networks: {
        clinic_default: endpointOf(networkId, {
          Aliases: ['clinic-app-1', 'app'],
          IPAMConfig: { IPv4Address: '172.20.30.33' },
        }),
        bridge: endpointOf(newId(), {}),
      },
    },
  };
  const engine = { container, calls, toothless: false };
  const { State, NetworkSettings } = container;
  const { Networks } = NetworkSettings;
  const start = (): void => {
    Object.assign(State, { Running: true, Status: 'running', StartedAt: new Date().toISOString() });
  };

  /** Status and message; what is on its way out of it has no text. */
  async function change(
    path: string,
    body: { Container?: string; EndpointConfig?: object },
  ): Promise<[number, string?]> {
    calls.push(path);
    const [, kind, id, verb] = /^\/(containers|networks)\/([^/?]+)\/([a-z]+)/.exec(path) ?? [];
    if (kind === 'networks') {
      if (id !== networkId) return [404, `network ${id} not found`];
      if (body.Container !== container.Id) return [404, `No such container: ${body.Container}`];
      if (engine.toothless) return [200];
      if (verb === 'disconnect') {
        if (!Networks.clinic_default) return [403, `container ${container.Id} is not connected to the network`];
        delete Networks.clinic_default;
      } else {
        if (Networks.clinic_default) return [403, 'endpoint with name clinic-app-1 already exists in network'];
        Networks.clinic_default = endpointOf(networkId, body.EndpointConfig ?? {});
      }
      return [200];
    }
    if (id !== container.Id) return [404, `No such container: ${id}`];
    if (engine.toothless) return [204];
    if (verb === 'start') {
      if (State.Running) return [304];
      start();
    } else if (verb === 'restart') {
      Object.assign(State, { Running: false, Status: 'exited' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      start();
    } else if (!State.Running) return [409, `container ${id} is not running`];
    else if (verb === 'kill') Object.assign(State, { Running: false, Status: 'exited' });
    else if (State.Paused === (verb === 'pause'))
      return [409, `Container ${id} is ${verb === 'pause' ? 'already' : 'not'} paused`];
    else Object.assign(State, { Paused: verb === 'pause', Status: verb === 'pause' ? 'paused' : 'running' });
    return [204];
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, body?: unknown): void => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body === undefined ? '' : JSON.stringify(body));
    };
    const [, path = ''] = /^(?:\/v1\.47)?(\/.*)$/.exec(request.url ?? '') ?? [];
    if (request.method === 'GET' && path === '/version')
      return send(200, { ApiVersion: '1.47', MinAPIVersion: '1.24' });
    const [, wanted] = /^\/containers\/([^/]+)\/json$/.exec(path) ?? [];
    if (request.method === 'GET' && wanted !== undefined) {
      // As Docker does: by name, by id, and by the beginning of an id.
      const known = `/${wanted}` === container.Name || container.Id.startsWith(wanted);
      return known ? send(200, container) : send(404, { message: `No such container: ${wanted}` });
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    const [status, message] = await change(path, text === '' ? {} : JSON.parse(text));
    send(status, message === undefined ? undefined : { message });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  }).listen(socket);
  await once(server, 'listening');
  return Object.assign(engine, {
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Only what is asked for is given back when it is joined again. */
function endpointOf(networkId: string, asked: { Aliases?: readonly string[]; IPAMConfig?: object }): Endpoint {
  return {
    NetworkID: networkId,
    Aliases: asked.Aliases ?? null,
    IPAMConfig: asked.IPAMConfig ?? null,
    Links: null,
    DriverOpts: null,
    EndpointID: newId(),
    IPAddress: '172.20.30.33',
  };
}
