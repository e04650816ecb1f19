// Stands in for a Kubernetes API server in tests: one deployment, its replica sets and pods, as MSW handlers that keep state. At each
// question that it answers, its controller does one more step of the rollout. No pod runs behind it.
import { randomUUID } from 'node:crypto';
import { HttpResponse, http, type RequestHandler } from 'msw';

interface Container {
  readonly name: string;
  image: string;
}

interface Pod {
  readonly uid: string;
  readonly name: string;
  readonly hash: string;
  readonly containers: readonly Container[];
  phase: 'Pending' | 'Running';
}

interface Change {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly metadata?: { readonly annotations?: Record<string, string> };
      readonly spec?: { readonly containers?: readonly Container[] };
    };
  };
}

export interface KubernetesMock {
  readonly handlers: RequestHandler[];
  readonly deployment: { uid: string; generation: number; replicas: number; containers: Container[] };
  readonly pods: () => readonly Pod[];
  /** What changed it, as it came. */
  readonly changes: readonly unknown[];
  /** Its controller does nothing. */
  stopped: boolean;
  /** What its rules forbid, as in `patch apps/deployments`. */
  forbidden: string | null;
  isPaused: boolean;
  /** Answered to every question instead. */
  refusal: { readonly code: number; readonly message: string } | null;
}

const selector = 'app=clinic,tier in (web)';

/** `origin` answers to `token`; images whose name has `nowhere` in it can't be pulled. */
export function kubernetesMock(origin: string, token: string): KubernetesMock {
  const state = {
    uid: randomUUID(),
    generation: 1,
    observedGeneration: 1,
    replicas: 3,
    annotations: {} as Record<string, string>,
    containers: [
      { name: 'app', image: 'clinic:1' },
      { name: 'sidecar', image: 'proxy:1' },
    ] as Container[],
  };
  const sets = new Map<string, string>();
  let pods: Pod[] = [];
  const changes: unknown[] = [];
  const mock = {
    stopped: false,
    isPaused: false,
    forbidden: null as string | null,
    refusal: null as KubernetesMock['refusal'],
  };

  const hashNow = (): string => {
    const template = JSON.stringify([state.annotations, state.containers]);
    const known = sets.get(template) ?? `${sets.size + 1}`.padStart(10, 'f');
    sets.set(template, known);
    return known;
  };
  const newPod = (): Pod => {
    const hash = hashNow();
    const [uid, containers] = [randomUUID(), structuredClone(state.containers)];
    return { uid, name: `clinic-${hash}-${uid.slice(0, 5)}`, hash, containers, phase: 'Pending' };
  };
  const isReady = ({ phase }: Pod): boolean => phase === 'Running';
  const ofNow = (): Pod[] => pods.filter(({ hash }) => hash === hashNow());

  /** One new pod a step, and one old one less for each new one that runs. */
  function step(): void {
    if (mock.stopped) return;
    state.observedGeneration = state.generation;
    for (const pod of pods) if (!pod.containers.some(({ image }) => image.includes('nowhere'))) pod.phase = 'Running';
    const surplus = pods.find(({ hash }) => hash !== hashNow()) ?? pods[0];
    if (pods.length > state.replicas && surplus && (ofNow().every(isReady) || surplus.phase === 'Pending'))
      pods = pods.filter((pod) => pod !== surplus);
    else if (ofNow().length < state.replicas && pods.length <= state.replicas) pods.push(newPod());
  }
  pods = Array.from({ length: state.replicas }, newPod);
  step();

  const deploymentJson = () => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'clinic', namespace: 'care', uid: state.uid, generation: state.generation },
    spec: {
      replicas: state.replicas,
      ...(mock.isPaused && { paused: true }),
      selector: {
        matchLabels: { app: 'clinic' },
        matchExpressions: [{ key: 'tier', operator: 'In', values: ['web'] }],
      },
      template: { metadata: { annotations: state.annotations }, spec: { containers: state.containers } },
    },
    status: {
      observedGeneration: state.observedGeneration,
      // Zeros are left out, as the real one does.
      ...(pods.length > 0 && { replicas: pods.length }),
      ...(ofNow().length > 0 && { updatedReplicas: ofNow().length }),
      ...(pods.some(isReady) && { availableReplicas: pods.filter(isReady).length }),
    },
  });
  const owner = (uid: string, kind: string) => [{ apiVersion: 'apps/v1', kind, name: uid, uid, controller: true }];
  const podJson = ({ uid, name, hash, containers, phase }: Pod) => ({
    metadata: {
      uid,
      name,
      labels: { app: 'clinic', tier: 'web', 'pod-template-hash': hash },
      ownerReferences: owner(`set-${hash}`, 'ReplicaSet'),
    },
    spec: { containers },
    status: { phase },
  });
  /** Somebody else's, which the same selector meets. */
  const stranger = {
    metadata: {
      uid: 'stranger',
      name: 'stranger',
      labels: { app: 'clinic', tier: 'web' },
      ownerReferences: owner('elsewhere', 'ReplicaSet'),
    },
    spec: { containers: [{ name: 'app', image: 'clinic:2' }] },
    status: { phase: 'Running' },
  };

  const failure = (code: number, message: string) =>
    HttpResponse.json({ apiVersion: 'v1', kind: 'Status', status: 'Failure', code, message }, { status: code });
  /** Null: it may go on. */
  const guard = (request: Request): ReturnType<typeof failure> | null => {
    if (mock.refusal) return failure(mock.refusal.code, mock.refusal.message);
    if (request.headers.get('authorization') !== `Bearer ${token}`) return failure(401, 'Unauthorized');
    const asked = new URL(request.url).searchParams.get('labelSelector');
    return asked === null || asked === selector ? null : failure(400, `unable to parse requirement: ${asked}`);
  };
  const apps = `${origin}/apis/apps/v1/namespaces/care`;
  const core = `${origin}/api/v1/namespaces/care`;
  const list = (kind: string, items: readonly unknown[]) => HttpResponse.json({ kind, metadata: {}, items });

  const handlers = [
    http.get(`${apps}/deployments/:name`, ({ request, params }) => {
      const problem = guard(request);
      if (problem) return problem;
      if (params.name !== 'clinic') return failure(404, `deployments.apps "${params.name}" not found`);
      step();
      return HttpResponse.json(deploymentJson());
    }),
    http.patch(`${apps}/deployments/clinic`, async ({ request }) => {
      const problem = guard(request);
      if (problem) return problem;
      if (request.headers.get('content-type') !== 'application/strategic-merge-patch+json')
        return failure(415, 'the body of the request was in an unknown format');
      const change = (await request.json()) as Change;
      changes.push(change);
      state.generation += 1;
      state.replicas = change.spec?.replicas ?? state.replicas;
      Object.assign(state.annotations, change.spec?.template?.metadata?.annotations);
      for (const { name, image } of change.spec?.template?.spec?.containers ?? [])
        for (const container of state.containers) if (container.name === name) container.image = image;
      return HttpResponse.json(deploymentJson());
    }),
    http.post(`${origin}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`, async ({ request }) => {
      const { spec } = (await request.json()) as { spec: { resourceAttributes: Record<string, string> } };
      const { verb, group, resource } = spec.resourceAttributes;
      const allowed = `${verb} ${group}/${resource}` !== mock.forbidden;
      return HttpResponse.json({ spec, status: { allowed } }, { status: 201 });
    }),
    http.get(`${apps}/replicasets`, ({ request }) => {
      const own = [...sets.values()].map((hash) => ({
        metadata: { uid: `set-${hash}`, name: `clinic-${hash}`, ownerReferences: owner(state.uid, 'Deployment') },
      }));
      const others = { metadata: { uid: 'elsewhere', name: 'other', ownerReferences: owner('other', 'Deployment') } };
      return guard(request) ?? list('ReplicaSetList', [...own, others]);
    }),
    http.get(`${core}/pods`, ({ request }) => guard(request) ?? list('PodList', [...pods.map(podJson), stranger])),
    http.delete(`${core}/pods/:name`, async ({ request, params }) => {
      const problem = guard(request);
      if (problem) return problem;
      const body = (await request.json()) as { preconditions?: { uid?: string } };
      changes.push(body);
      const found = pods.find(({ name }) => name === params.name);
      if (!found) return failure(404, `pods "${params.name}" not found`);
      if (body.preconditions?.uid !== found.uid) return failure(409, 'the UID in the precondition does not match');
      if (!mock.stopped) pods = pods.filter((pod) => pod !== found);
      return HttpResponse.json(podJson(found));
    }),
  ];
  return Object.assign(mock, { handlers, deployment: state, pods: () => [...pods], changes });
}
