// Cases of what only eyes can see. What is taken away is the eyes: sessions that read every byte of every answer do whatever a
// patient can, and nothing of it stands in an answer.
import type { KnownCase } from './case.ts';

const lacks = 'nobody looks';
const without = {
  scenarios: ['switch-the-call', 'end-together', 'shared-link'],
  sessions: 8,
  durationMs: 12_000,
} as const;
/** A slow machine has half of a second scene in this time; what is found ends the trial. */
const durationMs = 120_000;
/** They do one thing right after the other. */
const thinkMs = 250;
const atOneDevice = { scenarios: ['shared-device'], browser: 4, durationMs, thinkMs } as const;
const words = ['foreign-listing', 'foreign-identity', 'afterlife'] as const;

export const browserCases: readonly KnownCase[] = [
  { bug: 'shared-device-http-cache', rings: words, trigger: atOneDevice, lacks, without },
  { bug: 'shared-device-back-button', rings: words, trigger: atOneDevice, lacks, without },
  { bug: 'shared-device-service-worker', rings: words, trigger: atOneDevice, lacks, without },
  { bug: 'shared-device-offline', rings: words, trigger: atOneDevice, lacks, without },
  {
    bug: 'shared-device-second-tab',
    rings: words,
    trigger: { ...atOneDevice, scenarios: ['two-tabs', 'shared-device'] },
    lacks,
    without,
  },
  {
    bug: 'shared-device-cached-media',
    rings: ['foreign-recording', 'afterlife'],
    trigger: atOneDevice,
    lacks,
    without,
  },
  { bug: 'player-keeps-source', rings: ['foreign-recording', 'afterlife'], trigger: atOneDevice, lacks, without },
  {
    bug: 'thumbnail-mix',
    rings: ['foreign-listing'],
    trigger: { scenarios: ['thumbnails-in-a-burst'], browser: 4, durationMs, thinkMs },
    lacks,
    without,
  },
];
