// A deployment of Kubernetes, as an operator or a bad day treats it: rolled, given another image, scaled, a pod taken away. What has been
// done is read from the pods, and it is over when the rollout is.
import { z } from 'zod';
import { readKubeconfig } from './kubeconfig.ts';
import { type Cluster, connectCluster, type Deployment, type Pod, type Right } from './kubernetes-cluster.ts';
import { type KubernetesConfig, kubernetesSchema } from './kubernetes-schema.ts';
import { type System, type SystemClient, systemFault } from './system.ts';

interface Kubernetes extends SystemClient, Cluster {
  readonly config: KubernetesConfig;
  /** The deployment as it is before a fault: there, with pods, and not on its way. */
  calm(): Promise<Calm>;
  /** The deployment that the fault was planned for; null when it is gone. */
  same(memory: Where): Promise<Deployment | null>;
}

interface Calm {
  readonly deployment: Deployment;
  /** Those on their way out too. */
  readonly pods: readonly Pod[];
  readonly where: Where;
}

const where = { server: z.string(), uid: z.string() };
interface Where {
  readonly server: string;
  readonly uid: string;
}

const isComplete = ({ generation, seenGeneration, replicas, status }: Deployment): boolean =>
  seenGeneration >= generation &&
  status.updated === replicas &&
  status.replicas === replicas &&
  status.available === replicas;

function connect(config: KubernetesConfig): Kubernetes {
  const cluster = connectCluster(config);
  const called = `the deployment ${config.deployment} in ${config.namespace}`;
  const calm = async (): Promise<Calm> => {
    const deployment = await cluster.deployment();
    if (!deployment) throw new Error(`the cluster of the context ${config.context} has not ${called}`);
    if (deployment.isPaused) throw new Error(`${called} is paused: \`kubectl rollout resume\` it`);
    if (!isComplete(deployment)) throw new Error(`${called} is on its way: wait until its rollout is complete`);
    const pods = await cluster.podsOf(deployment);
    if (!pods.some(({ runs }) => runs)) throw new Error(`${called} has no pod that runs`);
    return { deployment, pods, where: { server: cluster.server, uid: deployment.uid } };
  };
  return {
    ...cluster,
    config,
    calm,
    async same({ server, uid }) {
      if (server !== cluster.server)
        throw new Error(`the context ${config.context} led to ${server}, and leads to ${cluster.server} now`);
      const deployment = await cluster.deployment();
      return deployment?.uid === uid ? deployment : null;
    },
    async reach() {
      const { deployment } = await calm();
      if (config.container !== undefined) imageOf(deployment, config.container);
      for (const kind of config.faults) {
        const { verb, resource } = rightFor(kind);
        if (!(await cluster.may(verb, resource)))
          throw new Error(
            `the user of the context ${config.context} may not ${verb} ${resource} in ${config.namespace}`,
          );
      }
    },
  };
}

const rightFor = (kind: KubernetesConfig['faults'][number]): Right =>
  kind === 'kubernetes-delete-pod' ? { verb: 'delete', resource: 'pods' } : { verb: 'patch', resource: 'deployments' };

function imageOf({ images }: Deployment, container: string): string {
  const image = images.get(container);
  if (image !== undefined) return image;
  throw new Error(`the deployment has no container "${container}"; it has ${[...images.keys()].join(', ')}`);
}

const fault = systemFault<Kubernetes>();
const gone = { bit: false, proof: 'the deployment was removed' };

/** One that is gone for good has nothing to heal. */
async function isCalm(kubernetes: Kubernetes, memory: Where): Promise<boolean> {
  const deployment = await kubernetes.same(memory);
  return deployment === null || isComplete(deployment);
}

const rolloutMemory = z.object({ ...where, generation: z.number(), hashes: z.array(z.string()) });

const rolloutRestart = fault(rolloutMemory, {
  kind: 'kubernetes-rollout-restart',
  summary: 'Kubernetes replaces every pod of the deployment, as its strategy says',
  defaultForMs: 15_000,
  async plan(kubernetes) {
    const { deployment, pods, where } = await kubernetes.calm();
    return { ...where, generation: deployment.generation, hashes: [...new Set(pods.map(({ hash }) => hash))] };
  },
  async inject(kubernetes) {
    // As `kubectl rollout restart` does.
    const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
    await kubernetes.patch({ spec: { template: { metadata: { annotations } } } });
  },
  prove: (kubernetes, memory) => async () => {
    const deployment = await kubernetes.same(memory);
    if (!deployment) return gone;
    if (deployment.seenGeneration <= memory.generation)
      return { bit: false, proof: 'Kubernetes has not begun to roll' };
    const fresh = (await kubernetes.podsOf(deployment)).filter(
      ({ runs, hash }) => runs && !memory.hashes.includes(hash),
    );
    return { bit: fresh.length > 0, proof: `${fresh.length} pods of a new template run` };
  },
  heal: async () => {},
  isHealed: (kubernetes, memory) => isCalm(kubernetes, memory),
});

const imageMemory = z.object({ ...where, container: z.string(), former: z.string(), image: z.string() });

const setImage = fault(imageMemory, {
  kind: 'kubernetes-set-image',
  summary: 'Kubernetes replaces the pods of the deployment by ones of another image, then by ones of its own again',
  defaultForMs: 15_000,
  async plan(kubernetes) {
    const { deployment, where } = await kubernetes.calm();
    const { container = '', image = '' } = kubernetes.config;
    const former = imageOf(deployment, container);
    if (former === image) throw new Error(`the container ${container} has the image ${image} already`);
    return { ...where, container, former, image };
  },
  inject: (kubernetes, { container, image }) => kubernetes.patch(withImage(container, image)),
  prove: (kubernetes, memory) => async () => {
    const deployment = await kubernetes.same(memory);
    if (!deployment) return gone;
    const pods = (await kubernetes.podsOf(deployment)).filter(
      ({ images }) => images.get(memory.container) === memory.image,
    );
    const running = pods.filter(({ runs }) => runs).length;
    return { bit: running > 0, proof: `of ${pods.length} pods of the image ${memory.image} ${running} run` };
  },
  async heal(kubernetes, memory) {
    const deployment = await kubernetes.same(memory);
    // Whoever set a third one meanwhile meant to.
    if (deployment?.images.get(memory.container) === memory.image)
      await kubernetes.patch(withImage(memory.container, memory.former));
  },
  async isHealed(kubernetes, memory) {
    const deployment = await kubernetes.same(memory);
    if (deployment === null) return true;
    return deployment.images.get(memory.container) !== memory.image && isComplete(deployment);
  },
});

const withImage = (container: string, image: string): object => ({
  spec: { template: { spec: { containers: [{ name: container, image }] } } },
});

const podMemory = z.object({
  ...where,
  pod: z.object({ name: z.string(), uid: z.string() }),
  uids: z.array(z.string()),
});

const deletePod = fault(podMemory, {
  kind: 'kubernetes-delete-pod',
  summary: 'Kubernetes takes one pod of the deployment away, and makes another',
  defaultForMs: 5_000,
  async plan(kubernetes, random) {
    const { pods, where } = await kubernetes.calm();
    const [first, ...others] = pods.filter(({ runs }) => runs);
    if (!first) throw new Error('the deployment has no pod that runs');
    const { name, uid } = random.pick([first, ...others]);
    return { ...where, pod: { name, uid }, uids: pods.map((each) => each.uid) };
  },
  inject: (kubernetes, { pod }) => kubernetes.deletePod(pod),
  prove: (kubernetes, memory) => async () => {
    const deployment = await kubernetes.same(memory);
    if (!deployment) return gone;
    const uids = (await kubernetes.podsOf(deployment)).map(({ uid }) => uid);
    if (uids.includes(memory.pod.uid)) return { bit: false, proof: `the pod ${memory.pod.name} is still there` };
    const came = uids.some((uid) => !memory.uids.includes(uid));
    return { bit: came, proof: `the pod ${memory.pod.name} is gone, and ${came ? 'another' : 'no other'} came` };
  },
  heal: async () => {},
  isHealed: (kubernetes, memory) => isCalm(kubernetes, memory),
});

const scaleMemory = z.object({ ...where, generation: z.number(), former: z.number(), replicas: z.number() });

const scale = fault(scaleMemory, {
  kind: 'kubernetes-scale',
  summary: 'Kubernetes runs the deployment with another number of pods, then with its own again',
  defaultForMs: 10_000,
  async plan(kubernetes) {
    const { deployment, where } = await kubernetes.calm();
    const { generation, replicas: former } = deployment;
    const { replicas = former } = kubernetes.config;
    if (former === replicas) throw new Error(`the deployment has ${replicas} replicas already`);
    return { ...where, generation, former, replicas };
  },
  inject: (kubernetes, { replicas }) => kubernetes.patch({ spec: { replicas } }),
  prove: (kubernetes, memory) => async () => {
    const deployment = await kubernetes.same(memory);
    if (!deployment) return gone;
    const { seenGeneration, status } = deployment;
    const bit = seenGeneration > memory.generation && status.replicas === memory.replicas;
    return { bit, proof: `the deployment had ${memory.former} pods, then ${status.replicas}` };
  },
  async heal(kubernetes, memory) {
    const deployment = await kubernetes.same(memory);
    // Whoever scaled it otherwise meanwhile meant to.
    if (deployment?.replicas === memory.replicas) await kubernetes.patch({ spec: { replicas: memory.former } });
  },
  async isHealed(kubernetes, memory) {
    const deployment = await kubernetes.same(memory);
    return deployment === null || (deployment.replicas !== memory.replicas && isComplete(deployment));
  },
});

export const kubernetes: System<KubernetesConfig> = {
  use: 'kubernetes',
  schema: kubernetesSchema,
  hosts: (config) => [new URL(readKubeconfig(config).server).hostname],
  connect,
  faults: [rolloutRestart, setImage, deletePod, scale],
};
