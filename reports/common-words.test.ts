import { describe, expect, it } from 'vitest';
import { commonTexts } from './common-words.ts';
import { html } from './html.ts';
import { sampleLeak } from './sample.ts';
import { sampleCommonality } from './sample-findings.ts';
import { terminal } from './terminal.ts';

const [first = ''] = commonTexts({ common: sampleCommonality() });

describe('what the exposed have in common', () => {
  it('is said with both shares, the lift and the chance', () => {
    expect(first).toBe(
      'all 21 requests that exposed somebody came while deploy-upgrade was open; of the others 33 of 311 ' +
        '(nobody without it, lift at least 13; p < 1e-15); and so came while deploy-upgrade was open, or within 10 s after it',
    );
  });

  it('says of a hint that it may be chance', () => {
    const [row] = sampleCommonality().rows;
    const rows = row === undefined ? [] : [{ ...row, pAdjusted: 0.2 }];
    expect(commonTexts({ common: { ...sampleCommonality(), rows } })).toEqual([
      expect.stringMatching(/^a hint that may be chance: all 21 .*p 0\.2\)/),
    ]);
  });

  it('says that nothing can be concluded from few, and that nothing stands out where nothing does', () => {
    const few = {
      requests: { exposed: 2, others: 9 },
      owners: { exposed: 1, others: 9 },
      viewers: { exposed: 2, others: 0 },
    };
    const none = { ...sampleCommonality(), rows: [] };
    expect(commonTexts({ common: { ...none, compared: few, traitsTried: 0 } })).toEqual([
      'nothing can be concluded: 2 requests, 1 owner and 2 viewers exposed, against 9, 9 and 0 that were not, are too few',
    ]);
    expect(commonTexts({ common: none })).toEqual([
      'nothing that was looked at (42 traits) sets the exposed apart from the rest',
    ]);
    expect(commonTexts({})).toEqual([]);
  });

  it('stands in the terminal and on the page', () => {
    const report = sampleLeak();
    const shown = terminal(report, { color: false, columns: 120 }).replace(/\s+/g, ' ');
    expect(shown).toContain('What the exposed have in common: all 21 requests that exposed somebody came while');
    expect(html(report)).toContain(first.slice(0, first.indexOf(' (')));
  });
});
