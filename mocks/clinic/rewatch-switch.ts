// The switch that a clinic has for the day that it shows what it should not: rewatching is shut off on every instance, streams that are
// open are ended, and the edge forgets what it has kept. It was made twice wrongly, on purpose, so that a drill can be seen to notice.
import { Refusal } from './http.ts';
import type { StreamDesk } from './live-streams.ts';

export const switchParts = ['shared-cache', 'signed-links'] as const;
/** What a wrongly made switch leaves as it is. */
export type SwitchPart = (typeof switchParts)[number];

export interface RewatchState {
  readonly off: boolean;
  /** Of the forgetful switch: whoever holds a link may go on playing. */
  readonly linksStay: boolean;
}

export const rewatchOn: RewatchState = { off: false, linksStay: false };

const byLink: ReadonlySet<string> = new Set(['GET /recordings/{id}/content', 'GET /recordings/{id}/thumbnail']);

/** All that shows a consultation, or what was recorded of it. */
const showing: ReadonlySet<string> = new Set([
  ...byLink,
  'GET /me/history',
  'GET /me/live',
  'GET /me/exports/{id}',
  'GET /me/exports/{id}/content',
  'GET /me/consultations/{id}',
  'GET /me/consultations/{id}/visit',
  'GET /me/rewatch',
  'GET /me/rewatch/recordings/{id}',
  'GET /patients/{id}/history',
  'GET /patients/{id}/rewatch',
  'GET /clinician/day',
  'GET /clinician/consultations/{id}',
  'GET /clinician/recordings/{id}/content',
]);

export interface RewatchSwitch {
  set(state: RewatchState): void;
  /** Throws a refusal where that route is shut off. `name` is method and route. */
  requireOpen(name: string): void;
}

export function createRewatchSwitch(first: RewatchState, desk: Pick<StreamDesk, 'all'>): RewatchSwitch {
  let state = first;
  return {
    set(next) {
      state = next;
      if (state.off) for (const stream of desk.all()) stream.end();
    },
    requireOpen(name) {
      if (!state.off || !showing.has(name) || (state.linksStay && byLink.has(name))) return;
      throw new Refusal(503, 'rewatch-off', 'rewatching is switched off for the moment', {
        'cache-control': 'no-store',
      });
    },
  };
}
