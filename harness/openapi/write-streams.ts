// Writes what takes a while: an export that is asked for and waited for, and a stream of events.
import { arrow, block, indented, key, member, text } from './code.ts';
import type { ApiOperation } from './operations.ts';
import { choicesOf, findField, findId, wordsOf } from './schema.ts';
import {
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

export function exportLines(
  asked: ApiOperation,
  state: ApiOperation | undefined,
  file: ApiOperation | undefined,
): readonly string[] {
  const expect = "expect: 'bytes'";
  if (!file)
    return arrow('export: (session)', sayBlock(asked, [], asked.answer.kind === 'media' ? [expect] : []), ')', column);
  const gives = taken(findId(asked.answer.schema)?.path ?? ['id'], 'string');
  const status = state && findField(state.answer.schema, ({ name }) => /^(status|state)$/.test(wordsOf(name)));
  const done =
    status &&
    choicesOf(status.schema).find((choice) => /ready|done|complete|finish|success|available/i.test(String(choice)));
  const wait = state && [
    'const made = await untilReady(',
    ...indented(
      block({ head: '() => send(session, ', entries: requestEntries(state, [gives.value]) }, '),', column + 4),
      2,
    ),
    `  (answer) => (answer.json() as { ${key(status?.path.at(-1) ?? 'status')}: string })${status ? member('', status.path.at(-1) ?? '') : '.status'} === ${text(String(done ?? 'ready'))},`,
    ');',
    'if (!isOk(made)) return verdictOf(made);',
  ];
  return method('export(session)', [
    ...sendLines(asked, [], []),
    unlessOk,
    gives.line,
    ...(wait ?? []),
    ...block(
      { head: 'return say(session, ', entries: requestEntries(file, [gives.value], [expect]) },
      ');',
      column + 2,
    ),
  ]);
}

export function listenLines(operation: ApiOperation): WrittenAction {
  const forMs = operation.parameters.find(
    (each) => each.in === 'query' && /\b(for ?ms|duration|timeout|max ?ms|ms)\b/.test(wordsOf(each.name)),
  );
  const entries = requestEntries(
    operation,
    idsFor(operation),
    ['streamsForMs: forMs'],
    forMs && { name: forMs.name, value: 'forMs' },
  );
  return {
    lines: arrow('listen: (session, { forMs })', { head: 'listenTo(session, ', entries }, ')', column),
    todo: forMs ? [] : ['the stream must end by itself after forMs: is there a parameter for that?'],
  };
}
