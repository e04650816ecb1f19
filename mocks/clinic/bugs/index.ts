// All bugs there are, and the seams with some of them switched on.
import { correctSeams, type Seams } from '../seams.ts';
import type { Bug } from './bug.ts';
import { cacheKeyLacksOwner } from './cache-key-lacks-owner.ts';
import { callSwitch } from './call-switch.ts';
import { clinicianKeepsAccess } from './clinician-keeps-access.ts';
import { cursorUnscoped } from './cursor-unscoped.ts';
import { driftedInstance } from './drifted-instance.ts';
import { edgeCachesPrivate } from './edge-caches-private.ts';
import { edgeStoresSession } from './edge-stores-session.ts';
import { exportContext } from './export-context.ts';
import { failOpenFilter } from './fail-open-filter.ts';
import { framingDesync } from './framing-desync.ts';
import { heuristicFreshness } from './heuristic-freshness.ts';
import { idReuseAfterFailover } from './id-reuse-after-failover.ts';
import { idempotencyUnscoped } from './idempotency-unscoped.ts';
import { linkReuse } from './link-reuse.ts';
import { mixedKeyFormat } from './mixed-key-format.ts';
import { noticeMisdirected } from './notice-misdirected.ts';
import { pathConfusion } from './path-confusion.ts';
import { playerKeepsSource } from './player-keeps-source.ts';
import { poolDesync } from './pool-desync.ts';
import { reconnectHerd } from './reconnect-herd.ts';
import { requestCollapsing } from './request-collapsing.ts';
import { sessionStoreFallback } from './session-store-fallback.ts';
import { sharedDeviceBackButton } from './shared-device-back-button.ts';
import { sharedDeviceCachedMedia } from './shared-device-cached-media.ts';
import { sharedDeviceHttpCache } from './shared-device-http-cache.ts';
import { sharedDeviceOffline } from './shared-device-offline.ts';
import { sharedDeviceSecondTab } from './shared-device-second-tab.ts';
import { sharedDeviceServiceWorker } from './shared-device-service-worker.ts';
import { sharedRequestContext } from './shared-request-context.ts';
import { slotNameCollision } from './slot-name-collision.ts';
import { staleAfterRevoke } from './stale-after-revoke.ts';
import { streamMisrouted } from './stream-misrouted.ts';
import { thumbnailMix } from './thumbnail-mix.ts';

export const bugs: readonly Bug[] = [
  cacheKeyLacksOwner,
  requestCollapsing,
  poolDesync,
  sharedRequestContext,
  mixedKeyFormat,
  failOpenFilter,
  callSwitch,
  slotNameCollision,
  thumbnailMix,
  exportContext,
  noticeMisdirected,
  streamMisrouted,
  heuristicFreshness,
  staleAfterRevoke,
  clinicianKeepsAccess,
  sessionStoreFallback,
  reconnectHerd,
  idReuseAfterFailover,
  linkReuse,
  idempotencyUnscoped,
  cursorUnscoped,
  edgeCachesPrivate,
  edgeStoresSession,
  pathConfusion,
  framingDesync,
  driftedInstance,
  sharedDeviceHttpCache,
  sharedDeviceBackButton,
  sharedDeviceServiceWorker,
  sharedDeviceOffline,
  sharedDeviceSecondTab,
  sharedDeviceCachedMedia,
  playerKeepsSource,
];

/** Of the bugs that are switched on, those that one instance is built with. */
export function bugsOfInstance(ids: readonly string[], index: number, instanceCount: number): readonly string[] {
  const isLastOfSeveral = instanceCount > 1 && index === instanceCount - 1;
  return ids.filter((id) => isLastOfSeveral || bugs.find((bug) => bug.id === id)?.onlyIn !== 'last-of-several');
}

/** Later bugs win where two replace the same seam. Throws for a name that no bug has. */
export function seamsWith(ids: readonly string[]): Seams {
  const seams: Seams = { ...correctSeams };
  for (const id of ids) {
    const bug = bugs.find((each) => each.id === id);
    if (bug === undefined)
      throw new Error(`there is no bug "${id}"; there are: ${bugs.map((each) => each.id).join(', ')}`);
    Object.assign(seams, bug.seams);
  }
  return seams;
}
