// From what was said in a trial to what a program is to say again: the same requests, in which everything that is another each time has
// a name instead. Canaries become marks that are made anew, passwords too; ids, tokens and links are learned from the answers. Throws
// a `CannotSayAgain` where a secret or a link would remain that nobody could know.
import { canaryLetterCount, canaryPrefix, decodeCanary } from '../../fixtures/canary.ts';
import { jsonOf } from '../json-of.ts';
import { isSecretName } from '../secrets.ts';
import type { Pulled, Said } from './recorder.ts';

export class CannotSayAgain extends Error {
  override name = 'CannotSayAgain';
}

/** How a value is found in an answer: by its place in JSON, or by the text around it. */
export type Learning =
  | { readonly name: string; readonly path: readonly (string | number)[] }
  | { readonly name: string; readonly after: string; readonly until: string };

export interface Request {
  readonly actor: string;
  /** After the load's beginning; negative before it. */
  readonly atMs: number;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
  /** In place of a recording: a short text that holds these marks. */
  readonly media?: readonly string[];
  readonly hangUpAfterMs?: number;
  readonly learns?: readonly Learning[];
  /** Whose answer must not hold which marks, by their owner. */
  readonly mustNotShow?: readonly number[];
}

export interface SayAgain {
  readonly setUp: readonly Request[];
  readonly sessions: readonly Request[];
  readonly faults: readonly Pick<Request, 'atMs' | 'method' | 'url' | 'body'>[];
  readonly cleanUp: readonly Request[];
}

export interface SayAgainInput {
  readonly said: readonly Said[];
  readonly pulled: readonly Pulled[];
  /** When the load began and ended, in ms since the epoch. */
  readonly load: { readonly beganAt: number; readonly endedAt: number };
  /** Passwords and the like, by the name that they are given. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Whose marks an answer must not hold: asked for each answer of the load. */
  mustNotShow(said: Said): readonly number[];
}

export const markName = (owner: number, kind: string, item: number): string => `mark ${owner} ${kind} ${item}`;
const placeholder = (name: string): string => `{{${name}}}`;
const canaries = new RegExp(`${canaryPrefix}[b-z]{${canaryLetterCount - canaryPrefix.length}}`, 'gi');

const learnedLettersMin = 6;
const aroundLetters = 24;

export function sayAgain(input: SayAgainInput): SayAgain {
  const inOrder = input.said.toSorted((one, other) => one.at - other.at);
  const names = new Names(input.secrets);
  const learns = new Map<Said, Learning[]>();
  const requests = inOrder.map((said): readonly [Said, Request] => {
    const known = inOrder.filter((earlier) => earlier.answer !== null && earlier.at + earlier.ms <= said.at + 1);
    return [said, requestOf(said, names, known, learns, input)];
  });
  const all = requests.map(([said, request]): Request => {
    const learned = learns.get(said);
    return learned ? { ...request, learns: learned } : request;
  });
  const { beganAt, endedAt } = input.load;
  const fromStart = (at: number): number => Math.round(at - beganAt);
  const isAdmin = ({ actor }: Request): boolean => actor === 'admin';
  return {
    setUp: all.filter((request) => request.atMs < 0),
    sessions: all.filter((request) => request.atMs >= 0 && !isAdmin(request)),
    faults: input.pulled
      .filter(({ at }) => at >= beganAt && at <= endedAt + healMaxMs)
      .map(({ at, method, path, body }) => ({
        atMs: fromStart(at),
        method,
        url: path,
        ...(body !== undefined && { body }),
      })),
    cleanUp: all.filter((request) => request.atMs >= 0 && isAdmin(request)),
  };
}

const healMaxMs = 20_000;

function requestOf(
  said: Said,
  names: Names,
  known: readonly Said[],
  learns: Map<Said, Learning[]>,
  { load, mustNotShow }: SayAgainInput,
): Request {
  const { actor, request, answer, ms, at } = said;
  const fill = (text: string): string => names.named(learnedIn(names.named(marked(text)), said, known, names, learns));
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => {
    const filled = fill(value);
    if (isSecretName(name) && filled === value)
      throw new CannotSayAgain(`${request.method} ${request.route} shows a ${name} that no answer told of`);
    return [name, filled] as const;
  });
  const owners = answer === null || at < load.beganAt ? [] : mustNotShow(said);
  const { body } = request;
  return {
    actor,
    atMs: Math.round(at - load.beganAt),
    method: request.method,
    url: fill(request.url),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...(body instanceof Uint8Array && { media: marksIn(body) }),
    ...(body !== undefined && !(body instanceof Uint8Array) && { body: fill(JSON.stringify(body)) }),
    ...(answer === null && { hangUpAfterMs: Math.max(1, Math.round(ms)) }),
    ...(owners.length > 0 && { mustNotShow: owners }),
  };
}

const marked = (text: string): string =>
  text.replace(canaries, (token) => {
    const canary = decodeCanary(token);
    return canary === null ? token : placeholder(markName(canary.owner, canary.kind, canary.item));
  });

/** The marks of a recording, each once. */
function marksIn(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  return [...new Set((text.match(canaries) ?? []).map(marked))].filter((mark) => mark.startsWith('{{'));
}

class Names {
  private readonly byValue = new Map<string, string>();
  constructor(secrets: ReadonlyMap<string, string>) {
    for (const [name, value] of secrets) this.byValue.set(value, name);
  }
  next(): string {
    return `value ${this.byValue.size + 1}`;
  }
  give(value: string, name: string): void {
    this.byValue.set(value, name);
  }
  has(value: string): boolean {
    return this.byValue.has(value);
  }
  named(text: string): string {
    let left = text;
    // The longest first: one may stand within another.
    const inOrder = [...this.byValue].sort(([one], [other]) => other.length - one.length);
    for (const [value, name] of inOrder) {
      for (const form of new Set([value, encodeURIComponent(value)])) left = left.split(form).join(placeholder(name));
    }
    return left;
  }
}

/** What of the text stood in an earlier answer is learned there. Returns the text; the names know more afterwards. */
function learnedIn(
  text: string,
  said: Said,
  known: readonly Said[],
  names: Names,
  learns: Map<Said, Learning[]>,
): string {
  for (const earlier of known.toReversed()) {
    const told = earlier.answer?.text ?? '';
    if (told === '' || (earlier.actor !== said.actor && earlier.actor !== 'admin')) continue;
    for (const [value, place] of valuesIn(told)) {
      if (names.has(value) || !isTelling(value) || !contains(text, value)) continue;
      note(earlier, { name: names.next(), ...place }, value);
    }
    const url = said.request.url;
    if (!url.startsWith('/') || jsonOf(told) !== undefined || names.named(url) !== url) continue;
    const at = told.indexOf(url);
    if (at < 0 || url.length < 2 * learnedLettersMin) continue;
    const until = told.charAt(at + url.length);
    note(earlier, { name: names.next(), after: told.slice(Math.max(0, at - aroundLetters), at), until }, url);
  }
  return text;

  function note(earlier: Said, learning: Learning, value: string): void {
    names.give(value, learning.name);
    learns.set(earlier, [...(learns.get(earlier) ?? []), learning]);
  }
}

const contains = (text: string, value: string): boolean =>
  text.includes(value) || text.includes(encodeURIComponent(value));

/** Words are no ids. */
const isTelling = (value: string): boolean =>
  value.length >= learnedLettersMin &&
  /\d|[A-Z].*[a-z]|[_-]/.test(value) &&
  !value.includes(' ') &&
  marked(value) === value;

type Place = { readonly path: readonly (string | number)[] };

function* valuesIn(text: string): Generator<readonly [string, Place]> {
  yield* leaves(jsonOf(text), []);
}

function* leaves(value: unknown, path: readonly (string | number)[]): Generator<readonly [string, Place]> {
  if (typeof value === 'string') yield [value, { path }];
  else if (Array.isArray(value)) for (const [at, each] of value.entries()) yield* leaves(each, [...path, at]);
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) yield* leaves(each, [...path, name]);
}
