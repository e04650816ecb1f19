// The edge's bugs as wrong nginx configuration, by the bug's name. What an app does wrong besides is behind its own seams.
import type { EdgeReport } from '../../parts.ts';
import type { NginxRules } from '../nginx-config.ts';
import { edgeCachesPrivate } from './edge-caches-private.ts';
import { edgeStoresSession } from './edge-stores-session.ts';
import { heuristicFreshness } from './heuristic-freshness.ts';
import { pathConfusion } from './path-confusion.ts';
import { requestCollapsing } from './request-collapsing.ts';

export type NginxBug = (rules: NginxRules, config: EdgeReport['config']) => NginxRules;

export const nginxBugs: Readonly<Record<string, NginxBug>> = {
  'edge-caches-private': edgeCachesPrivate,
  'edge-stores-session': edgeStoresSession,
  'heuristic-freshness': heuristicFreshness,
  'path-confusion': pathConfusion,
  'request-collapsing': requestCollapsing,
};

/** All that is wrong with the configuration when these bugs are on; bugs of other places change nothing here. */
export function changeOf(bugs: readonly string[]): NginxBug {
  const changes = bugs.flatMap((bug) => nginxBugs[bug] ?? []);
  return (rules, config) => changes.reduce((changed, change) => change(changed, config), rules);
}
