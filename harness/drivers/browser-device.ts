// One browser profile: cookies, caches, storage, service workers, and the tabs in it. Sessions that share a device use it one
// after another; what each asks for goes through the wiretap to whoever is at the device at that moment.
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { type Watch, type Watched, watchContext } from '../eyes/watch.ts';
import { within } from '../faults/bounded.ts';
import type { Declarations } from '../targets/target.ts';
import type { ConnectTo } from './connect-to.ts';
import { type Listener, openWiretap, type Wiretap } from './wiretap.ts';

export interface DeviceOptions {
  readonly browser: Browser;
  readonly origin: string;
  readonly run: number;
  readonly declares: Declarations;
  readonly allowedHosts: readonly string[];
  readonly connectTo?: ConnectTo;
  closed(): void;
}

export interface Device {
  readonly origin: string;
  /** The tab in view. A crashed or closed one is replaced. */
  page(): Promise<Page>;
  /** Opens another tab: for what goes on beside, or to be left open. */
  newTab(): Promise<Page>;
  /** The tab that somebody left open; null when nobody did. */
  leftOpen: Page | null;
  /** Paths that were opened on this device, the newest last, and by which session first. */
  readonly visited: Map<string, string>;
  setOffline(offline: boolean): Promise<void>;
  /** From now on this session is the one at the device. */
  use(listener: Listener): void;
  /** Requests under way, but for streams. */
  pending(): number;
  /** What has passed by since the last call: the console, live frames, downloads. */
  passed(): Promise<Watched>;
  close(): Promise<void>;
}

const viewport = { width: 1280, height: 900 } as const;
const navigationTimeoutMs = 10_000;
const gestureTimeoutMs = 5_000;
/** Browsers have been seen to open no tab, and to close no profile, for ever; nothing of Playwright's limits these. */
const tabMaxMs = 15_000;
const closeMaxMs = 5_000;

interface Opened {
  readonly context: BrowserContext;
  readonly watch: Watch;
}

/** Opened when it is first used. */
export function createDevice({ browser, origin, closed, ...options }: DeviceOptions): Device {
  let listener: Listener | null = null;
  let inView: Page | undefined;
  let opened: Promise<Opened> | undefined;
  let wiretapInUse: Wiretap | undefined;
  let closing: Promise<void> | undefined;

  async function open(): Promise<Opened> {
    const wiretap = await openWiretap(options);
    wiretap.listenFor(listener);
    wiretapInUse = wiretap;
    // Loopback too: without the rule a browser goes there directly.
    const proxy = { server: wiretap.server, bypass: '<-loopback>' };
    const context = await browser.newContext({ viewport, proxy });
    context.setDefaultNavigationTimeout(navigationTimeoutMs);
    context.setDefaultTimeout(gestureTimeoutMs);
    context.on('page', (page) => {
      // A dialog would hold everything until somebody answers it.
      page.on('dialog', (dialog) => void dialog.dismiss().catch(() => {}));
    });
    // The wiretap reads the answers, those that browsers give to nobody too.
    return { context, watch: watchContext(context, { answers: false }) };
  }
  const ready = (): Promise<Opened> => {
    opened ??= open();
    return opened;
  };

  const newTab = async (): Promise<Page> => {
    const { context } = await ready();
    return within(tabMaxMs, 'opening a tab', () => context.newPage());
  };

  return {
    origin,
    leftOpen: null,
    visited: new Map(),
    async page() {
      if (inView === undefined || inView.isClosed()) inView = await newTab();
      return inView;
    },
    newTab,
    setOffline: async (offline) => (await ready()).context.setOffline(offline),
    use(next) {
      listener = next;
      wiretapInUse?.listenFor(next);
    },
    pending: () => wiretapInUse?.pending() ?? 0,
    passed: async () => (await ready()).watch.take(),
    close() {
      closing ??= (async () => {
        closed();
        const open = await opened?.catch(() => undefined);
        if (open !== undefined)
          await within(closeMaxMs, 'closing a profile', () => open.context.close()).catch(() => {});
        await wiretapInUse?.close();
      })();
      return closing;
    },
  };
}
