// What a containment drill leaves behind: `contain.json` in the run's folder. Version 1; fields are added, never changed.
import { z } from 'zod';

/** Where somebody else's data can still be seen once the leak itself is stopped. */
export const containChannels = [
  'lists',
  'bytes',
  'open-pages',
  'signed-links',
  'shared-cache',
  'notifications',
  'browser-caches',
  'downloads',
] as const;
export type ContainChannel = (typeof containChannels)[number];

/** `dark`: foreign before the pull, never again after the last sight. `lit`: still foreign when the time was up. */
export const channelOutcomes = ['dark', 'lit', 'not-judged'] as const;

export const channelContainedSchema = z.object({
  channel: z.enum(containChannels),
  outcome: z.enum(channelOutcomes),
  /** From the pull of the switch to the last foreign sight; 0: nothing foreign was seen after it. null: not judged. */
  lastSightMs: z.number().nullable(),
  /** Probes that showed something foreign, before the pull and after it, and all after it. */
  foreignBefore: z.number().int(),
  foreignAfter: z.number().int(),
  probesAfter: z.number().int(),
  why: z.string(),
});
export type ChannelContained = z.infer<typeof channelContainedSchema>;

export const containReportSchema = z.object({
  version: z.literal(1),
  verdict: z.enum(['PASS', 'LEAK', 'INCONCLUSIVE', 'ERROR']),
  exitCode: z.number().int(),
  reasons: z.array(z.string()),
  target: z.string(),
  /** The switch that was pulled, and what was leaking. */
  switch: z.string(),
  leak: z.string(),
  startedAt: z.number(),
  pulledAt: z.number().nullable(),
  /** How long the call that pulls it took. */
  pullMs: z.number().nullable(),
  releasedAt: z.number().nullable(),
  endedAt: z.number(),
  quietMs: z.number(),
  limitMs: z.number(),
  probeEveryMs: z.number(),
  channels: z.array(channelContainedSchema),
  /** From the release to the first whole own list and own recording; null: they did not come back. */
  ownBackMs: z.number().nullable(),
});
export type ContainReport = z.infer<typeof containReportSchema>;
