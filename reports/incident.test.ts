import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../harness/incident/incident.ts';
import { affectedCsv } from './affected-csv.ts';
import { incidentPage } from './incident.ts';
import { personMustMark } from './page.ts';
import { pageHtml } from './page-html.ts';
import { markdownText, pageMarkdown } from './page-markdown.ts';
import { csvRows, htmlShape, poisoned } from './sample-hostile.ts';
import { sampleIncident } from './sample-incident.ts';

const quiet = (verdict: Incident['run']['verdict']): Incident => {
  const incident = sampleIncident();
  return { ...incident, run: { ...incident.run, verdict }, exposure: null };
};

const formats = (incident: Incident): string[] => [
  pageHtml(incidentPage(incident)),
  pageMarkdown(incidentPage(incident)),
];

describe('the incident pack', () => {
  it('says in every format that it is a drill with synthetic people', () => {
    for (const incident of [sampleIncident(), quiet('PASS')])
      for (const text of formats(incident))
        expect(text.match(/This is a drill\. Every person in it is synthetic/g)?.length).toBe(2);
    const [, ...rows] = csvRows(affectedCsv(sampleIncident()));
    expect(rows.map(([drill]) => drill)).toEqual(['DRILL: synthetic person']);
  });

  it('names listed and viewed apart', () => {
    for (const text of formats(sampleIncident())) {
      expect(text).toMatch(/could be seen \(listed\): 7 things of 3 patients by 3 recipients/);
      expect(text).toMatch(/was seen \(viewed\): 1 thing of 1 patient by 1 recipient/);
    }
  });

  it('has every field that the two laws ask for, and marks those that a person must fill', () => {
    for (const text of formats(sampleIncident())) {
      for (const letter of 'abcd') expect(text).toContain(`Article 33(3)(${letter})`);
      for (const letter of 'ABCDE') expect(text).toContain(`164.404(c)(1)(${letter})`);
      // All but the kinds of data, which the run knows.
      expect(text.split(personMustMark).length - 1).toBe(10);
    }
  });

  it('tells how it was contained, channel by channel', () => {
    for (const text of formats(sampleIncident())) {
      expect(text).toMatch(/switch disable-rewatch was pulled/);
      expect(text).toMatch(/Copies in a shared cache: STILL SHOWN after 11\.9 s/);
      expect(text).toMatch(/Downloads: not judged/);
    }
    const open = formats({ ...sampleIncident(), contained: null });
    for (const text of open) expect(text).toMatch(/Nothing was contained in this run/);
  });

  it('says that there is no incident, and of a run that proved nothing that it is no all-clear', () => {
    for (const text of formats(quiet('PASS'))) {
      expect(text).toContain('There is no incident');
      expect(text).not.toContain('Article 33');
    }
    for (const verdict of ['INCONCLUSIVE', 'ERROR'] as const)
      for (const text of formats(quiet(verdict))) {
        expect(text).toContain('this is no all-clear');
        expect(text).not.toContain('There is no incident');
      }
    expect(csvRows(affectedCsv(quiet('PASS')))).toHaveLength(1);
  });
});

const closed = new Set(['version', 'verdict', 'rule', 'of', 'correction', 'channel', 'outcome']);

const hostileIncidents = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "=cmd|'/c calc'!A1",
        '+1',
        '-1+1',
        '@SUM(A1)',
        '\t=1',
        '\r=1',
        '＝1',
        ' =1',
        'a","=1',
        'line\r\n=HYPERLINK("http://x")',
        '\u001b[31mred',
        '](http://x) ![i](http://x)',
        'https://evil.example www.evil.example a@evil.example',
        '| cell | cell',
        '# heading',
        '1. list',
        '```',
        '<!--',
        '::warning::x',
        'a'.repeat(5_000),
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((texts) => {
    let used = 0;
    return poisoned(sampleIncident(), () => texts[used++ % texts.length] ?? '', closed);
  });

describe('hostile text', () => {
  it('adds no element, attribute or address to the page', () => {
    const known = htmlShape(pageHtml(incidentPage(sampleIncident())));
    fc.assert(
      fc.property(hostileIncidents, (incident) => {
        const tags = htmlShape(pageHtml(incidentPage(incident)));
        expect([...tags].filter((tag) => !known.has(tag))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('begins no formula, no cell and no row in the CSV', () => {
    fc.assert(
      fc.property(hostileIncidents, (incident) => {
        const text = affectedCsv(incident);
        expect(text.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        const rows = csvRows(text);
        expect(rows.map((cells) => cells.length)).toEqual([13, 13]);
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/u);
      }),
      { numRuns: 60 },
    );
  });

  it('stays text in Markdown: no tag, link, picture, table cell or heading of its own', () => {
    const headings = (text: string): number => text.match(/^#+ /gm)?.length ?? 0;
    const page = pageMarkdown(incidentPage(sampleIncident()));
    fc.assert(
      fc.property(hostileIncidents, (incident) => {
        const text = pageMarkdown(incidentPage(incident));
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(text).not.toMatch(/<[a-z!/]/i);
        expect(text).not.toMatch(/[^\\]\]\(/);
        expect(text).not.toMatch(/https?:\/\/|(?<!\\)\bwww\.|[^\\]@/);
        expect(text).not.toMatch(/^::/m);
        expect(headings(text)).toBe(headings(page));
        expect(text.split('\n').filter((line) => line.startsWith('|')).length).toBe(
          page.split('\n').filter((line) => line.startsWith('|')).length,
        );
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['- x', '\\- x'],
    ['1. x', '1\\. x'],
    ['a*b_c', 'a\\*b\\_c'],
    ['<b>', '&lt;b\\>'],
    ['a|b', 'a\\|b'],
    ['plain text, 14:03 UTC.', 'plain text, 14:03 UTC.'],
  ])('%s is written %s', (text, written) => {
    expect(markdownText(text)).toBe(written);
  });
});
