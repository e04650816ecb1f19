import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containPage } from './contain.ts';
import { pageHtml } from './page-html.ts';
import { pageMarkdown } from './page-markdown.ts';
import { htmlShape, poisoned } from './sample-hostile.ts';
import { sampleContained } from './sample-incident.ts';

const page = (change = {}) => containPage({ ...sampleContained(), ...change }, 'run-1');

describe('the page of a containment drill', () => {
  it('says which channel is still shown, for how long each was, and which were not judged', () => {
    for (const text of [pageHtml(page()), pageMarkdown(page())]) {
      expect(text).toContain('Copies in a shared cache');
      expect(text).toContain('STILL SHOWN');
      expect(text).toContain('11.9 s');
      expect(text).toContain('what a person has already saved takes eyes');
      expect(text).toContain('This is a drill with synthetic people');
    }
  });

  it('says so where the switch was never pulled, and own data is not back', () => {
    const text = pageMarkdown(
      page({ verdict: 'INCONCLUSIVE', pulledAt: null, pullMs: null, releasedAt: null, ownBackMs: null }),
    );
    expect(text).toContain('**Pulled**: never');
    expect(text).toContain('not back');
  });

  it('takes no markup from a target', () => {
    const known = htmlShape(pageHtml(page()));
    const closed = new Set(['verdict', 'channel', 'outcome']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const hostile = poisoned(sampleContained(), () => `<img src=x onerror=a>${text}`, closed);
        const tags = htmlShape(pageHtml(containPage(hostile, text)));
        expect([...tags].filter((tag) => !known.has(tag))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
