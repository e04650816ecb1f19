// What the eyes report: a canary that a person at the screen could see, or that the browser keeps. A sight says whose it is, in
// which channel and in what place; it repeats neither the text around the canary nor a query, for both may be somebody's.
import type { Canary } from '../../fixtures/domain.ts';

/** What one look at a page can go through, in the order in which it does. */
export const lookChannels = [
  'text',
  'attribute',
  'pixels',
  'cookie',
  'local-storage',
  'session-storage',
  'indexed-db',
  'cache-storage',
] as const;
export type LookChannel = (typeof lookChannels)[number];

/** The others pass by and are gone: whoever wants them must watch the page from its beginning (`watch.ts`). */
export type Channel = LookChannel | 'console' | 'download' | 'network';

/** CSS pixels, from the top left of the page as it is scrolled. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Sight {
  readonly canary: Canary;
  readonly channel: Channel;
  /** For people: `<video> at 40,120 (264x264)`, `href of <a>`, `cookie "sid"`, with ` in frame <origin+path>` if it is not the main one. */
  readonly place: string;
  /** The tag's name in lower case; null where no element shows it. */
  readonly element: string | null;
  /** How it was written: `plain`, `base64`, … as the scan says; `qr` for pixels. */
  readonly encoding: string;
  /** Origin and path of the frame, null for the main frame and for what belongs to no frame. */
  readonly frame: string | null;
  readonly box?: Box;
  /** A PNG that shows the code and nothing around it: only of pixels. */
  readonly picture?: Uint8Array;
}
