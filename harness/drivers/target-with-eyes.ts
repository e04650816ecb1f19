// A target as browsers perform it: its pages stand in for its actions, and whatever is done is followed by a look at what came of it.
import { type Action, type ActionKind, browserActionKinds } from '../plan.ts';
import type { ActionFunctions, ActionResult, PageContext, SessionContext, Target } from '../targets/target.ts';
import type { BrowserScreen } from './browser-client.ts';
import { HttpFailure } from './client.ts';

/** What browsers can do of a target: its pages, each looked at once it is there, and what people do without any adapter. */
export function targetWithEyes(target: Target): Target {
  const pages = Object.entries(target.pages ?? {}).map(([kind, perform]) => [
    kind,
    (session: SessionContext, action: Action) =>
      withEyes(session, () => (perform as PageFunction)(session as PageContext, action)),
  ]);
  return { ...target, actions: { ...Object.fromEntries(pages), ...browserActions } };
}

type PageFunction = (session: PageContext, action: Action) => Promise<ActionResult>;

/** Whether somebody at a browser could perform it on this target. */
export const hasPageFor = (target: Target, kind: ActionKind): boolean =>
  target.pages?.[kind] !== undefined || browserActionKinds.includes(kind);

const browserActions: ActionFunctions = {
  'go-back': (session, { times }) =>
    withEyes(session, async (screen) => {
      let went = 0;
      // The last page is looked at by whoever called.
      while (went < times && (await screen.goBack())) {
        went += 1;
        if (went < times) await screen.look();
      }
      return { outcome: 'ok', detail: `${went} pages back` };
    }),
  reload: (session) =>
    withEyes(session, async (screen) => {
      await screen.reload();
      return { outcome: 'ok' };
    }),
  'open-tab': (session) =>
    withEyes(session, async (screen) => {
      await screen.openTab();
      return { outcome: 'ok' };
    }),
  'look-at-tab': (session) =>
    withEyes(session, async (screen) =>
      (await screen.lookAtTab()) ? { outcome: 'ok' } : { outcome: 'failed', detail: 'no tab was left open' },
    ),
  'look-offline': (session) =>
    withEyes(session, async (screen) => {
      await screen.lookOffline();
      return { outcome: 'ok' };
    }),
};

/** Performs, looks, and leaves early where the plan has the client hang up. What a look sees counts whatever became of the action. */
async function withEyes(
  session: SessionContext,
  perform: (screen: BrowserScreen) => Promise<ActionResult>,
): Promise<ActionResult> {
  // Made by `browserClient`, as every client of this driver.
  const screen = session.screen as BrowserScreen;
  const { hangUpMs } = screen;
  if (hangUpMs !== null) return impatiently(screen, hangUpMs, perform(screen));
  try {
    return await perform(screen);
  } finally {
    await screen.look();
  }
}

async function impatiently(
  screen: BrowserScreen,
  afterMs: number,
  performed: Promise<ActionResult>,
): Promise<ActionResult> {
  performed.catch(() => {});
  await Promise.race([performed, new Promise((resolve) => setTimeout(resolve, afterMs))]);
  await screen.leave();
  await performed.catch(() => {});
  throw new HttpFailure('aborted', `left the page after ${afterMs} ms, as planned`);
}
