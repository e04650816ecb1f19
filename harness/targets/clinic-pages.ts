// How a person says each action to the reference clinic's web app. The example to copy for pages of your own: accessible names
// only, links and buttons pressed as people press them, an address typed only where there is no link to press.
import { onConsultation, verdictOf } from './talk.ts';
import type { ActionResult, PageContext, PageFunctions } from './target.ts';

const rewatchPath = '/me/rewatch';
const signOut = { role: 'button', name: 'Sign out' } as const;
const play = { role: 'link', name: /^Play / } as const;
const waitMs = 3_000;

export const pages: PageFunctions = {
  async 'sign-in'({ screen, account }) {
    if (await screen.sees({ role: 'link', name: 'Sign in' })) await screen.press({ role: 'link', name: 'Sign in' });
    if (!(await screen.sees({ label: 'Password' }))) await screen.open('/sign-in');
    await screen.fill({ label: 'E-mail' }, account.email ?? '');
    await screen.fill({ label: 'Password' }, account.password ?? '');
    await screen.press({ role: 'button', name: 'Sign in' });
    if (await screen.sees(signOut, waitMs)) return { outcome: 'ok' };
    return { outcome: (await screen.sees({ role: 'alert', name: '' })) ? 'refused' : 'failed' };
  },
  'who-am-i': (session) => goTo(session, '/me/account', 'Account'),
  async book(session, { item, modality }) {
    const { screen, memory } = session;
    const { title, note } = session.consultation(item);
    const went = await goTo(session, '/me/book', 'Book');
    if (went.outcome !== 'ok') return went;
    await screen.choose({
      role: 'radio',
      name: { video: 'Video', phone: 'Phone', 'in-person': 'In person' }[modality],
    });
    await screen.fill({ label: 'What is it about?' }, title);
    await screen.fill({ label: 'Note for the clinician' }, note);
    await screen.press({ role: 'button', name: /^Book$/ });
    const id = /^\/me\/consultations\/([^/]+)\/visit/.exec(screen.path())?.[1];
    if (id === undefined) return { outcome: 'failed', detail: 'booking led to no consultation' };
    memory.set(`consultation ${item}`, id);
    return { outcome: 'ok', createdIds: [id] };
  },
  'view-consultation': (session, { item }) => atVisit(session, item, async () => ({ outcome: 'ok' })),
  cancel: (session, { item }) => atVisit(session, item, () => pressAt(session, 'Cancel this consultation')),
  attend: (session, { item }) => atVisit(session, item, () => pressAt(session, /^Join/)),
  'switch-call': (session, { item }) => atVisit(session, item, () => handIn(session, item, 0, 'Switch to video')),
  'end-call': (session, { item }) => atVisit(session, item, () => handIn(session, item, 1, 'End call')),
  async 'view-history'(session, { of }) {
    const owner = of === undefined ? null : session.accountOf(of).id;
    const went =
      owner === null ? await goTo(session, rewatchPath, 'Rewatch') : await open(session, `/patients/${owner}/rewatch`);
    if (went.outcome !== 'ok') return went;
    session.playable = await session.screen.links(play);
    return { outcome: 'ok' };
  },
  async 'turn-page'({ screen }) {
    const earlier = { role: 'link', name: 'Earlier consultations' } as const;
    if (!(await screen.sees(earlier))) return { outcome: 'ok', detail: 'there is no further page' };
    await screen.press(earlier);
    return { outcome: 'ok' };
  },
  async watch(session, { pick }) {
    const { screen } = session;
    if (!(await screen.sees(play))) await goTo(session, rewatchPath, 'Rewatch');
    const count = await screen.count(play);
    if (count === 0) return { outcome: 'failed', detail: 'nothing to play' };
    await screen.press({ ...play, nth: pick % count });
    if (!(await screen.play())) return { outcome: 'failed', detail: 'the video does not play' };
    const media = await screen.media();
    session.playable = [...media, ...session.playable.filter((link) => !media.includes(link))];
    return { outcome: 'ok' };
  },
  async 'follow-link'(session) {
    if (session.postedLink === null) return { outcome: 'failed', detail: 'no link was posted' };
    const went = await open(session, session.postedLink);
    if (went.outcome !== 'ok') return went;
    return (await session.screen.play())
      ? { outcome: 'ok' }
      : { outcome: 'refused', detail: 'the video does not play' };
  },
  async listen({ screen }, { forMs }) {
    if (!(await screen.sees(signOut))) await screen.open(rewatchPath);
    await screen.stay(forMs);
    return { outcome: 'ok' };
  },
  async share(session, { with: proxy }) {
    const went = await goTo(session, '/me/sharing', 'Sharing');
    if (went.outcome !== 'ok') return went;
    await session.screen.fill({ label: 'Share with' }, session.accountOf(proxy).email ?? '');
    return pressAt(session, /^Share$/);
  },
  async withdraw(session) {
    const went = await goTo(session, '/me/sharing', 'Sharing');
    if (went.outcome !== 'ok') return went;
    return pressAt(session, /^Stop sharing with/);
  },
  async 'sign-out'({ screen }) {
    if (!(await screen.sees(signOut))) await screen.open(rewatchPath);
    if (!(await screen.sees(signOut))) return { outcome: 'failed', detail: 'there is no button to sign out' };
    await screen.press(signOut);
    return { outcome: (await screen.sees({ role: 'link', name: 'Sign in' }, waitMs)) ? 'ok' : 'failed' };
  },
};

/** Not modified: the browser shows what it has. All other redirections it has followed. */
async function open({ screen }: PageContext, path: string): Promise<ActionResult> {
  const status = await screen.open(path);
  return verdictOf({ status: status === 304 ? 200 : status });
}

/** By the link of the navigation, or, where there is none in view, by the address. */
async function goTo(session: PageContext, path: string, link: string): Promise<ActionResult> {
  const { screen } = session;
  const found = { role: 'link', name: new RegExp(`^${link}$`) } as const;
  if (!(await screen.sees(found))) return askedToSignIn(session, await open(session, path));
  await screen.press(found);
  return askedToSignIn(session, { outcome: 'ok' });
}

/** The clinic shows its sign-in page to who has no session. */
async function askedToSignIn({ screen }: PageContext, otherwise: ActionResult): Promise<ActionResult> {
  return (await screen.sees({ label: 'Password' })) ? { outcome: 'refused', detail: 'asked to sign in' } : otherwise;
}

const atVisit = (session: PageContext, item: number, act: () => Promise<ActionResult>): Promise<ActionResult> =>
  onConsultation(session, item, async (id) => {
    const path = `/me/consultations/${id}/visit`;
    if (session.screen.path() !== path) {
      const went = await askedToSignIn(session, await open(session, path));
      if (went.outcome !== 'ok') return went;
    }
    return act();
  });

async function pressAt({ screen }: PageContext, name: string | RegExp): Promise<ActionResult> {
  const button = { role: 'button', name } as const;
  if (!(await screen.sees(button))) return { outcome: 'failed', detail: `there is no button ${name}` };
  await screen.press(button);
  return { outcome: 'ok' };
}

async function handIn(session: PageContext, item: number, segment: 0 | 1, button: string): Promise<ActionResult> {
  const bytes = await session.recording(item, segment);
  const field = { label: 'Recording of this part' } as const;
  await session.screen.attach(field, { name: `part-${segment}.webm`, mediaType: 'video/webm', bytes });
  return pressAt(session, button);
}
