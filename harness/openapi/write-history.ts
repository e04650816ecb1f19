// Writes how lists are asked for: one's own, another's, page by page, under an odd path, and a clinician's day.
import { address, arrow, block, key, text } from './code.ts';
import type { ApiOperation } from './operations.ts';
import { wordsOf } from './schema.ts';
import type { ListWriting } from './write-list.ts';
import { column, idsFor, method, requestEntries, unlessOk } from './write-requests.ts';

export function historyLines(
  own: ApiOperation,
  other: ApiOperation | undefined,
  { limit, cursor, isWhole }: ListWriting,
): readonly string[] {
  const isPersons = own.ids.length > 0;
  const ofAnother = isPersons ? own : other;
  const route =
    ofAnother && !isPersons ? `of === undefined ? ${text(own.path)} : ${text(ofAnother.path)}` : text(own.path);
  const where = isPersons
    ? address(own.path, ['owner.id'])
    : ofAnother
      ? `of === undefined ? ${text(own.path)} : ${address(ofAnother.path, ['session.accountOf(of).id'])}`
      : text(own.path);
  const names = [...(ofAnother ? ['of'] : []), ...(limit ? ['limit'] : [])];
  const isPlain = !isPersons && !ofAnother;
  const path = isPlain ? where : 'path';
  const url = limit ? `withQuery(${path}, { ${limit === 'limit' ? 'limit' : `${key(limit)}: limit`} })` : path;
  const whole = isWhole ? ', complete: true' : cursor ? ", complete: !session.memory.has('cursor')" : '';
  return method(`'view-history'(session${names.length > 0 ? `, { ${names.join(', ')} }` : ''})`, [
    ...(isPersons ? ['const owner = of === undefined ? session.account : session.accountOf(of);'] : []),
    ...(isPlain ? [] : [`const path = ${where};`]),
    ...(limit && cursor ? ["keep(session, 'limit', limit?.toString());"] : []),
    ...block(
      { head: 'const response = await send(session, ', entries: ["method: 'GET'", `url: ${url}`, `route: ${route}`] },
      ');',
      column + 2,
    ),
    unlessOk,
    `return { outcome: 'ok', listedIds: takeList(session, response)${whole} };`,
  ]);
}

export function turnPageLines(own: ApiOperation, { limit, cursor = 'cursor' }: ListWriting): readonly string[] {
  const query = [
    ...(limit ? [`${key(limit)}: session.memory.get('limit')`] : []),
    cursor === 'cursor' ? 'cursor' : `${key(cursor)}: cursor`,
  ];
  return method("'turn-page'(session)", [
    "const cursor = session.memory.get('cursor');",
    "if (cursor === undefined) return { outcome: 'ok', detail: 'there is no further page' };",
    `const url = withQuery(${address(own.path, idsFor(own))}, { ${query.join(', ')} });`,
    `const response = await send(session, { method: 'GET', url, route: ${text(`${own.path}?${cursor}`)} });`,
    unlessOk,
    "return { outcome: 'ok', listedIds: takeList(session, response) };",
  ]);
}

export function oddPathLines(own: ApiOperation): readonly string[] {
  const entries = [
    "method: 'GET'",
    `url: ${address(`${own.path}{}`, ['suffix'])}`,
    `route: ${text(`${own.path}/{odd path}`)}`,
  ];
  return arrow("'open-odd-path': (session, { suffix })", { head: 'say(session, ', entries }, ')', column);
}

export function dayLines(operation: ApiOperation): readonly string[] {
  const date = operation.parameters.find(({ name }) => /\b(date|day)\b/.test(wordsOf(name)))?.name ?? 'date';
  return method("'view-day'(session, { date })", [
    ...block(
      {
        head: 'const response = await send(session, ',
        entries: requestEntries(operation, [], [], { name: date, value: 'date' }),
      },
      ');',
      column + 2,
    ),
    unlessOk,
    "return { outcome: 'ok', listedIds: takeList(session, response) };",
  ]);
}
