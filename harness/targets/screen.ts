// What a person has before them: a page, found and touched by what is accessible on it (role and name, label, text), never by markup.
// Adapters say their actions through it as they say requests through `Http`; the browser driver is its only maker.

/** `name` and `text` match a part, in any case, unless a RegExp says otherwise. The first that fits, or the `nth` from 0. */
export type Locator = (
  | { readonly role: Role; readonly name: string | RegExp }
  | { readonly label: string | RegExp }
  | { readonly text: string | RegExp }
) & { readonly nth?: number };

export type Role =
  | 'alert'
  | 'article'
  | 'button'
  | 'checkbox'
  | 'combobox'
  | 'heading'
  | 'img'
  | 'link'
  | 'navigation'
  | 'option'
  | 'radio'
  | 'region'
  | 'status'
  | 'tab'
  | 'textbox';

export interface Upload {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Everything waits a bounded time for what it needs and then throws a `ScreenError`, which is an outcome in the history. */
export interface Screen {
  /** Types an address; answers the status of the page that came. `path` may be an absolute URL that the target handed out. */
  open(path: string): Promise<number>;
  fill(field: Locator, text: string): Promise<void>;
  /** Ticks a radio button or a checkbox. */
  choose(option: Locator): Promise<void>;
  attach(field: Locator, file: Upload): Promise<void>;
  /** Clicks, and waits until what that set off has come to rest. */
  press(button: Locator): Promise<void>;
  /** Whether it is to be seen; by default at once, or within this time. */
  sees(what: Locator, withinMs?: number): Promise<boolean>;
  /** How many of them there are to be seen. */
  count(what: Locator): Promise<number>;
  /** Addresses of the links that fit, as absolute URLs. */
  links(what: Locator): Promise<readonly string[]>;
  /** Plays the video in view until it shows its picture. False: it does not play. */
  play(): Promise<boolean>;
  /** Addresses of what the videos in view play. */
  media(): Promise<readonly string[]>;
  /** Address of the page in view, without its origin. */
  path(): string;
  /** Stays on the page, as who waits for news does. */
  stay(forMs: number): Promise<void>;
}

/** What was looked for is not on the page, or can't be used. */
export class ScreenError extends Error {
  override name = 'ScreenError';
}
