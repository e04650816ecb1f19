// Writes the functions of the actions, each as one reads it in an adapter written by hand, with the operation that it was made of.
import { arrow, comment, key, text } from './code.ts';
import type { Picks } from './match.ts';
import type { ApiOperation } from './operations.ts';
import type { Role } from './rule.ts';
import { bookLines, consultationLines, mediaEntries, slotsLines } from './write-consultations.ts';
import { dayLines, historyLines, oddPathLines, turnPageLines } from './write-history.ts';
import { shareLines, signInLines } from './write-identity.ts';
import type { ListWriting } from './write-list.ts';
import { bodyBlock, column, idsFor, nameOf, sayBlock, type WrittenAction } from './write-requests.ts';
import { exportLines, listenLines } from './write-streams.ts';

export function writeActions(picks: Picks, list: ListWriting | undefined): ReadonlyMap<string, WrittenAction> {
  const written = new Map<string, WrittenAction>();
  const add = (
    action: string,
    roles: readonly Role[],
    lines: readonly string[],
    todo: readonly string[] = [],
  ): void => {
    const from = roles.flatMap((role) => picks.get(role) ?? []);
    const said = from.map(({ operation }) => nameOf(operation)).join(', ');
    const others = from.flatMap(({ others }) => others.map(nameOf));
    const notes = [
      ...comment(others.length > 0 ? `${said}; it may be ${others.join(' or ')} instead` : said, column),
      ...todo.flatMap((each) => comment(`TODO ${each}`, column)),
    ];
    written.set(action, { lines: [...(said === '' ? [] : notes), ...lines], todo });
  };
  const on = (role: Role, write: (operation: ApiOperation) => void): void => {
    const found = picks.get(role);
    if (found) write(found.operation);
  };
  const plain = (role: Role): void =>
    on(role, (operation) =>
      add(role, [role], arrow(`${key(role)}: (session)`, sayBlock(operation, idsFor(operation)), ')', column)),
    );
  const onConsultation = (role: Role, segment?: 0 | 1): void =>
    on(role, (operation) => {
      const { entries, todo } = mediaEntries(operation, segment);
      add(role, [role], consultationLines(role, operation, entries), todo);
    });

  on('sign-in', (operation) => add('sign-in', ['sign-in'], signInLines(operation)));
  plain('who-am-i');
  on('view-history', (operation) => {
    if (list === undefined) return;
    const other = picks.get('view-history-of')?.operation;
    add('view-history', ['view-history', 'view-history-of'], historyLines(operation, other, list), list.todo);
    if (list.cursor !== undefined) add('turn-page', [], turnPageLines(operation, list));
    if (operation.ids.length === 0) add('open-odd-path', [], oddPathLines(operation));
  });
  on('watch', (operation) => {
    const route = text(operation.path);
    add(
      'watch',
      ['watch'],
      [
        'watch: (session, { pick, range }) =>',
        `  play(session, session.playable[pick % session.playable.length], ${route}, range),`,
      ],
    );
    add('follow-link', [], [`'follow-link': (session) => play(session, session.postedLink, ${route}),`]);
  });
  on('slots', (operation) => add('slots', ['slots'], slotsLines(operation)));
  on('book', (operation) => {
    const { lines, todo } = bookLines(operation);
    add('book', ['book'], lines, todo);
  });
  onConsultation('view-consultation');
  onConsultation('attend');
  onConsultation('switch-call', 0);
  onConsultation('end-call', 1);
  onConsultation('cancel');
  on('export', (operation) => {
    const [state, file] = [picks.get('export-state')?.operation, picks.get('export-file')?.operation];
    add('export', ['export', 'export-state', 'export-file'], exportLines(operation, state, file));
  });
  on('listen', (operation) => {
    const { lines, todo } = listenLines(operation);
    add('listen', ['listen'], lines, todo);
  });
  on('share', (operation) => add('share', ['share'], shareLines(operation)));
  on('withdraw', (operation) =>
    add(
      'withdraw',
      ['withdraw'],
      arrow('withdraw: (session, { from: proxy })', sayBlock(operation, ['session.accountOf(proxy).id']), ')', column),
    ),
  );
  on('view-day', (operation) => {
    if (list) add('view-day', ['view-day'], dayLines(operation));
  });
  on('move-practice', (operation) => {
    const facts = [[/(clinician|doctor|practitioner|provider)( id)?$/, 'session.clinicianAccountOf(to).id']] as const;
    const more = bodyBlock(operation, facts);
    add(
      'move-practice',
      ['move-practice'],
      arrow("'move-practice': (session, { to })", sayBlock(operation, [], more), ')', column),
    );
  });
  plain('erase');
  plain('sign-out');
  return written;
}
