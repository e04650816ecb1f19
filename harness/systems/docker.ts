// One container of Docker: restarted, paused, killed, or taken off a network, by the Engine API. The container is the one that had the
// name when the fault was planned; one that takes its name later is let be.
import { z } from 'zod';
import { type Container, dockerEngine, type Engine, type EnginePlace, endpointShape } from './docker-engine.ts';
import { type System, type SystemClient, systemFault } from './system.ts';

/** What it gets to end by itself before it is killed, within what an injection may take. */
const stopSeconds = 3;
const restartMaxMs = 8_000;

const name = z.string().regex(/^[a-zA-Z0-9][\w.-]+$/, 'a name as `docker ps` shows it');
const file = z.string().min(1).optional();

const schema = z
  .strictObject({
    use: z.literal('docker'),
    /** As in /var/run/docker.sock; or `url`. */
    socket: z.string().min(1).optional(),
    url: z
      .url({ protocol: /^https?$/, error: 'an address such as https://10.0.0.5:2376' })
      .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
        error: 'must hold no user and password; Docker knows who asks by certFile and keyFile',
      })
      .optional(),
    caFile: file,
    certFile: file,
    keyFile: file,
    /** Its whole name. */
    container: name,
    /** Of the container, for docker-disconnect. */
    network: name.optional(),
    /** What may be done to it. */
    faults: z.array(z.enum(['docker-restart', 'docker-pause', 'docker-kill', 'docker-disconnect'])).min(1),
  })
  .refine(({ socket, url }) => (socket === undefined) !== (url === undefined), {
    path: ['socket'],
    error: 'name either the socket, as in /var/run/docker.sock, or the url',
  })
  .refine(({ faults, network }) => network !== undefined || !faults.includes('docker-disconnect'), {
    path: ['network'],
    error: 'docker-disconnect needs the network that the container is to leave',
  });
type Config = z.infer<typeof schema>;

interface Docker extends SystemClient, Engine {
  readonly config: Config;
  /** The container of that name, running. */
  chosen(): Promise<Container>;
}

function connect(config: Config): Docker {
  const engine = dockerEngine(config as EnginePlace);
  const chosen = async (): Promise<Container> => {
    const found = await engine.inspect(config.container);
    // What was asked for by name may be answered for by the beginning of an id.
    if (found?.Name !== `/${config.container}`) throw new Error(`Docker has no container "${config.container}"`);
    if (!found.State.Running) throw new Error(`the container ${config.container} does not run: start it`);
    if (found.State.Paused) throw new Error(`the container ${config.container} is paused: let it go on`);
    return found;
  };
  return {
    ...engine,
    config,
    chosen,
    async reach() {
      const container = await chosen();
      if (config.network !== undefined) networkOf(container, config.network);
    },
  };
}

function networkOf(
  { NetworkSettings: { Networks } }: Container,
  wanted: string,
): Container['NetworkSettings']['Networks'][string] {
  const found = Networks[wanted];
  if (found) return found;
  throw new Error(`the container is in no network "${wanted}"; it is in ${Object.keys(Networks).join(', ') || 'none'}`);
}

const fault = systemFault<Docker>();

const containerMemory = z.object({ id: z.string(), startedAt: z.string() });
type ContainerMemory = z.infer<typeof containerMemory>;

async function remember(docker: Docker): Promise<ContainerMemory> {
  const { Id, State } = await docker.chosen();
  return { id: Id, startedAt: State.StartedAt };
}

/** Its restart policy may be about to. */
async function startIfStopped(docker: Docker, { id }: ContainerMemory): Promise<void> {
  const now = await docker.inspect(id);
  if (now && !now.State.Running && !now.State.Restarting) await docker.post(`/containers/${id}/start`);
}

/** A container that is gone for good has nothing to heal. */
async function runs(docker: Docker, { id }: ContainerMemory): Promise<boolean> {
  const now = await docker.inspect(id);
  return now === null || (now.State.Running && !now.State.Restarting && !now.State.Paused);
}

const gone = { bit: false, proof: 'the container was removed' };

const restart = fault(containerMemory, {
  kind: 'docker-restart',
  summary: 'Docker stops the container and starts it again',
  defaultForMs: 3_000,
  plan: remember,
  inject: (docker, { id }) => docker.post(`/containers/${id}/restart?t=${stopSeconds}`, undefined, restartMaxMs),
  prove: (docker, before) => async () => {
    const now = await docker.inspect(before.id);
    if (!now) return gone;
    const { StartedAt, Running } = now.State;
    if (StartedAt === before.startedAt) return { bit: false, proof: `the container runs since ${StartedAt} as before` };
    return { bit: Running, proof: `the container ran since ${before.startedAt}, then since ${StartedAt}` };
  },
  heal: startIfStopped,
  isHealed: runs,
});

const kill = fault(containerMemory, {
  kind: 'docker-kill',
  summary: 'Docker kills the container (SIGKILL); it is started again when the fault ends',
  defaultForMs: 2_000,
  async plan(docker) {
    const { HostConfig } = await docker.chosen();
    if (!HostConfig.AutoRemove) return remember(docker);
    throw new Error('the container was made with --rm: killed, it would be gone for good; leave docker-kill out');
  },
  inject: (docker, { id }) => docker.post(`/containers/${id}/kill?signal=SIGKILL`),
  prove: (docker, before) => async () => {
    const now = await docker.inspect(before.id);
    if (!now) return gone;
    const { StartedAt, Running } = now.State;
    if (!Running) return { bit: true, proof: 'the container did not run any more' };
    return { bit: StartedAt !== before.startedAt, proof: `the container ran, since ${StartedAt}` };
  },
  // Docker takes a kill for wanted: no restart policy brings it back (moby/moby#33335).
  heal: startIfStopped,
  isHealed: runs,
});

const pause = fault(containerMemory, {
  kind: 'docker-pause',
  summary: 'Docker freezes every process of the container, then lets them go on',
  defaultForMs: 3_000,
  plan: remember,
  inject: (docker, { id }) => docker.post(`/containers/${id}/pause`),
  prove:
    (docker, { id }) =>
    async () => {
      const now = await docker.inspect(id);
      if (!now) return gone;
      return { bit: now.State.Paused, proof: `Docker calls the container ${now.State.Paused ? 'paused' : 'running'}` };
    },
  async heal(docker, { id }) {
    if ((await docker.inspect(id))?.State.Paused) await docker.post(`/containers/${id}/unpause`);
  },
  isHealed: async (docker, { id }) => !(await docker.inspect(id))?.State.Paused,
});

const endpointMemory = z.object({
  id: z.string(),
  network: z.string(),
  networkId: z.string(),
  endpoint: endpointShape,
});

const disconnect = fault(endpointMemory, {
  kind: 'docker-disconnect',
  summary: 'Docker takes the container off a network, then joins it again under the same names',
  defaultForMs: 3_000,
  async plan(docker) {
    const container = await docker.chosen();
    const network = docker.config.network ?? '';
    const { NetworkID: networkId, ...endpoint } = networkOf(container, network);
    return { id: container.Id, network, networkId, endpoint };
  },
  inject: (docker, { id, networkId }) =>
    docker.post(`/networks/${networkId}/disconnect`, { Container: id, Force: false }),
  prove:
    (docker, { id, network }) =>
    async () => {
      const now = await docker.inspect(id);
      if (!now) return gone;
      const networks = now.NetworkSettings.Networks;
      const left = Object.keys(networks).join(', ') || 'no network';
      return { bit: networks[network] === undefined, proof: `the container was in ${left}` };
    },
  async heal(docker, { id, network, networkId, endpoint }) {
    const now = await docker.inspect(id);
    if (!now || now.NetworkSettings.Networks[network]) return;
    const given = Object.entries(endpoint).filter(([, value]) => value !== null && value !== undefined);
    await docker.post(`/networks/${networkId}/connect`, { Container: id, EndpointConfig: Object.fromEntries(given) });
  },
  async isHealed(docker, { id, network }) {
    const now = await docker.inspect(id);
    return now === null || now.NetworkSettings.Networks[network] !== undefined;
  },
});

export const docker: System<Config> = {
  use: 'docker',
  schema,
  hosts: ({ url }) => (url === undefined ? [] : [new URL(url).hostname]),
  connect,
  faults: [restart, pause, kill, disconnect],
};
