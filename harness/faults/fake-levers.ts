// A deployment in memory for tests: its levers work at once, every call is counted, and any may be made to fail or to do
// nothing. A roll goes on by one node each time somebody looks, so no test depends on time.
import type { CacheState, Levers, NodeState } from '../targets/levers.ts';

export interface FakeDeployment {
  readonly levers: Levers;
  nodes: NodeState[];
  cache: CacheState;
  rolling: boolean;
  /** As in `set slow`, `signal app-1 SIGSTOP`, in the order of the calls. */
  readonly calls: string[];
  /** Called before a lever is pulled; `false` makes it a lever that answers success and does nothing. */
  beforeCall: (call: string) => boolean;
}

export function fakeDeployment(nodeCount = 2): FakeDeployment {
  let boots = 0;
  let roll: { left: number; version: string | null } | null = null;

  const boot = (node: string, version: string): NodeState => {
    boots++;
    return { node, version, state: 'serving', bootId: `boot-${boots}`, pid: 4_000_000_000 + boots };
  };
  const pull = async (call: string, act: () => void): Promise<void> => {
    fake.calls.push(call);
    if (fake.beforeCall(call)) act();
  };
  const advanceRoll = (): void => {
    if (!roll) return;
    const { version } = roll;
    const at = fake.nodes.length - roll.left;
    fake.nodes = fake.nodes.map((node, index) => (index === at ? boot(node.node, version ?? node.version) : node));
    roll.left--;
    if (roll.left > 0) return;
    roll = null;
    fake.rolling = false;
  };
  const beginRoll = (version: string | null): void => {
    roll = { left: fake.nodes.length, version };
    fake.rolling = true;
  };
  const replaceNode = (name: string, change: (node: NodeState) => NodeState): void => {
    fake.nodes = fake.nodes.map((node) => (node.node === name ? change(node) : node));
  };

  const fake: FakeDeployment = {
    calls: [],
    beforeCall: () => true,
    rolling: false,
    nodes: Array.from({ length: nodeCount }, (_, index) => boot(`app-${index + 1}`, 'v1')),
    cache: {
      mode: 'ok',
      latencyMs: 0,
      entryCount: 5,
      flushCount: 0,
      flushedEntryCount: 0,
      delayedCount: 0,
      refusedCount: 0,
      unansweredCount: 0,
      evictedCount: 0,
      entryCountMax: null,
      bootId: 'cache-1',
      cutConnectionCount: 0,
      promotedCount: 0,
      lostWriteCount: 0,
    },
    levers: {
      nodes: async () => {
        advanceRoll();
        return fake.nodes;
      },
      cache: {
        // Looking stands for the load: each look is a command that the mode hurts.
        state: async () => {
          const { mode, delayedCount, refusedCount } = fake.cache;
          if (mode === 'slow') fake.cache = { ...fake.cache, delayedCount: delayedCount + 1 };
          if (mode === 'down') fake.cache = { ...fake.cache, refusedCount: refusedCount + 1 };
          return fake.cache;
        },
        flush: () =>
          pull('flush', () => {
            const { flushCount, flushedEntryCount, entryCount } = fake.cache;
            fake.cache = {
              ...fake.cache,
              entryCount: 0,
              flushCount: flushCount + 1,
              flushedEntryCount: flushedEntryCount + entryCount,
            };
          }),
        set: (mode, latencyMs) =>
          pull(`set ${mode}`, () => {
            fake.cache = { ...fake.cache, mode, latencyMs };
          }),
        squeeze: (entryCountMax) =>
          pull(`squeeze ${entryCountMax}`, () => {
            const { entryCount, evictedCount } = fake.cache;
            const left = Math.min(entryCount, entryCountMax ?? entryCount);
            const evicted = evictedCount + entryCount - left;
            fake.cache = { ...fake.cache, entryCountMax, entryCount: left, evictedCount: evicted };
          }),
        restart: () =>
          pull('restart cache', () => {
            fake.cache = { ...fake.cache, bootId: `${fake.cache.bootId}+`, entryCount: 0 };
          }),
        cutConnections: () =>
          pull('cut cache', () => {
            fake.cache = { ...fake.cache, cutConnectionCount: fake.cache.cutConnectionCount + 3 };
          }),
        promoteStale: (lagMs) =>
          pull(`promote ${lagMs}`, () => {
            const { promotedCount, lostWriteCount } = fake.cache;
            fake.cache = { ...fake.cache, promotedCount: promotedCount + 1, lostWriteCount: lostWriteCount + 2 };
          }),
      },
      deploy: {
        restart: () => pull('restart', () => beginRoll(null)),
        roll: (version) => pull(`roll ${version}`, () => beginRoll(version)),
        rolling: async () => {
          advanceRoll();
          return fake.rolling;
        },
      },
      signal: (name, signal) =>
        pull(`signal ${name} ${signal}`, () =>
          replaceNode(name, (node) => {
            // A killed node is started again at once; a stopped one is called down by its health check.
            if (signal === 'SIGKILL') return boot(name, node.version);
            return { ...node, state: signal === 'SIGSTOP' ? 'down' : 'serving' };
          }),
        ),
    },
  };
  return fake;
}
