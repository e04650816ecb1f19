// One session at a device: what performs a plan's steps there, and what is seen after each of them. Answers come from the wiretap,
// sights from a look at every tab in view; both end up as exchanges, so that one oracle judges all of it.
import type { Page } from '@playwright/test';
import { now } from '../clock.ts';
import { lookAt } from '../eyes/look.ts';
import type { Sight } from '../eyes/sight.ts';
import { type Exchange, type LookKind, lookKinds, type Sighting } from '../history.ts';
import type { Screen } from '../targets/screen.ts';
import type { Http } from '../targets/target.ts';
import type { Device } from './browser-device.ts';
import { browserScreen, pathOf, rest } from './browser-screen.ts';
import { type Client, HttpFailure } from './client.ts';
import { type ClientState, clientState } from './client-state.ts';
import type { Evidence } from './evidence.ts';
import { routeTemplate } from './route-template.ts';

export interface BrowserClientOptions {
  readonly device: Device;
  readonly session: string;
  readonly patient: number | null;
  readonly evidence: Evidence;
  /** A device of its own is closed with the session. */
  readonly ownsDevice: boolean;
  readonly traceRun?: string | undefined;
}

/** What the browser driver asks of its own clients, beyond what adapters may. */
export interface BrowserScreen extends Screen {
  /** Sees all there is in the tab in view, and in what the browser keeps. */
  look(): Promise<void>;
  /** Gives up the page in view, as who loses patience does, if the plan has them hang up. Null: nobody does. */
  readonly hangUpMs: number | null;
  leave(): Promise<void>;
  goBack(): Promise<boolean>;
  reload(): Promise<void>;
  openTab(): Promise<void>;
  /** False: no tab was left open. */
  lookAtTab(): Promise<boolean>;
  /** Opens, without a network, what was opened on this device by others. */
  lookOffline(): Promise<void>;
}

const offlinePagesMax = 3;

export function browserClient(options: BrowserClientOptions): Client & { readonly screen: BrowserScreen } {
  const { device, session, patient, evidence, traceRun } = options;
  const main = clientState({ ...(traceRun !== undefined && { traceRun }) });
  device.use({ session, record: main.record, nextTrace: main.nextTrace });

  function lookExchange(channel: LookKind, page: Page, startedAt: number, sightings: readonly Sighting[]): Exchange {
    return {
      channel,
      method: 'GET',
      route: routeTemplate(pathOf(page)?.split('?', 1)[0] ?? '/'),
      startedAt,
      ms: now() - startedAt,
      status: 200,
      connection: `${session}#eyes`,
      bodyBytes: 0,
      sightings: [...sightings],
      credentials: 'cookie',
    };
  }

  async function lookAtPage(page: Page, state: ClientState): Promise<void> {
    const startedAt = now();
    const record = (channel: LookKind, sightings: readonly Sighting[], partial = false): void =>
      state.record({ ...lookExchange(channel, page, startedAt, sightings), ...(partial && { partial }) }, []);
    const look = await lookAt(page, { pixelsFullPage: true });
    const passed = await device.passed();
    const seenIn = (channel: LookKind, sights: readonly Sight[]): Sighting[] =>
      sights.filter((sight) => lookKindOf(sight) === channel).map((sight) => sightingOf(sight, patient, evidence));
    for (const channel of lookKinds) {
      const looks = look.channels.filter((each) => lookKindOf(each) === channel);
      const partial = looks.some(({ looked, why }) => !looked || why !== undefined);
      if (looks.some(({ looked }) => looked)) record(channel, seenIn(channel, look.sights), partial);
      const sightings = seenIn(channel, passed.sights);
      if (sightings.length > 0) record(channel, sightings, passed.problems.length > 0);
    }
  }

  function clientFor(
    state: ClientState,
    tab: () => Promise<Page>,
    close: () => Promise<void>,
  ): Client & { readonly screen: BrowserScreen } {
    const look = (page: Page): Promise<void> => lookAtPage(page, state);
    const gestures = browserScreen({ device, session, tab });
    const screen: BrowserScreen = {
      ...gestures,
      look: async () => look(await tab()),
      get hangUpMs() {
        return state.hangUpMs;
      },
      async leave() {
        await (await tab()).goto('about:blank').catch(() => {});
      },
      async goBack() {
        const page = await tab();
        const before = page.url();
        await page.goBack({ waitUntil: 'commit' }).catch(() => null);
        await rest(page, device);
        return page.url() !== before;
      },
      async reload() {
        const page = await tab();
        await page.reload().catch(() => null);
        await rest(page, device);
      },
      async openTab() {
        const address = (await tab()).url();
        await device.leftOpen?.close().catch(() => {});
        const page = await device.newTab();
        device.leftOpen = page;
        await page.goto(address).catch(() => null);
        await rest(page, device);
        await look(page);
        await (await tab()).bringToFront();
      },
      async lookAtTab() {
        const page = device.leftOpen;
        if (page === null || page.isClosed()) return false;
        await page.bringToFront();
        await rest(page, device);
        await look(page);
        await (await tab()).bringToFront();
        return true;
      },
      async lookOffline() {
        const page = await tab();
        const others = [...device.visited].filter(([, by]) => by !== session).map(([path]) => path);
        const paths = others.length > 0 ? others : [...device.visited.keys()];
        await device.setOffline(true);
        try {
          for (const path of paths.slice(-offlinePagesMax)) {
            await page.goto(new URL(path, device.origin).href).catch(() => null);
            await look(page);
          }
        } finally {
          await device.setOffline(false);
        }
        // Back to where a person could go on.
        await page.goto(device.origin).catch(() => null);
        await rest(page, device);
      },
    };
    return {
      http: noHttp,
      screen,
      origin: device.origin,
      ...state.controls,
      // The cookies of a browser are its own affair.
      freezeCookies: () => {},
      beside() {
        // Its requests go to the session's record all the same: the wiretap can't tell tabs apart.
        let own: Promise<Page> | undefined;
        const ownTab = (): Promise<Page> => {
          own ??= device.newTab();
          return own;
        };
        return clientFor(clientState({}), ownTab, async () => own?.then((page) => page.close()).catch(() => {}));
      },
      close,
    };
  }

  return clientFor(
    main,
    () => device.page(),
    async () => {
      if (options.ownsDevice) await device.close();
    },
  );
}

const noHttp: Http = {
  request: () => Promise.reject(new HttpFailure('connection-error', 'a browser has a screen, and no Http of its own')),
};

const shown: ReadonlySet<Sight['channel']> = new Set(['text', 'attribute', 'console', 'network']);

/** What the eyes tell apart, in the three ways that the history does. */
function lookKindOf({ channel }: Pick<Sight, 'channel'>): LookKind {
  if (channel === 'pixels') return 'pixels';
  return shown.has(channel) ? 'page' : 'kept';
}

function sightingOf(sight: Sight, patient: number | null, evidence: Evidence): Sighting {
  const { canary, channel, element, place, encoding, picture } = sight;
  const foreign = canary.owner !== patient;
  const file = foreign && picture !== undefined ? evidence.keep(picture) : null;
  return {
    ...canary,
    where: channel === 'pixels' ? `pixels:${element ?? 'page'}` : channel,
    offset: 0,
    encoding,
    count: 1,
    place,
    ...(file !== null && { evidence: file }),
  };
}
