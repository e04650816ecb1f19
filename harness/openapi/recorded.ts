// What a recorded visit tells of an interface, as the document that the interface lacks: which operations there are, what each takes and
// gives, by names and types alone; and what the visit itself shows of what they are for, which no document says.
//
//     exchanges ─► operations by template ─► schemas ─► a document ─► the same rules as for a team's own
import { routeTemplate } from '../drivers/route-template.ts';
import { isSecretName } from '../secrets.ts';
import { type Exchanged, headerIn } from './har.ts';
import { type PagesSeen, pagesSeen } from './recorded-pages.ts';
import { merged, schemaOf } from './sample-schema.ts';
import { findList, type Schema, wordsOf } from './schema.ts';
import type { OpenApiRoot } from './source.ts';

export interface Recorded {
  readonly document: OpenApiRoot;
  readonly origin: string;
  /** Where else something was fetched that a visit needs: hosts of recordings. */
  readonly otherHosts: readonly string[];
  /** Undefined: no sign-in was seen. */
  readonly signIn: SignInSeen | undefined;
  /** Headers of the product's own that a session shows itself or its rightfulness in. */
  readonly ownHeaders: readonly string[];
  /** Present where recordings were played off a page. */
  readonly pages: PagesSeen | undefined;
  /** Where one was signed out. */
  readonly signOut: string | undefined;
}

export interface SignInSeen {
  readonly operation: string;
  /** Present where it was the form of a page. */
  readonly form?: {
    readonly page: string;
    readonly fields: readonly string[];
    /** That the answer set, the session's own. */
    readonly cookie: string | undefined;
    readonly redirect: string | undefined;
  };
}

const operationsMax = 500;
const samplesMax = 30;
/** Shorter texts under a name that ends in id may be words. */
const idLettersMin = 10;
const asset = /css|javascript|^font|^image|wasm|manifest|^application\/font/;
const media = /^(video|audio)\/|^application\/octet-stream$/;
/** One recording's own file, not the one that everybody is played first. */
const mediaFile = /^(?=.*\d).+\.(webm|mp4|m4v|mov|mkv|mp3|m4a|ogg|wav)$/i;
const password = /pass(word|wd|code|phrase)?|^pwd?$|^pin$|^secret$/i;
const emailName = /^(e ?mail( address)?|user ?name|login|user|identifier)$/;

/** `origin`: the deployment's; left out, where somebody signed in, or most was asked. */
export function recordedOf(exchanges: readonly Exchanged[], wantedOrigin?: string): Recorded {
  const all = exchanges.filter(({ method, type }) => !asset.test(type) && !/^(OPTIONS|HEAD|CONNECT)$/.test(method));
  const signingIn = all.find((each) => isSignIn(each) && (wantedOrigin ?? each.url.origin) === each.url.origin);
  const origin = wantedOrigin ?? signingIn?.url.origin ?? mostAsked(all);
  const own = all.filter(({ url, type }) => url.origin === origin || media.test(type));
  const known = idsIn(own, signingIn);
  const groups = new Map<string, Exchanged[]>();
  for (const each of own) {
    const key = `${each.method} ${templateOf(each.url.pathname, known)}`;
    const group = groups.get(key) ?? [];
    if (groups.size < operationsMax || groups.has(key)) groups.set(key, group);
    group.push(each);
    // The first and the last: what is asked for again and again says at last what it was asked for.
    if (group.length > samplesMax) group.splice(samplesMax / 2, 1);
  }
  const names = purposesOf(groups, own, signingIn);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [key, group] of groups) {
    const [method = '', path = ''] = key.split(' ');
    const operation = operationOf(group, names.get(key));
    if (operation) paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return {
    origin,
    document: { openapi: '3.1.0', info: { title: '', version: '' }, paths },
    otherHosts: [...new Set(own.filter(({ url }) => url.origin !== origin).map(({ url }) => url.hostname))],
    signIn: signingIn && signInSeen(signingIn, all, known),
    ownHeaders: ownHeadersOf(own),
    pages: pagesSeen(all, own.filter(isPlayed), (path) => templateOf(path, known), emailIn(signingIn)),
    signOut: signOutIn(own, signingIn)?.url.pathname,
  };
}

const mostAsked = (all: readonly Exchanged[]): string => {
  const counts = new Map<string, number>();
  for (const { url } of all) counts.set(url.origin, (counts.get(url.origin) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? '';
};

const keyOf = ({ method, url }: Exchanged, ids: Ids): string => `${method} ${templateOf(url.pathname, ids)}`;

function bodyValue({ body }: Exchanged): unknown {
  if (body === null) return undefined;
  if (/json/.test(body.type)) return parsed(body.text);
  if (!/urlencoded/.test(body.type)) return undefined;
  return Object.fromEntries(body.fields.length > 0 ? body.fields : new URLSearchParams(body.text));
}

const answerValue = ({ text, type }: Exchanged): unknown =>
  text !== undefined && /json/.test(type) ? parsed(text) : undefined;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every name with its value, however deep. */
function* leavesOf(value: unknown, name = '', depth = 0): Generator<readonly [name: string, value: string]> {
  if (depth > 8 || value === null || value === undefined) return;
  if (typeof value !== 'object') yield [name, String(value)];
  else
    for (const [inner, each] of Object.entries(value))
      yield* leavesOf(each, Array.isArray(value) ? name : inner, depth + 1);
}

const isSignIn = (each: Exchanged): boolean =>
  each.method === 'POST' && each.status < 400 && [...leavesOf(bodyValue(each))].some(([name]) => password.test(name));

const emailIn = (signingIn: Exchanged | undefined): string | undefined =>
  [...leavesOf(signingIn && bodyValue(signingIn))].find(([name]) => emailName.test(wordsOf(name)))?.[1];

const listOf = (each: Exchanged) => findList(schemaOf(answerValue(each)));

interface Ids {
  /** Of things. */
  readonly things: ReadonlySet<string>;
  /** Of the person who signed in: what stands beside the address that they typed. */
  readonly own: ReadonlySet<string>;
}

function idsIn(all: readonly Exchanged[], signingIn: Exchanged | undefined): Ids {
  const typed = emailIn(signingIn);
  const [things, own] = [new Set<string>(), new Set<string>(typed ? [typed] : [])];
  for (const each of all) {
    const value = answerValue(each);
    for (const [name, id] of leavesOf(value))
      if (/(^|[a-z_-])(id|uuid|guid|key|slug)$/i.test(name) && (id.length >= idLettersMin || /\d/.test(id)))
        things.add(id);
    const person = typed !== undefined && personIn(value, typed);
    if (person) own.add(person);
  }
  return { things, own };
}

function personIn(value: unknown, email: string, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null || depth > 4) return undefined;
  const fields = Object.entries(value);
  if (fields.some(([, each]) => each === email)) {
    const id = fields.find(([name]) => /^(id|uuid|sub|(patient|user|member|account)_?id)$/i.test(name))?.[1];
    if (typeof id === 'string' || typeof id === 'number') return String(id);
  }
  return fields.map(([, each]) => personIn(each, email, depth + 1)).find((id) => id !== undefined);
}

function templateOf(path: string, { things, own }: Ids): string {
  const segments = path.split('/').map((segment) => {
    const plain = decoded(segment);
    if (own.has(plain)) return '{patientId}';
    return things.has(plain) || mediaFile.test(plain) ? '{id}' : segment;
  });
  return routeTemplate(segments.join('/'));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What an operation is for, where the visit shows it, as the name that a document would give it. */
function purposesOf(
  groups: ReadonlyMap<string, readonly Exchanged[]>,
  all: readonly Exchanged[],
  signingIn: Exchanged | undefined,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const keyFor = (wanted: Exchanged | undefined): string | undefined =>
    wanted && [...groups].find(([, group]) => group.includes(wanted))?.[0];
  const name = (wanted: Exchanged | undefined, purpose: string): void => {
    const key = keyFor(wanted);
    if (key !== undefined && !names.has(key)) names.set(key, purpose);
  };
  name(signingIn, 'signIn');
  const played = all.filter(isPlayed);
  for (const each of played) name(each, 'watchRecordingContent');
  // The list is what held the address of what was played after it, or its id.
  const [first] = played;
  const before = first === undefined ? [] : all.slice(0, all.indexOf(first));
  name(
    before.findLast((each) => listOf(each) !== undefined && leadsTo(each, played)),
    'viewHistory',
  );
  const typed = emailIn(signingIn);
  const isSelf = (each: Exchanged): boolean =>
    each.method === 'GET' && [...leavesOf(answerValue(each))].some(([, value]) => value === typed);
  if (typed !== undefined)
    name(
      all.find((each) => isSelf(each) && listOf(each) === undefined),
      'whoAmI',
    );
  name(signOutIn(all, signingIn), 'signOut');
  return names;
}

function leadsTo({ text = '' }: Exchanged, played: readonly Exchanged[]): boolean {
  return played.some(({ url }) => {
    const ids = url.pathname.split('/').filter((segment) => segment.length >= idLettersMin || /^\d+$/.test(segment));
    const escaped = JSON.stringify(url.pathname).slice(1, -1);
    return text.includes(escaped) || ids.some((id) => text.includes(`"${id}"`) || text.includes(`:${id},`));
  });
}

const isPlayed = ({ method, type, status }: Exchanged): boolean => method === 'GET' && media.test(type) && status < 300;

const signOutIn = (all: readonly Exchanged[], signingIn: Exchanged | undefined): Exchanged | undefined =>
  all.find((each) => each !== signingIn && takesCookiesAway(each));

const takesCookiesAway = ({ got, status }: Exchanged): boolean =>
  status < 400 &&
  got.some(
    ([name, value]) =>
      name === 'set-cookie' && /;\s*(max-age=(0|-\d+)\b|expires=[^;\n]*\b(19\d\d|200\d)\b)/i.test(value),
  );

function operationOf(group: readonly Exchanged[], purpose: string | undefined): object | null {
  const good = group.filter(({ status }) => status < 400);
  if (good.length === 0) return null;
  const bodies = good.flatMap((each) => each.body ?? []);
  const [body] = bodies;
  const queries = [...new Set(good.flatMap(({ url }) => [...url.searchParams.keys()]))];
  return {
    ...(purpose !== undefined && { operationId: purpose }),
    parameters: queries.map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
    ...(body && {
      requestBody: { content: { [body.type || 'application/octet-stream']: { schema: bodySchema(good) } } },
    }),
    responses: { 200: { content: answerContent(good) } },
  };
}

const bodySchema = (group: readonly Exchanged[]): Schema =>
  withChoices(merged(group.map((each) => schemaOf(bodyValue(each)))), group.map(bodyValue));

/** Words of the interface, that is, such as `grant_type: password`: by the name of the field, for a value may be anything. */
const worded = /^(grant type|response type|by|type|kind|mode|modality|channel|locale|language|lang)$/;

function withChoices(schema: Schema, values: readonly unknown[]): Schema {
  const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, Schema>>);
  if (properties.length === 0) return schema;
  return {
    ...schema,
    properties: Object.fromEntries(
      properties.map(([name, inner]) => {
        const seen = values.map((value) => (value as Record<string, unknown> | undefined)?.[name]);
        const always = seen.find((each) => typeof each === 'boolean' || (worded.test(wordsOf(name)) && isWord(each)));
        return [name, always === undefined || isSecretName(name) ? inner : { ...inner, const: always }];
      }),
    ),
  };
}

const isWord = (value: unknown): boolean => typeof value === 'string' && /^[a-z][a-z_-]{0,23}$/.test(value);

function answerContent(group: readonly Exchanged[]): object {
  const full = group.find(({ status, type }) => status < 300 && status !== 204 && type !== '');
  if (full === undefined) return {};
  if (media.test(full.type) || /zip|pdf/.test(full.type)) return { [full.type]: { schema: { format: 'binary' } } };
  if (!/json/.test(full.type)) return { [full.type]: {} };
  return { [full.type]: { schema: merged(group.map((each) => schemaOf(answerValue(each)))) } };
}

function signInSeen(signingIn: Exchanged, all: readonly Exchanged[], ids: Ids): SignInSeen {
  const { body, url } = signingIn;
  const operation = keyOf(signingIn, ids);
  if (body === null || !/urlencoded/.test(body.type)) return { operation };
  const pages = all
    .slice(0, all.indexOf(signingIn))
    .filter(({ method, type }) => method === 'GET' && /html/.test(type));
  const page = pages.findLast((each) => each.url.origin === url.origin)?.url.pathname ?? url.pathname;
  const set = valuesOf(signingIn.got, 'set-cookie').map((line) => line.split('=', 1)[0] ?? '');
  const to = headerIn(signingIn.got, 'location');
  const path = to !== '' && URL.canParse(to, url.href) ? new URL(to, url).pathname : undefined;
  // A place of one's own is not everybody's.
  const redirect = path !== undefined && templateOf(path, ids) === path ? path : undefined;
  const fields = Object.keys(bodyValue(signingIn) as object);
  return { operation, form: { page, fields, cookie: set.find((name) => name !== ''), redirect } };
}

/** Several of one name may stand in one value, a line each. */
const valuesOf = (headers: Exchanged['got'], name: string): string[] =>
  headers.filter(([each]) => each === name).flatMap(([, value]) => value.split('\n'));

const usual = /^(authorization|cookie|proxy-.*|sec-.*|x-requested-with|x-forwarded-.*)$/;

function ownHeadersOf(all: readonly Exchanged[]): readonly string[] {
  const names = all.flatMap(({ sent }) => sent.map(([name]) => name));
  return [...new Set(names)].filter((name) => !usual.test(name) && (isSecretName(name) || /csrf|xsrf/.test(name)));
}
