// What all written functions are made of: an operation's request as source, and a value taken out of its answer.
import { address, type Block, block, type Entry, indented, key, member, text } from './code.ts';
import { bodyEntries, type Facts } from './fields.ts';
import type { ApiOperation } from './operations.ts';
import type { Path } from './schema.ts';

/** How deep an action's function stands in the file. */
export const column = 4;

export interface WrittenAction {
  readonly lines: readonly string[];
  readonly todo: readonly string[];
}

/** Method, address and route, and what else is given. */
export function requestEntries(
  { method, path }: ApiOperation,
  ids: readonly string[],
  more: readonly Entry[] = [],
  query?: Parameters<typeof address>[2],
): Entry[] {
  return [`method: ${text(method)}`, `url: ${address(path, ids, query)}`, `route: ${text(path)}`, ...more];
}

/** The ids of an address on behalf of a session: its own account's, and `last` for what the action is about. */
export const idsFor = ({ ids }: ApiOperation, last?: string): readonly string[] =>
  ids.map((id, place) =>
    last !== undefined && place === ids.length - 1 ? last : id === 'person' ? 'session.account.id' : "''",
  );

export const sayBlock = (operation: ApiOperation, ids: readonly string[], more: readonly Entry[] = []): Block => ({
  head: 'say(session, ',
  entries: requestEntries(operation, ids, more),
});

export const sendLines = (
  operation: ApiOperation,
  ids: readonly string[],
  more: readonly Entry[],
  by = 'send(session, ',
): readonly string[] =>
  block({ head: `const response = await ${by}`, entries: requestEntries(operation, ids, more) }, ');', column + 2);

export const method = (head: string, body: readonly string[]): readonly string[] => [
  `async ${head} {`,
  ...indented(body, 2),
  '},',
];
export const unlessOk = 'if (!isOk(response)) return verdictOf(response);';

/** `const { id } = response.json() as { id: string };` and the expression that then stands for it; `?` behind the type: it may be missing. */
export function taken(
  path: Path,
  type: 'string' | 'string?',
  from = 'response',
): { readonly line: string; readonly value: string } {
  const [first = '', ...rest] = path;
  const shape = rest.reduceRight((inner, name) => `{ ${key(name)}?: ${inner} }`, 'string');
  const isName = /^[A-Za-z_$][\w$]*$/.test(first);
  const name = isName ? first : 'given';
  const value = rest.reduce((before, step) => member(`${before}?`, step).replace('?[', '?.['), name);
  const target = isName ? `{ ${name} }` : `{ ${text(first)}: given }`;
  return {
    line: `const ${target} = ${from}.json() as { ${key(first)}${rest.length > 0 || type === 'string?' ? '?' : ''}: ${shape} };`,
    value,
  };
}

export const nameOf = ({ method, path, id }: ApiOperation): string => `${method} ${path}${id === '' ? '' : ` (${id})`}`;

export function bodyBlock(operation: ApiOperation, facts: Facts): readonly Entry[] {
  if (operation.body === null) return [];
  const entries = bodyEntries(operation.body.schema, facts);
  if (operation.body.kind !== 'form') return [{ head: 'body: ', entries }];
  const plain = entries.filter((entry) => typeof entry === 'string' && !entry.startsWith('//'));
  return [`...form({ ${plain.join(', ')} })`];
}
