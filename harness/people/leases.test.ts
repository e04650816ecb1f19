import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfHousehold } from '../../fixtures/cohort.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { readLeases } from './leases.ts';

const read = (csv: string) => readLeases(csv, 'accounts.csv');

describe('leases', () => {
  it('gives the n-th row to the n-th half of a household, whichever of its four it is, in every run', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'Z', '"', ',', '\n', 'é', ' x'), minLength: 1 });
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        fc.array(field, { minLength: 2, maxLength: 20 }),
        fc.integer({ min: 0, max: 3 }),
        (secrets, which) => {
          const lines = secrets.map((secret, row) => `user${row},${quoted(`s${secret}e`)}`);
          const leases = read(`user,pin\n${lines.join('\r\n')}\r\n`);
          expect(leases.count).toBe(secrets.length);
          for (const [row, secret] of secrets.entries()) {
            const account = leases.accountOf(patientIndex(row * halfHousehold + which));
            expect(account).toEqual({ user: `user${row}`, pin: `s${secret}e` });
          }
        },
      ),
    );
  });

  it('takes what spreadsheets write: a byte order mark, blank lines, blanks around fields', () => {
    const leases = read('\uFEFFuser , pin\n\nann, 1\nbob ,2\n\n');
    expect(leases.accountOf(patientIndex(0))).toEqual({ user: 'ann', pin: '1' });
  });

  it.each([
    ['user,pin\nann,1\n', /has 1 accounts; at least 2 are needed/],
    ['', /has 0 accounts/],
    ['user,pin\nann,hidden\nbob\n', /can't be read as CSV, line 3 \(CSV_RECORD_INCONSISTENT_COLUMNS\)/],
    ['user,pin\nann,"hidden\nbob,2\n', /can't be read as CSV/],
    ['user,pin\nann,hidden\nbob,2\nann,3\n', /accounts 1 and 3 have the same user/],
  ])('says what is wrong with %j, and tells no secret', (csv, message) => {
    expect(() => read(csv)).toThrow(message);
    expect(() => read(csv)).not.toThrow(/hidden/);
  });

  it('has no account for who is beyond the list', () => {
    expect(() => read('user\nann\nbob\n').accountOf(patientIndex(8))).toThrow('no account of accounts.csv is leased');
  });
});
