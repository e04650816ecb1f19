// From a recorded visit to an adapter's source: by the rules for documents, with the sign-in as it was seen, accounts that exist already,
// and all that was seen and not understood as remarks.

import { key, text } from './code.ts';
import { signInFacts } from './fields.ts';
import { type Picks, pick } from './match.ts';
import { type ApiOperation, operationsOf } from './operations.ts';
import type { Recorded, SignInSeen } from './recorded.ts';
import { type PagesSeen, writeWeb } from './recorded-pages.ts';
import { wordsOf } from './schema.ts';
import { type AdapterInput, type WrittenAdapter, writeAdapter } from './write-adapter.ts';
import { method, nameOf } from './write-requests.ts';

export type RecordedAdapterInput = Pick<AdapterInput, 'name' | 'headers' | 'needing' | 'importedFrom'> & {
  readonly recorded: Recorded;
};

export interface RecordedAdapter extends WrittenAdapter {
  /** Of the list of accounts that it takes. */
  readonly columns: readonly string[];
}

const remarksMax = 60;
/** A sign-up in the visit would make an account that nobody removes, and accounts are there. */
const notInVisits = ['enrol', 'unenrol', 'enrol-clinician', 'unenrol-clinician'] as const;

export function recordedAdapter({ recorded, ...input }: RecordedAdapterInput): RecordedAdapter {
  const operations = operationsOf(recorded.document);
  const picks: Picks = new Map([...pick(operations)].filter(([role]) => !notInVisits.some((each) => each === role)));
  const form = recorded.signIn?.form;
  const { pages } = recorded;
  if (pages && !picks.has('view-history')) return webAdapter(input, recorded, pages, operations);
  const used = new Set([...picks.values()].map(({ operation }) => operation));
  const written = writeAdapter({
    ...input,
    picks,
    origin: 'a recorded visit',
    about: aboutOf(input.name),
    isLeased: true,
    ...(form && { signIn: formSignIn(form) }),
    remarks: remarksOf(
      recorded,
      operations.filter((operation) => !used.has(operation)),
    ),
  });
  const columns = ['email', 'password', ...(/\b(account|owner)\.id\b/.test(written.source) ? ['id'] : [])];
  return { ...written, columns };
}

const aboutOf = (name: string): string =>
  `How each action is said to ${name}. Written by \`crosstalk record\` from one visit; yours to edit. No value of the visit is in it: whoever signs in is session.account. Lines with TODO say what is missing. \`npx crosstalk doctor\` tries every function, and shows what was sent and what came back.`;

function webAdapter(
  { name, importedFrom }: Omit<RecordedAdapterInput, 'recorded'>,
  recorded: Recorded,
  seen: PagesSeen,
  operations: readonly ApiOperation[],
): RecordedAdapter {
  const { signIn, signOut } = recorded;
  const from = importedFrom('web');
  const used = new Set([seen.history, seen.recordings, seen.player, seen.self, signIn?.form?.page, signOut]);
  const left = operations.filter((operation) => !used.has(operation.path) && nameOf(operation) !== signIn?.operation);
  const remarks = remarksOf(recorded, left);
  const written = writeWeb({ name, about: aboutOf(name), seen, signIn, signOut, remarks, from });
  const actions = ['sign-in', ...(seen.self ? ['who-am-i'] : []), 'view-history', 'turn-page', 'watch', 'sign-out'];
  return { ...written, actions, byPatients: true, missing: [], columns: ['email', 'password'] };
}

function formSignIn({ page, fields, cookie, redirect }: NonNullable<SignInSeen['form']>): readonly string[] {
  const filled = fields.flatMap((field) => {
    const fact = signInFacts.find(([words]) => words.test(wordsOf(field)))?.[1];
    if (fact === undefined) return [];
    return [field === fact ? fact : `${key(field)}: ${fact}`];
  });
  const sign = cookie ? `cookie: ${text(cookie)}` : redirect ? `redirect: ${text(redirect)}` : 'status: 200';
  return method("'sign-in'(session)", [
    "const { email = '', password = '' } = session.account;",
    '// What the form hides, a token against forgery for one, is sent along as it stands on the page.',
    'return formLogin(session, {',
    `  page: ${text(page)},`,
    `  forms: [{ fields: { ${filled.join(', ')} } }],`,
    `  signedIn: { ${sign} },`,
    '});',
  ]);
}

function remarksOf({ otherHosts, ownHeaders, signIn }: Recorded, notUsed: readonly ApiOperation[]): readonly string[] {
  const left = notUsed.map(nameOf);
  return [
    ...(signIn
      ? []
      : [
          'TODO nobody signed in during the visit, or by a way that was not recognised: record it again from the sign-in on.',
        ]),
    ...ownHeaders.map(
      (name) =>
        `TODO requests of the visit carried the header ${name}: a token against forgery is taken from a page or a cookie and sent along, a session's own is named in declares.credentialHeaders.`,
    ),
    ...otherHosts.map((host) => `Recordings came from ${host}: it must be on the drill's allowHosts.`),
    ...(left.length > 0
      ? [`Seen in the visit, and taken for no action: ${left.slice(0, remarksMax).join(', ')}.`]
      : []),
  ];
}
