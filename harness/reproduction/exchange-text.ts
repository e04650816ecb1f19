// Two exchanges side by side, for people: the owner's own and the one in which it was shown to somebody else. Canaries are told in words,
// what is not the viewer's is marked, secrets are gone. Whatever came from the target is made plain text first.
import { canaryLetterCount, canaryPrefix, decodeCanary } from '../../fixtures/canary.ts';
import { isSecretName, withoutSecrets } from '../secrets.ts';
import type { Said } from './recorder.ts';

const canaries = new RegExp(`${canaryPrefix}[b-z]{${canaryLetterCount - canaryPrefix.length}}`, 'gi');
const columnLetters = 70;
const linesMax = 40;
const foreignMark = '◀ not theirs';

export interface Column {
  /** As in `patient 4, whose it is`. */
  readonly title: string;
  readonly said: Said;
  /** Things of these are marked. */
  readonly foreign: readonly number[];
}

export function sideBySide(left: Column, right: Column, secrets: Iterable<string>): string {
  const hidden = [...secrets];
  const columns = [left, right].map((column) => linesOf(column, hidden));
  const rows = Math.max(...columns.map(({ length }) => length));
  const [one = [], other = []] = columns;
  return Array.from({ length: rows }, (_, row) =>
    `${(one[row] ?? '').padEnd(columnLetters)} │ ${other[row] ?? ''}`.trimEnd(),
  ).join('\n');
}

function linesOf({ title, said, foreign }: Column, secrets: readonly string[]): string[] {
  const { request, answer } = said;
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => shownHeader(name, value));
  const body = request.body === undefined || request.body instanceof Uint8Array ? [] : ['', ...jsonLines(request.body)];
  const answered =
    answer === null
      ? ['(the client hung up)']
      : [
          `${answer.status}`,
          ...Object.entries(answer.headers).map(([name, value]) => shownHeader(name, value)),
          '',
          ...bodyLines(answer.text),
        ];
  const lines = [title, '', `${request.method} ${request.url}`, ...headers, ...body, '', ...answered];
  const told = marksNearForeign(lines, foreign).map((line) => fitted(withoutSecrets(line, secrets)));
  return told.length <= linesMax ? told : [...told.slice(0, linesMax), `… ${told.length - linesMax} lines more`];
}

const shownHeader = (name: string, value: string): string => `${name}: ${isSecretName(name) ? '[secret]' : value}`;

function bodyLines(text: string): string[] {
  try {
    return jsonLines(JSON.parse(text));
  } catch {
    return text.split('\n');
  }
}

function jsonLines(value: unknown): string[] {
  const open = (name: string, field: unknown): unknown =>
    isSecretName(name) && typeof field === 'string' ? '[secret]' : field;
  return JSON.stringify(value, open, 1).split('\n');
}

function marksNearForeign(lines: readonly string[], foreign: readonly number[]): string[] {
  return lines.map((line) => {
    let isForeign = false;
    const told = line.replace(canaries, (token) => {
      const canary = decodeCanary(token);
      if (canary === null) return token;
      isForeign ||= foreign.includes(canary.owner);
      return `[${canary.kind} ${canary.item} of patient ${canary.owner}]`;
    });
    return isForeign ? `${foreignMark} ${told.trimStart()}` : told;
  });
}

/** What steers a terminal or a page has no business here. */
function fitted(line: string): string {
  const plain = line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').replaceAll('```', "'''");
  return plain.length <= columnLetters ? plain : `${plain.slice(0, columnLetters - 1)}…`;
}
