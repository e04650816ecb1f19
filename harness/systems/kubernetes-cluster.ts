// One deployment of a Kubernetes cluster, through the official client, which whoever breaks a cluster has installed beside us.
import type { V1Deployment, V1LabelSelector } from '@kubernetes/client-node';
import { messageOf } from '../faults/bounded.ts';
import { type KubeconfigPlace, readKubeconfig } from './kubeconfig.ts';

const callMaxMs = 4_000;
const listedMax = 500;
const saidLettersMax = 300;
/** For what it has begun; the usual half minute would outlast the fault. */
const deletionSeconds = 1;

export interface Deployment {
  readonly uid: string;
  readonly generation: number;
  readonly seenGeneration: number;
  readonly replicas: number;
  readonly isPaused: boolean;
  readonly status: { readonly replicas: number; readonly updated: number; readonly available: number };
  readonly images: ReadonlyMap<string, string>;
  readonly selector: string;
}

export interface Pod {
  readonly name: string;
  readonly uid: string;
  /** The same for pods of one template. */
  readonly hash: string;
  /** It runs, and is not on its way out. */
  readonly runs: boolean;
  readonly images: ReadonlyMap<string, string>;
}

export interface Right {
  readonly verb: 'patch' | 'delete';
  readonly resource: 'deployments' | 'pods';
}

export interface Cluster {
  /** Of the API server. */
  readonly server: string;
  /** Null: there is none of that name. */
  deployment(): Promise<Deployment | null>;
  /** Its own alone, whatever else its selector meets. */
  podsOf(deployment: Deployment): Promise<readonly Pod[]>;
  /** Whether its rules let us; changes nothing. Where they forbid the question, too, it is not known, and true. */
  may(verb: Right['verb'], resource: Right['resource']): Promise<boolean>;
  /** A strategic merge. */
  patch(change: object): Promise<void>;
  /** That it is gone already is no error. */
  deletePod(pod: Pick<Pod, 'name' | 'uid'>): Promise<void>;
}

export interface ClusterPlace extends KubeconfigPlace {
  readonly namespace: string;
  readonly deployment: string;
}

const clientPackage = '@kubernetes/client-node';

async function loadClient(): Promise<typeof import('@kubernetes/client-node')> {
  try {
    return await import('@kubernetes/client-node');
  } catch (error) {
    throw new Error(
      `${clientPackage} can't be loaded, and nothing else speaks to a cluster: npm install --save-dev ${clientPackage}@1`,
      { cause: error },
    );
  }
}

/** Throws where the kubeconfig does not tell the cluster. */
export function connectCluster(place: ClusterPlace): Cluster {
  const { namespace, deployment: name, context } = place;
  const kubeconfig = readKubeconfig(place);
  const { server } = kubeconfig;

  async function load() {
    const k8s = await loadClient();
    const config = new k8s.KubeConfig();
    config.loadFromString(kubeconfig.text);
    config.makePathsAbsolute(kubeconfig.folder);
    config.setCurrentContext(context);
    const bounded = k8s.createConfiguration({
      baseServer: new k8s.ServerConfiguration(server.replace(/\/$/, ''), {}),
      authMethods: { default: config },
      promiseMiddleware: [
        {
          async pre(request) {
            request.setSignal(AbortSignal.timeout(callMaxMs));
            return request;
          },
          post: async (response) => response,
        },
      ],
    });
    const asMerge = k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.StrategicMergePatch);
    return {
      apps: new k8s.AppsV1Api(bounded),
      core: new k8s.CoreV1Api(bounded),
      rights: new k8s.AuthorizationV1Api(bounded),
      asMerge,
    };
  }
  type Api = Awaited<ReturnType<typeof load>>;
  let loading: Promise<Api> | undefined;

  /** Null: it answers that there is no such thing. */
  async function ask<T>(work: (api: Api) => Promise<T>): Promise<T | null> {
    loading ??= load();
    const api = await loading;
    try {
      return await work(api);
    } catch (error) {
      const { code, body } = error as { code?: unknown; body?: unknown };
      if (code === 404) return null;
      const said = typeof code === 'number' ? `answers ${code}: ${reasonIn(body)}` : messageOf(error);
      throw new Error(`Kubernetes at ${new URL(server).host} ${said.slice(0, saidLettersMax)}`, { cause: error });
    }
  }

  const { origin, pathname } = new URL(server);
  return {
    // It goes into the journal, which holds no secret.
    server: `${origin}${pathname}`,
    async deployment() {
      const found = await ask(({ apps }) => apps.readNamespacedDeployment({ name, namespace }));
      return found && deploymentOf(found);
    },
    async podsOf({ uid, selector: labelSelector }) {
      const which = { namespace, labelSelector, limit: listedMax };
      const sets = await ask(({ apps }) => apps.listNamespacedReplicaSet(which));
      const pods = await ask(({ core }) => core.listNamespacedPod(which));
      if (sets?.metadata?._continue || pods?.metadata?._continue)
        throw new Error(
          `the selector of the deployment ${name} meets more than ${listedMax} things: too many to tell its pods`,
        );
      const own = (sets?.items ?? []).filter(({ metadata }) => metadata?.ownerReferences?.some((by) => by.uid === uid));
      const owners = new Set(own.map(({ metadata }) => metadata?.uid));
      const mine = (pods?.items ?? []).filter(({ metadata }) =>
        metadata?.ownerReferences?.some((by) => owners.has(by.uid)),
      );
      return mine.map(({ metadata, spec, status }) => ({
        name: metadata?.name ?? '',
        uid: metadata?.uid ?? '',
        hash: metadata?.labels?.['pod-template-hash'] ?? '',
        runs: status?.phase === 'Running' && metadata?.deletionTimestamp === undefined,
        images: imagesOf(spec?.containers),
      }));
    },
    async may(verb, resource) {
      const resourceAttributes = { namespace, verb, resource, group: resource === 'pods' ? '' : 'apps' };
      const body = { spec: { resourceAttributes } };
      const review = await ask(({ rights }) => rights.createSelfSubjectAccessReview({ body })).catch(() => null);
      return review?.status?.allowed ?? true;
    },
    async patch(body) {
      if (
        (await ask(({ apps, asMerge }) => apps.patchNamespacedDeployment({ name, namespace, body }, asMerge))) === null
      )
        throw new Error(`there is no deployment ${name} in ${namespace} any more`);
    },
    async deletePod(pod) {
      const body = { preconditions: { uid: pod.uid }, gracePeriodSeconds: deletionSeconds };
      await ask(({ core }) => core.deleteNamespacedPod({ name: pod.name, namespace, body }));
    },
  };
}

function deploymentOf({ metadata, spec, status }: V1Deployment): Deployment {
  return {
    uid: metadata?.uid ?? '',
    generation: metadata?.generation ?? 0,
    seenGeneration: status?.observedGeneration ?? 0,
    replicas: spec?.replicas ?? 1,
    isPaused: spec?.paused ?? false,
    status: {
      replicas: status?.replicas ?? 0,
      updated: status?.updatedReplicas ?? 0,
      available: status?.availableReplicas ?? 0,
    },
    images: imagesOf(spec?.template.spec?.containers),
    selector: selectorText(spec?.selector),
  };
}

const imagesOf = (containers: readonly { name: string; image?: string }[] = []): ReadonlyMap<string, string> =>
  new Map(containers.map(({ name, image = '' }) => [name, image]));

/** As a query has it. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector = {}): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...others].join(',');
}

/** The API's `Status` says it in a sentence; the client hands it on as an object or as its JSON. */
function reasonIn(body: unknown): string {
  let status = body;
  try {
    if (typeof body === 'string') status = JSON.parse(body);
  } catch {}
  const { message } = (status ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(body);
}
