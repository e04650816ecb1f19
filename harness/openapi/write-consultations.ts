// Writes what is done with one consultation: booking it, and all that names it.
import { arrow, block, type Entry, indented, key, text } from './code.ts';
import { bodyEntries, consultationFacts } from './fields.ts';
import type { ApiOperation } from './operations.ts';
import { findId, wordsOf } from './schema.ts';
import {
  bodyBlock,
  column,
  idsFor,
  method,
  requestEntries,
  sayBlock,
  sendLines,
  taken,
  unlessOk,
  type WrittenAction,
} from './write-requests.ts';

export function slotsLines(operation: ApiOperation): readonly string[] {
  const byModality = operation.parameters.find(
    (each) => each.in === 'query' && /^(modality|type|kind|channel)$/.test(wordsOf(each.name)),
  );
  if (!byModality) return arrow('slots: (session)', sayBlock(operation, []), ')', column);
  const entries = requestEntries(operation, [], [], { name: byModality.name, value: 'modality' });
  return arrow("slots: (session, { modality = 'video' })", { head: 'say(session, ', entries }, ')', column);
}

export const usedIn = (entries: readonly Entry[], name: string): boolean =>
  entries.some((entry) =>
    typeof entry === 'string' ? new RegExp(`(^|: )${name}$`).test(entry) : usedIn(entry.entries, name),
  );

export function bookLines(operation: ApiOperation): WrittenAction {
  const header = operation.parameters.find(
    (each) => each.in === 'header' && /\bidempotency\b/.test(wordsOf(each.name)),
  )?.name;
  const body = bodyBlock(operation, consultationFacts);
  const facts = ['title', 'note', 'startsAt', 'fileName'].filter((fact) => usedIn(body, fact));
  const names = ['item', ...(usedIn(body, 'modality') ? ['modality'] : []), ...(header ? ['key'] : [])];
  const headers = header ? [`headers: key === undefined ? {} : { ${key(header)}: key }`] : [];
  const id = findId(operation.answer.schema);
  const gives = taken(id?.path ?? ['id'], 'string');
  const value = id && id.path.length > 1 ? 'id' : gives.value;
  const hasTitle = facts.includes('title') || facts.includes('note');
  return {
    lines: method(`book(session, { ${names.join(', ')} })`, [
      ...(facts.length > 0 ? [`const { ${facts.join(', ')} } = session.consultation(item);`] : []),
      ...sendLines(operation, idsFor(operation), [...headers, ...body]),
      unlessOk,
      gives.line,
      ...(value === gives.value
        ? []
        : [
            `const id = ${gives.value};`,
            "if (id === undefined) return { outcome: 'failed', detail: 'the answer told no id' };",
          ]),
      `keepConsultation(session, item, ${value});`,
      `return { outcome: 'ok', createdIds: [${value}] };`,
    ]),
    todo: [
      ...(hasTitle
        ? []
        : [
            'send the title or the note of the consultation in some field: it carries the canary that tells whose it is',
          ]),
      ...(id ? [] : ["which field of the answer is the new consultation's id?"]),
    ],
  };
}

export function mediaEntries(
  operation: ApiOperation,
  segment: 0 | 1 | undefined,
): { entries: readonly Entry[]; todo: readonly string[] } {
  const { body } = operation;
  if (body === null) return { entries: [], todo: [] };
  if (body.kind === 'media' && segment !== undefined)
    return {
      entries: [
        `headers: { 'content-type': ${text(body.type.includes('*') ? 'video/webm' : body.type)} }`,
        `body: await session.recording(item, ${segment})`,
      ],
      todo: [],
    };
  if (body.kind === 'media' || body.kind === 'multipart')
    return { entries: [], todo: [`what does its body hold (${body.type})?`] };
  const entries = bodyEntries(body.schema, []);
  return { entries: entries.length > 0 ? [{ head: 'body: ', entries }] : [], todo: [] };
}

export function consultationLines(role: string, operation: ApiOperation, more: readonly Entry[]): readonly string[] {
  const isAsync = more.some((entry) => typeof entry === 'string' && entry.includes('await '));
  const inner = sayBlock(operation, idsFor(operation, 'id'), more);
  return [
    `${key(role)}: (session, { item }) =>`,
    `  onConsultation(session, item, ${isAsync ? 'async ' : ''}(id) =>`,
    ...indented(block(inner, '),', column + 4), 4),
    '  ),',
  ];
}
