// The edge's two configurations, as data. `next` is the one that is to be rolled out: it keeps static files for longer, and nothing else.

export type EdgeConfigName = 'standard' | 'next';

export interface EdgeConfig {
  readonly name: EdgeConfigName;
  /** What lies under this path is a file of the release: the same for everybody. */
  readonly staticPath: string;
  readonly staticLifetimeMs: number;
}

export const edgeConfigs: Readonly<Record<EdgeConfigName, EdgeConfig>> = {
  standard: { name: 'standard', staticPath: '/assets/', staticLifetimeMs: 60_000 },
  next: { name: 'next', staticPath: '/assets/', staticLifetimeMs: 600_000 },
};
