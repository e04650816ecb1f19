// A recorded visit to a system that is pages only: which page is the list, what on it leads to a recording, where one signs out. And the
// adapter that says so.
import { leadingTo } from '../targets/web-page.ts';
import { block, comment, type Entry, indented, key, text } from './code.ts';
import { signInFacts } from './fields.ts';
import type { Exchanged } from './har.ts';
import type { SignInSeen } from './recorded.ts';
import { wordsOf } from './schema.ts';

export interface PagesSeen {
  readonly history: string;
  /** What addresses of recordings look like; and, where the list leads to a page with the player first, what that one's does. */
  readonly recordings: string;
  readonly player: string | undefined;
  readonly self: string | undefined;
}

/** Undefined where nothing was played off a page. `all` in order; `email`: who signed in. */
export function pagesSeen(
  all: readonly Exchanged[],
  played: readonly Exchanged[],
  templateOf: (path: string) => string,
  email: string | undefined,
): PagesSeen | undefined {
  const [first] = played;
  if (first === undefined) return undefined;
  const pages = all.filter(({ method, type, status }) => method === 'GET' && /html/.test(type) && status === 200);
  const leading = (to: string, before: Exchanged): Exchanged | undefined =>
    pages.findLast(
      (page) =>
        all.indexOf(page) < all.indexOf(before) &&
        leadingTo(page.text ?? '', templateOf(to)).some(({ url }) => url.includes(to)),
    );
  const holder = leading(first.url.pathname, first);
  if (holder === undefined) return undefined;
  const place = holder.url.pathname;
  const list = templateOf(place) === place ? undefined : leading(place, holder);
  const history = (list ?? holder).url.pathname;
  const self = pages.find(
    ({ url, text = '' }) => email !== undefined && url.pathname !== history && text.includes(email),
  );
  return {
    history,
    recordings: templateOf(first.url.pathname),
    player: list && templateOf(place),
    self: self && templateOf(self.url.pathname) === self.url.pathname ? self.url.pathname : undefined,
  };
}

export interface WebWriting {
  readonly name: string;
  readonly about: string;
  readonly seen: PagesSeen;
  readonly signIn: SignInSeen | undefined;
  /** Where the form for signing out was sent. */
  readonly signOut: string | undefined;
  readonly remarks: readonly string[];
  readonly from: string;
}

export function writeWeb({ name, about, seen, signIn, signOut, remarks, from }: WebWriting): {
  readonly source: string;
  readonly todo: readonly string[];
} {
  const form = signIn?.form;
  const todo = [
    ...(form ? [] : ['signIn: on which page is the form, what are its fields called, and what tells that one is in?']),
    ...(signOut === undefined ? ['signOut: where is the form sent that signs out?'] : []),
    'enrolment.addConsultation is to be written: without a title of ours on a consultation nothing can be judged',
  ];
  const history: Entry[] = [
    `page: ${text(seen.history)}`,
    `recordings: ${text(seen.recordings)}`,
    ...(seen.player === undefined ? [] : [`player: ${text(seen.player)}`]),
  ];
  const entries: readonly (readonly string[])[] = [
    [`name: ${text(name)},`],
    ...(form ? [] : [[`// TODO ${todo[0]}`]]),
    block({ head: 'signIn: ', entries: signInEntries(form) }, ',', 2),
    block({ head: 'history: ', entries: history }, ',', 2),
    ...(seen.self === undefined ? [] : [[`self: ${text(seen.self)},`]]),
    ...(signOut === undefined ? [['// TODO signOut: where is the form sent that signs out?']] : []),
    [`signOut: { action: ${text(signOut ?? '/sign-out')} },`],
    [
      "// Accounts that exist already are leased from the drill's list; in each, what the patient may do adds what carries the canaries.",
      'enrolment: {',
      "  by: 'patients',",
      '  // TODO add a past consultation, with its title and note, and its recording where media is not null:',
      "  // submitAt(session, '/page/with/the/form', '/where/it/is/sent', { title: consultation.title }) sends a form of a page.",
      '  async addConsultation() {},',
      '},',
    ],
  ];
  const lines = [
    ...comment(about, 0),
    `import { web } from ${text(from)};`,
    '',
    'export const target = web({',
    ...indented(entries.flat(), 2),
    '});',
    ...remarks.flatMap((remark) => ['', ...comment(remark, 0)]),
    '',
  ];
  return { source: lines.join('\n'), todo };
}

function signInEntries(form: SignInSeen['form']): readonly Entry[] {
  if (form === undefined) return ["page: '/sign-in'", "signedIn: { redirect: '/' }"];
  const filled = form.fields.flatMap((field) => {
    const fact = signInFacts.find(([words]) => words.test(wordsOf(field)))?.[1];
    return fact === undefined ? [] : [field === fact ? fact : `${key(field)}: ${fact}`];
  });
  const isUsual = filled.join() === 'email,password';
  const sign = form.cookie
    ? `cookie: ${text(form.cookie)}`
    : form.redirect
      ? `redirect: ${text(form.redirect)}`
      : 'status: 200';
  return [
    `page: ${text(form.page)}`,
    ...(isUsual ? [] : [`fields: ({ email = '', password = '' }) => ({ ${filled.join(', ')} })`]),
    `signedIn: { ${sign} }`,
  ];
}
