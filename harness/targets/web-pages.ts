// The same pages for eyes: signing in, the list, a recording and signing out, by what a person reads there.
import type { ActionResult, PageContext, PageFunctions } from './target.ts';

export interface Names {
  /** Labels of the two fields, and the words on the button. */
  readonly email: string | RegExp;
  readonly password: string | RegExp;
  readonly signIn: string | RegExp;
  readonly signOut: string | RegExp;
  /** Of the links or buttons that open a recording. */
  readonly play: string | RegExp;
}

export interface Places {
  readonly signIn: { readonly page: string };
  readonly history: { readonly page: string };
  readonly self?: string;
}

const waitMs = 3_000;

export function pagesByNames(names: Names, { signIn, history, self }: Places): PageFunctions {
  const out = { role: 'button', name: names.signOut } as const;
  const link = { role: 'link', name: names.play } as const;
  const password = { label: names.password } as const;
  const open = async ({ screen }: PageContext, path: string): Promise<ActionResult> => {
    const status = await screen.open(path);
    if (await screen.sees(password)) return { outcome: 'refused', detail: 'asked to sign in' };
    return status < 400 ? { outcome: 'ok' } : { outcome: 'refused', detail: String(status) };
  };
  return {
    async 'sign-in'({ screen, account }) {
      await screen.open(signIn.page);
      await screen.fill({ label: names.email }, account.email ?? '');
      await screen.fill(password, account.password ?? '');
      await screen.press({ role: 'button', name: names.signIn });
      if (await screen.sees(out, waitMs)) return { outcome: 'ok' };
      return { outcome: (await screen.sees(password)) ? 'refused' : 'failed' };
    },
    ...(self !== undefined && { 'who-am-i': (session: PageContext) => open(session, self) }),
    async 'view-history'(session) {
      const opened = await open(session, history.page);
      if (opened.outcome === 'ok') session.playable = await session.screen.links(link);
      return opened;
    },
    async watch(session, { pick }) {
      const { screen } = session;
      if (!(await screen.sees(link))) await open(session, history.page);
      const count = await screen.count(link);
      if (count === 0) return { outcome: 'failed', detail: 'nothing to play' };
      await screen.press({ ...link, nth: pick % count });
      if (!(await screen.play())) return { outcome: 'failed', detail: 'the video does not play' };
      const media = await screen.media();
      session.playable = [...media, ...session.playable.filter((each) => !media.includes(each))];
      return { outcome: 'ok' };
    },
    async 'sign-out'(session) {
      const { screen } = session;
      if (!(await screen.sees(out))) await screen.open(history.page);
      if (!(await screen.sees(out))) return { outcome: 'failed', detail: 'there is no button to sign out' };
      await screen.press(out);
      return { outcome: (await screen.sees(out)) ? 'failed' : 'ok' };
    },
  };
}
