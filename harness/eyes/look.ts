// One look at a page: each channel in turn, with what it took and what could not be looked at.
//
//     page ─► text, attributes ─► pixels ─► cookies, Web Storage, IndexedDB, Cache Storage ─► sights, problems
import type { Page } from '@playwright/test';
import { lookAtClosedRoots } from './closed-roots.ts';
import { createGlance, type Glance } from './glance.ts';
import { lookAtWords } from './page-text.ts';
import { lookAtScreen } from './screen.ts';
import { type LookChannel, lookChannels, type Sight } from './sight.ts';
import { lookAtCookies, lookAtStorage } from './storage.ts';

export interface LookOptions {
  /** All of them by default. */
  readonly channels?: readonly LookChannel[];
  /** Videos are muted and played for a moment, for one that never played shows no picture; then put back. With
   * `pixelsFullPage` the page is scrolled through once too, for pictures that load only in view. */
  readonly media?: boolean;
  /** Pixels of the whole page, not only of what is scrolled into view. */
  readonly pixelsFullPage?: boolean;
  /** For the whole look; 10,000 by default. */
  readonly timeoutMs?: number;
}

export interface ChannelLook {
  readonly channel: LookChannel;
  /** False where nothing was looked at. With `why` and true: only some of it. Absence then proves nothing. */
  readonly looked: boolean;
  readonly ms: number;
  readonly why?: string;
}

export interface Look {
  readonly sights: readonly Sight[];
  readonly channels: readonly ChannelLook[];
  /** What could not be looked at, and why. Empty: all of it was. */
  readonly problems: readonly string[];
}

const timeoutMsDefault = 10_000;

/** Never throws for what the page does: a page that closes, navigates or hangs is a problem in the result. */
export async function lookAt(page: Page, options: LookOptions = {}): Promise<Look> {
  const glance = createGlance(page, options.timeoutMs ?? timeoutMsDefault);
  const sights: Sight[] = [];
  const channels: ChannelLook[] = [];
  for (const channel of lookChannels) {
    if (options.channels && !options.channels.includes(channel)) continue;
    const startedAt = performance.now();
    const before = glance.problems.length;
    const seen = page.isClosed() ? null : await lookThrough(glance, channel, options);
    sights.push(...(seen ?? []));
    const [why = seen === null ? 'the page is closed' : undefined] = glance.problems.slice(before);
    const ms = performance.now() - startedAt;
    channels.push({ channel, looked: seen !== null, ms, ...(why !== undefined && { why }) });
  }
  return { sights, channels, problems: glance.problems };
}

/** `null`: nothing of it could be looked at. */
async function lookThrough(
  glance: Glance,
  channel: LookChannel,
  { media = false, pixelsFullPage = false }: LookOptions,
): Promise<readonly Sight[] | null> {
  switch (channel) {
    case 'text':
      return both(await lookAtWords(glance, channel), await lookAtClosedRoots(glance));
    case 'attribute':
      return lookAtWords(glance, channel);
    case 'pixels':
      return lookAtScreen(glance, { media, fullPage: pixelsFullPage });
    case 'cookie':
      return lookAtCookies(glance);
    default:
      return lookAtStorage(glance, channel);
  }
}

const both = (words: readonly Sight[] | null, closed: readonly Sight[]): readonly Sight[] | null =>
  words === null && closed.length === 0 ? null : [...(words ?? []), ...closed];
