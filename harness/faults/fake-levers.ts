// A deployment in memory for tests: its levers work at once, every call is counted, and any may be made to fail or to do
// nothing. A roll and a failover go on by one step each time somebody looks, so no test depends on time.
import type {
  CacheState,
  DatabaseState,
  EdgeState,
  Levers,
  LinkState,
  MailState,
  NodeState,
} from '../targets/levers.ts';

export interface FakeDeployment {
  readonly levers: Levers;
  nodes: NodeState[];
  cache: CacheState;
  database: DatabaseState;
  edge: EdgeState;
  mail: MailState;
  links: Readonly<Record<'cache' | 'database', LinkState>>;
  rolling: boolean;
  /** As in `set slow`, `signal app-1 SIGSTOP`, in the order of the calls. */
  readonly calls: string[];
  /** Called before a lever is pulled; `false` makes it a lever that answers success and does nothing. */
  beforeCall: (call: string) => boolean;
}

type Pull = (call: string, act: () => void) => Promise<void>;

export function fakeDeployment(nodeCount = 2): FakeDeployment {
  let boots = 0;
  let roll: { left: number; version: string | null } | null = null;

  const boot = (node: string, version: string): NodeState => {
    boots++;
    return { node, version, state: 'serving', bootId: `boot-${boots}`, pid: 4_000_000_000 + boots };
  };
  const pull: Pull = async (call, act) => {
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
    cache: wholeCache,
    database: wholeDatabase,
    edge: { config: 'standard', reloadCount: 0, entryCount: 3, purgeCount: 0, purgedEntryCount: 0 },
    mail: { mode: 'ok', deliveredCount: 0, refusedCount: 0 },
    links: { cache: { mode: 'ok', passedBytes: 0 }, database: { mode: 'ok', passedBytes: 0 } },
    levers: {
      nodes: async () => {
        advanceRoll();
        return fake.nodes;
      },
      cache: cacheLevers(() => fake, pull),
      database: databaseLevers(() => fake, pull),
      edge: {
        state: async () => fake.edge,
        reload: (config) =>
          pull(`reload ${config}`, () => {
            fake.edge = { ...fake.edge, config, reloadCount: fake.edge.reloadCount + 1 };
          }),
        purge: () =>
          pull('purge', () => {
            const { purgeCount, purgedEntryCount, entryCount } = fake.edge;
            const counts = { purgeCount: purgeCount + 1, purgedEntryCount: purgedEntryCount + entryCount };
            fake.edge = { ...fake.edge, ...counts, entryCount: 0 };
          }),
      },
      mail: {
        state: async () => {
          const { mode, refusedCount } = fake.mail;
          if (mode === 'down') fake.mail = { ...fake.mail, refusedCount: refusedCount + 1 };
          return fake.mail;
        },
        set: (mode) =>
          pull(`mail ${mode}`, () => {
            fake.mail = { ...fake.mail, mode };
          }),
      },
      links: {
        // A whole or a slow link passes something between any two looks.
        state: async (link) => {
          const { mode, passedBytes } = fake.links[link];
          if (mode === 'ok' || mode === 'slow') setLink(link, { mode, passedBytes: passedBytes + 100 });
          return fake.links[link];
        },
        set: (link, mode) => pull(`${link} link ${mode}`, () => setLink(link, { ...fake.links[link], mode })),
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
  const setLink = (link: 'cache' | 'database', state: LinkState): void => {
    fake.links = { ...fake.links, [link]: state };
  };
  return fake;
}

const wholeCache: CacheState = {
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
  swappedCount: 0,
};

const wholeDatabase: DatabaseState = {
  cutConnectionCount: 0,
  failoverCount: 0,
  lostRowCount: 0,
  failingOver: false,
  held: false,
  heldStatementCount: 0,
};

/** What looking does to each mode stands for the load: each look is a command that the mode hurts. */
const hurtBy = { slow: 'delayedCount', down: 'refusedCount', paused: 'unansweredCount' } as const;

function cacheLevers(fake: () => FakeDeployment, pull: Pull): NonNullable<Levers['cache']> {
  const change = (by: (cache: CacheState) => Partial<CacheState>): void => {
    fake().cache = { ...fake().cache, ...by(fake().cache) };
  };
  return {
    state: async () => {
      const { mode } = fake().cache;
      if (mode !== 'ok') change((cache) => ({ [hurtBy[mode]]: cache[hurtBy[mode]] + 1 }));
      return fake().cache;
    },
    flush: () =>
      pull('flush', () =>
        change(({ flushCount, flushedEntryCount, entryCount }) => ({
          entryCount: 0,
          flushCount: flushCount + 1,
          flushedEntryCount: flushedEntryCount + entryCount,
        })),
      ),
    set: (mode, latencyMs) => pull(`set ${mode}`, () => change(() => ({ mode, latencyMs }))),
    squeeze: (entryCountMax) =>
      pull(`squeeze ${entryCountMax}`, () =>
        change(({ entryCount, evictedCount }) => {
          const left = Math.min(entryCount, entryCountMax ?? entryCount);
          return { entryCountMax, entryCount: left, evictedCount: evictedCount + entryCount - left };
        }),
      ),
    restart: () => pull('restart cache', () => change(({ bootId }) => ({ bootId: `${bootId}+`, entryCount: 0 }))),
    cutConnections: () =>
      pull('cut cache', () => change(({ cutConnectionCount }) => ({ cutConnectionCount: cutConnectionCount + 3 }))),
    promoteStale: (lagMs) =>
      pull(`promote ${lagMs}`, () =>
        change(({ promotedCount, lostWriteCount }) => ({
          promotedCount: promotedCount + 1,
          lostWriteCount: lostWriteCount + 2,
        })),
      ),
    swap: async () => {
      const before = fake().cache.swappedCount;
      await pull('swap', () => change(({ swappedCount }) => ({ swappedCount: swappedCount + 2 })));
      return fake().cache.swappedCount - before;
    },
  };
}

function databaseLevers(fake: () => FakeDeployment, pull: Pull): NonNullable<Levers['database']> {
  const change = (by: (database: DatabaseState) => Partial<DatabaseState>): void => {
    fake().database = { ...fake().database, ...by(fake().database) };
  };
  return {
    state: async () => {
      const seen = fake().database;
      if (seen.failingOver) {
        const { failoverCount, lostRowCount } = seen;
        change(() => ({ failingOver: false, failoverCount: failoverCount + 1, lostRowCount: lostRowCount + 4 }));
      }
      return seen;
    },
    cutConnections: () =>
      pull('cut database', () => change(({ cutConnectionCount }) => ({ cutConnectionCount: cutConnectionCount + 16 }))),
    failover: (lagMs) => pull(`failover ${lagMs}`, () => change(() => ({ failingOver: true }))),
    hold: (held) => pull(`hold ${held}`, () => change(() => ({ held, heldStatementCount: held ? 8 : 0 }))),
  };
}
