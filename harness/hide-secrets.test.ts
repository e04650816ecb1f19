import { describe, expect, it } from 'vitest';
import { hiding } from './hide-secrets.ts';
import type { HistoryLine } from './history.ts';
import { secretsOf, withoutSecrets } from './secrets.ts';

const hidden = hiding('the-admins-secret', () => ['correct-horse']);
const quotes = 'said the-admins-secret, then correct-horse';
const phase = { v: 1, t: 'phase', phase: 'seed', event: 'ended', at: 1 } as const;

describe('lines of history', () => {
  it.each<[HistoryLine, string]>([
    [{ ...phase, failed: quotes }, 'said [secret], then [secret]'],
    [{ ...phase, cutShort: quotes }, 'said [secret], then [secret]'],
    [{ v: 1, t: 'fault', id: 'f1', kind: 'x', event: 'failed', at: 1, proof: quotes }, 'said [secret], then [secret]'],
    // A session's own are hidden by who performs it.
    [{ v: 1, t: 'skipped', session: 's', scenario: 'x', steps: 1, why: quotes }, 'said [secret], then correct-horse'],
  ])('%j', (line, said) => {
    expect(JSON.stringify(hidden.line(line))).toContain(said);
  });

  it('without free text stay as they are', () => {
    const line: HistoryLine = { v: 1, t: 'erased', patient: 1, at: 1 };
    expect(hidden.line(line)).toBe(line);
  });
});

describe('what is a secret', () => {
  it('is told by the name of its field', () => {
    const account = {
      id: 'p-1',
      email: 'a@b.example',
      password: 'pw',
      apiKey: 'k',
      refresh_token: 't',
      pin: '1',
      pinboard: 'no',
    };
    expect(secretsOf(account)).toEqual(['pw', 'k', 't', '1']);
  });

  it('is hidden however it is quoted, and not where it is too short to mean anything', () => {
    const secret = 'a "b"/c d';
    const said = `${secret} ${encodeURIComponent(secret)} ${JSON.stringify({ secret })}`;
    expect(withoutSecrets(said, [secret, 'a'])).toBe('[secret] [secret] {"secret":"[secret]"}');
  });
});
