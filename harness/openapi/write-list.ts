// Writes how a list is read: its ids, what can be played, where the next page begins; and of what shape it is taken to be.
import { address, indented, key, member } from './code.ts';
import type { ApiOperation } from './operations.ts';
import { findField, findId, findLink, findList, isText, type Path, type Schema, wordsOf } from './schema.ts';

export interface ListWriting {
  /** The type and the function, as they stand in the adapter's file. */
  readonly lines: readonly string[];
  /** What could not be told from the document. */
  readonly todo: readonly string[];
  readonly limit: string | undefined;
  /** It leads to what can be played. */
  readonly isPlayable: boolean;
  /** What is asked for is all there is: nothing turns pages. */
  readonly isWhole: boolean;
  /** The query's parameter for the cursor that the page before gave. */
  readonly cursor: string | undefined;
}

const nextWords = /^(next|next ?(page )?(token|cursor)|cursor|end cursor|continuation( token)?)$/;
const cursorWords = /^(cursor|after|page ?token|next ?(page )?token|continuation( token)?|starting after|start after)$/;
const pageWords = /^(page|offset|skip|start)( ?(no|num|number|index))?$/;
const limitWords = /^(limit|page ?size|per ?page|size|count|take|max ?results|first)$/;

const queryNamed = ({ parameters }: ApiOperation, words: RegExp): string | undefined =>
  parameters.find((parameter) => parameter.in === 'query' && words.test(wordsOf(parameter.name)))?.name;

export function writeList(history: ApiOperation, watch: ApiOperation | undefined): ListWriting {
  const { schema } = history.answer;
  const found = findList(schema) ?? { path: [], schema: {} };
  const item = found.schema;
  const id = findId(item);
  const playing = linkIn(item) ?? idIn(item, watch);
  const cursor = queryNamed(history, cursorWords);
  const next = cursor === undefined ? undefined : nextIn(schema);
  const numbered = cursor === undefined ? queryNamed(history, pageWords) : undefined;
  const whole = typeAt(found.path, 'Listed[]', next);
  const items = found.path.length === 0 ? 'list' : found.path.reduce((value, name) => member(value, name), 'list');
  const links = `session.playable = ${items}.flatMap((one) => ${playing?.expression ?? '[]'});`;
  const body = [
    `const list = response.json() as ${whole};`,
    ...(playing ? [links] : [`// TODO ${noLink}`, 'session.playable = [];']),
    ...(next ? [`keep(session, 'cursor', ${optional('list', next)});`] : []),
    `return ${items}.map((one) => ${id ? plain('one', id.path) : "''"});`,
  ];
  const members = membersOf([
    id && { path: id.path, type: 'string', needed: true },
    playing && { path: playing.path, type: 'string | null' },
  ]);
  return {
    lines: [
      '/** The parts of a list that are needed here. */',
      'interface Listed {',
      ...indented(
        members.map((each) => `${each};`),
        2,
      ),
      '}',
      '',
      '/** Takes from a list what can be played, and where its next page begins; gives the ids on it. */',
      'function takeList(session: SessionContext, response: HttpResponse): readonly string[] {',
      ...indented(body, 2),
      '}',
    ],
    todo: [
      ...(numbered
        ? [`its pages are numbered (${numbered}): say with complete whether this one is the last, and write turn-page`]
        : []),
      ...(playing ? [] : [noLink]),
      ...(id ? [] : ['which field of the list is the id?']),
    ],
    isPlayable: playing !== undefined,
    limit: queryNamed(history, limitWords),
    isWhole: next === undefined && numbered === undefined,
    cursor: next && cursor,
  };
}

const noLink = 'which field of the list leads to a recording? Put its links, or paths made of its ids, here.';

const nextIn = (schema: Schema): Path | undefined =>
  findField(schema, (field) => isText(field.schema) && nextWords.test(wordsOf(field.name)))?.path;

interface Playing {
  readonly path: Path;
  readonly expression: string;
}

function linkIn(item: Schema): Playing | undefined {
  const found = findLink(item);
  return found && { path: found.path, expression: flat('one', found.path, (value) => `${value} ?? []`) };
}

/** The list holds no link: it is the recording's address with its id. */
function idIn(item: Schema, watch: ApiOperation | undefined): Playing | undefined {
  if (watch?.ids.length !== 1) return undefined;
  const named = /\b(recording|video|media|file)s? ?(id|uuid)$/;
  const inner = findField(item, ({ name }) => /\b(recording|video|media)s?$/.test(wordsOf(name)));
  const innerId = inner && findId(inner.schema, true);
  const own =
    findField(item, ({ name }) => named.test(wordsOf(name))) ??
    (watch.ids[0] === 'recording' ? undefined : findId(item));
  const path = inner && innerId ? [...inner.path, ...innerId.path] : own?.path;
  if (path === undefined) return undefined;
  const link = (value: string): string => `(${value} ? [${address(watch.path, [value])}] : [])`;
  return { path, expression: flat('one', path, link) };
}

/** An expression for all that lies at the end of a path, through the lists on the way. */
function flat(value: string, path: Path, last: (value: string) => string): string {
  const at = path.indexOf('[]');
  if (at < 0) return last(optional(value, path));
  return `${optional(value, path.slice(0, at))}?.flatMap((each) => ${flat('each', path.slice(at + 1), last)}) ?? []`;
}

/** `one.video?.url`: all but the first step may be missing. */
const optional = (value: string, path: Path): string =>
  path.reduce(
    (before, name, step) => (step === 0 ? member(before, name) : member(`${before}?`, name).replace('?[', '?.[')),
    value,
  );

const plain = (value: string, path: Path): string => path.reduce((before, name) => member(before, name), value);

/** The type of a value in which, at the end of a path, something of that type lies. */
function typeAt(path: Path, type: string, next: Path | undefined): string {
  if (path.length === 0) return type;
  return mergedMembers([{ path, type, needed: true }, next && { path: next, type: 'string | null' }]);
}

interface Leaf {
  readonly path: Path;
  readonly type: string;
  readonly needed?: boolean;
}

const mergedMembers = (leaves: readonly (Leaf | undefined)[]): string => `{ ${membersOf(leaves).join('; ')} }`;

/** The members of one object type for several paths. What is not needed may be missing. */
function membersOf(leaves: readonly (Leaf | undefined)[]): readonly string[] {
  const given = leaves.filter((leaf) => leaf !== undefined);
  const names = [...new Set(given.map(({ path }) => path[0] ?? ''))];
  return names.map((name) => {
    const below = given.filter(({ path }) => path[0] === name).map((leaf) => ({ ...leaf, path: leaf.path.slice(1) }));
    const isNeeded = below[0]?.needed === true;
    return `${key(name)}${isNeeded ? '' : '?'}: ${typeOf(below)}`;
  });
}

function typeOf(leaves: readonly Leaf[]): string {
  const [first] = leaves;
  if (first === undefined || first.path.length === 0) return first?.type ?? 'unknown';
  if (first.path[0] !== '[]') return mergedMembers(leaves);
  return `${bracketed(typeOf(leaves.map((leaf) => ({ ...leaf, path: leaf.path.slice(1) }))))}[]`;
}

const bracketed = (type: string): string => (type.includes('|') && !type.startsWith('{') ? `(${type})` : type);
