// Each action that an adapter may have, in words, with a line to begin from: what `crosstalk init` writes where a document lacks one, and
// what `crosstalk doctor` says to write next.
import type { Action, ActionKind, BrowserAction } from '../plan.ts';

export type AdapterAction = Exclude<Action['kind'], BrowserAction['kind']>;

export interface About {
  readonly what: string;
  /** How the function begins; its address is to be replaced. */
  readonly sketch: string;
}

const ask = "say(session, { method: 'GET', url: '/…', route: '/…' })";
const tell = "say(session, { method: 'POST', url: '/…', route: '/…' })";
const onOne = (method: string): string =>
  `onConsultation(session, item, (id) => say(session, { method: '${method}', … }))`;

export const about: Readonly<Record<AdapterAction, About>> = {
  'sign-in': {
    what: 'opens a session with session.account',
    sketch: "async 'sign-in'(session) { const { email, password } = session.account; … }",
  },
  'view-history': {
    what: 'the list of the patient’s consultations with their recordings; sets session.playable and gives listedIds',
    sketch: "async 'view-history'(session) { const response = await send(session, { method: 'GET', … }); … }",
  },
  watch: {
    what: 'plays the pick-th of session.playable',
    sketch: "watch: (session, { pick }) => play(session, session.playable[pick % session.playable.length], '/…/{id}')",
  },
  'who-am-i': { what: 'who is signed in', sketch: `'who-am-i': (session) => ${ask}` },
  'sign-out': { what: 'ends the session', sketch: `'sign-out': (session) => ${tell}` },
  slots: { what: 'a public page: the times that can be booked', sketch: `slots: (session) => ${ask}` },
  book: {
    what: 'books a consultation with the title and note of session.consultation(item); gives createdIds',
    sketch:
      'async book(session, { item, modality }) { const { title, note, startsAt } = session.consultation(item); … }',
  },
  'view-consultation': {
    what: 'one consultation that this session booked',
    sketch: `'view-consultation': (session, { item }) => onConsultation(session, item, (id) => say(session, { … }))`,
  },
  cancel: { what: 'cancels a booked consultation', sketch: `cancel: (session, { item }) => ${onOne('DELETE')}` },
  attend: { what: 'begins the call', sketch: `attend: (session, { item }) => ${onOne('POST')}` },
  'switch-call': {
    what: 'ends the audio part of a call, with session.recording(item, 0), and goes on by video',
    sketch: `'switch-call': (session, { item }) => ${onOne('POST')}`,
  },
  'end-call': {
    what: 'ends the call, with session.recording(item, 1)',
    sketch: `'end-call': (session, { item }) => ${onOne('POST')}`,
  },
  'turn-page': { what: 'the next page of the list seen last', sketch: `'turn-page': (session) => ${ask}` },
  'open-odd-path': {
    what: 'the list’s address with something like /x.css behind it',
    sketch: `'open-odd-path': (session, { suffix }) => say(session, { method: 'GET', url: \`/…\${suffix}\`, … })`,
  },
  'follow-link': {
    what: 'plays a link that another session passed on',
    sketch: "'follow-link': (session) => play(session, session.postedLink, '/…/{id}')",
  },
  export: {
    what: 'all of one’s data as one file: asked for, waited for, downloaded',
    sketch: "export: (session) => say(session, { method: 'GET', url: '/…', route: '/…', expect: 'bytes' })",
  },
  listen: {
    what: 'a stream of live events, read for forMs',
    sketch: "listen: (session, { forMs }) => listenTo(session, { method: 'GET', …, streamsForMs: forMs })",
  },
  'read-inbox': {
    what: 'the patient’s own mailbox, where notices arrive',
    sketch: `'read-inbox': (session) => ${ask}`,
  },
  share: {
    what: 'lets another patient see one’s history',
    sketch:
      'share: (session, { with: proxy }) => say(session, { …, body: { patientId: session.accountOf(proxy).id } })',
  },
  withdraw: {
    what: 'takes that back',
    sketch: `withdraw: (session, { from: proxy }) => say(session, { …, url: \`/…/\${session.accountOf(proxy).id}\` })`,
  },
  'view-day': {
    what: 'a clinician’s list of one day; it takes enrolment.clinicians',
    sketch: `'view-day': (session, { date }) => say(session, { …, url: \`/…?date=\${date}\` })`,
  },
  'move-practice': {
    what: 'the patient goes to another clinician’s practice; it takes enrolment.clinicians',
    sketch:
      "'move-practice': (session, { to }) => say(session, { …, body: { id: session.clinicianAccountOf(to).id } })",
  },
  erase: {
    what: 'the patient erases everything of theirs',
    sketch: "erase: (session) => say(session, { method: 'DELETE', url: '/…', route: '/…' })",
  },
};

/** Without these a drill can judge nothing. */
export const mustHave: readonly AdapterAction[] = ['sign-in', 'view-history', 'watch'];

export const adapterActions = Object.keys(about) as readonly AdapterAction[];

export const isMustHave = (kind: ActionKind): boolean => mustHave.some((each) => each === kind);
