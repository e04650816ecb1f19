// Kubernetes' faults against a stand-in of its API, through the official client: no cluster takes part.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { type KubernetesMock, kubernetesMock } from '../../mocks/kubernetes/api-server.ts';
import { faultNamed } from '../faults/index.ts';
import { defaultLimits } from '../faults/limits.ts';
import { mend } from '../faults/mend.ts';
import { connectSystems, systemHosts, systemsSchema } from './index.ts';
import { bite, type SystemUnderTest, systemUnderTest } from './system-under-test.ts';

const origin = 'https://cluster.example:6443';
const token = 'not-much-of-a-token';
const faults = ['kubernetes-rollout-restart', 'kubernetes-set-image', 'kubernetes-delete-pod', 'kubernetes-scale'];

const kubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'another',
    contexts: [
      { name: 'ours', context: { cluster: 'staging', user: 'chaos' } },
      { name: 'another', context: { cluster: 'production', user: 'chaos' } },
    ],
    clusters: [
      { name: 'staging', cluster: { server } },
      { name: 'production', cluster: { server: 'https://production.example' } },
    ],
    users: [{ name: 'chaos', user: { token } }],
  });

describe('kubernetes', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubernetes-'));
  const kubeconfigFile = path.join(folder, 'config');
  const server = setupServer();
  let cluster: KubernetesMock;
  let under: SystemUnderTest;

  beforeAll(() => {
    server.listen({ onUnhandledRequest: 'error' });
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    cluster = kubernetesMock(origin, token);
    server.use(...cluster.handlers);
    writeFileSync(kubeconfigFile, kubeconfig(origin));
    under = systemUnderTest({ app: config({}) });
  });
  afterEach(() => {
    server.resetHandlers();
  });

  const config = (change: object): object => ({
    use: 'kubernetes',
    context: 'ours',
    kubeconfigFile,
    namespace: 'care',
    deployment: 'clinic',
    container: 'app',
    image: 'clinic:2',
    replicas: 1,
    faults,
    ...change,
  });
  const templates = () => ({
    replicas: cluster.deployment.replicas,
    images: cluster.deployment.containers.map(({ image }) => image),
    pods: cluster.pods().map(({ containers, phase }) => [containers.map(({ image }) => image), phase]),
  });

  it.each([
    ['kubernetes-rollout-restart', /^[1-3] pods of a new template run$/, 0],
    // Those that were not yet replaced stay.
    ['kubernetes-set-image', /^of 1 pods of the image clinic:2 1 run$/, 2],
    ['kubernetes-delete-pod', /^the pod clinic-\S+ is gone, and another came$/, 2],
    ['kubernetes-scale', /^the deployment had 3 pods, then 1$/, 1],
  ])('%s bites, and is healed', async (kind, proof, keptCount) => {
    const before = templates();
    const former = cluster.pods();
    expect(await bite(under, `${kind}@app`)).toEqual({ bit: true, proof: expect.stringMatching(proof) });
    expect(templates()).toEqual(before);
    expect(cluster.pods().filter((pod) => former.includes(pod))).toHaveLength(keptCount);
  });

  it.each(faults)('%s is healed from what is on disk, by another client', async (kind) => {
    const before = templates();
    const fault = faultNamed(`${kind}@app`);
    const memory = await fault.plan(under.levers, random('seed', 'fault', 'f1'));
    await fault.inject(under.levers, memory);
    const other = systemUnderTest(JSON.parse(JSON.stringify(under.systems)));
    await mend(fault, other.levers, JSON.parse(JSON.stringify(memory)), { ...defaultLimits, healMaxMs: 10_000 });
    expect(templates()).toEqual(before);
    expect(JSON.stringify(memory)).not.toContain(token);
  });

  it.each([
    ['kubernetes-rollout-restart', 'Kubernetes has not begun to roll'],
    ['kubernetes-set-image', 'of 0 pods of the image clinic:2 0 run'],
    ['kubernetes-delete-pod', 'is still there'],
    ['kubernetes-scale', 'the deployment had 3 pods, then 3'],
  ])('%s is no proof when the cluster does nothing', async (kind, proof) => {
    const fault = faultNamed(`${kind}@app`);
    const memory = await fault.plan(under.levers, random('seed', 'fault', 'f1'));
    cluster.stopped = true;
    await fault.inject(under.levers, memory);
    expect(await fault.prove(under.levers, memory)()).toEqual({ bit: false, proof: expect.stringContaining(proof) });
    if (kind !== 'kubernetes-delete-pod') expect(await fault.isHealed(under.levers, memory)).toBe(false);
  });

  it('is no proof when the other image can not be pulled', async () => {
    const elsewhere = systemUnderTest({ app: config({ image: 'nowhere:2' }) });
    const before = templates();
    expect(await bite(elsewhere, 'kubernetes-set-image@app', { proofMaxMs: 500 })).toEqual({
      bit: false,
      proof: 'of 1 pods of the image nowhere:2 0 run',
    });
    expect(templates()).toEqual(before);
  });

  it('leaves alone what somebody else did meanwhile', async () => {
    const setFirst = (image: string): void => {
      const [app] = cluster.deployment.containers;
      if (app) app.image = image;
    };
    await bite(under, 'kubernetes-set-image@app', { meanwhile: async () => setFirst('clinic:3') });
    expect(templates().images).toEqual(['clinic:3', 'proxy:1']);
    await bite(under, 'kubernetes-scale@app', {
      meanwhile: async () => {
        cluster.deployment.uid = 'made-anew';
      },
    });
    expect(cluster.deployment.replicas).toBe(1);
  });

  it('heals no other cluster when the context leads elsewhere', async () => {
    const fault = faultNamed('kubernetes-scale@app');
    const memory = await fault.plan(under.levers, random('seed', 'fault', 'f1'));
    writeFileSync(kubeconfigFile, kubeconfig('https://other.example'));
    const { levers } = systemUnderTest({ app: config({}) });
    await expect(fault.heal(levers, memory)).rejects.toThrow(/led to https:.*6443.* leads to https:..other.example/);
  });

  it('needs the client only when it is used, and says what to install', async () => {
    vi.doMock('@kubernetes/client-node', () => {
      throw new Error('Cannot find package');
    });
    try {
      const { levers } = systemUnderTest({ app: config({}) });
      await expect(levers.systems?.app?.client.reach()).rejects.toThrow(
        /npm install --save-dev @kubernetes.client-node/,
      );
    } finally {
      vi.doUnmock('@kubernetes/client-node');
    }
  });

  it('says what is wrong', async () => {
    const connected = (change: object) => connectSystems(systemsSchema.parse({ app: config(change) })).app;
    const reach = async (change: object): Promise<void> => connected(change)?.client.reach();
    await reach({});
    await expect(reach({ deployment: 'clinics' })).rejects.toThrow(/has not the deployment clinics in care/);
    await expect(reach({ container: 'ap' })).rejects.toThrow(/no container "ap"; it has app, sidecar/);
    cluster.forbidden = 'delete /pods';
    await expect(reach({})).rejects.toThrow(/may not delete pods in care/);
    await reach({ faults: ['kubernetes-scale'] });
    cluster.forbidden = 'patch apps/deployments';
    await expect(reach({})).rejects.toThrow(/may not patch deployments in care/);
    cluster.isPaused = true;
    await expect(reach({})).rejects.toThrow(/is paused/);
    cluster.refusal = { code: 403, message: 'deployments.apps "clinic" is forbidden' };
    await expect(reach({})).rejects.toThrow(/cluster.example:6443 answers 403: deployments.apps "clinic" is forbidden/);
    expect(() => connected({ context: 'theirs' })).toThrow(/no context "theirs"; it has ours, another/);
    expect(() => connected({ kubeconfigFile: `${kubeconfigFile}-not` })).toThrow(/ENOENT/);
    writeFileSync(`${kubeconfigFile}-bad`, `token: "${token}`);
    expect(() => connected({ kubeconfigFile: `${kubeconfigFile}-bad` })).toThrow(/is no kubeconfig/);
    expect(() => connected({ context: undefined })).toThrow(/context/);
    expect(() => connected({ replicas: undefined })).toThrow(/needs the number of replicas/);
    expect(() => connected({ image: undefined })).toThrow(/needs a container and its other image/);
    expect(() => connected({ kubeconfigEnv: 'SOMEWHERE' })).toThrow(/not both/);
    expect(() => connected({ faults: ['kubernetes-drain'] })).toThrow(/kubernetes-scale/);
    expect(systemHosts(under.systems)).toEqual(['cluster.example']);
  });

  it('takes a kubeconfig from the environment', async () => {
    vi.stubEnv('KUBECONFIG_UNDER_TEST', kubeconfig(origin));
    try {
      const change = { kubeconfigFile: undefined, kubeconfigEnv: 'KUBECONFIG_UNDER_TEST' };
      await systemUnderTest({ app: config(change) }).levers.systems?.app?.client.reach();
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
