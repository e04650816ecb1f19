// Every string of a verdict may have come from a hostile target. Whatever stands there, each report stays what it is: one
// page without a foreign tag, well-formed XML, text that can't steer a terminal.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../harness/report.ts';
import { verdictSchema } from '../harness/verdict.ts';
import { annotations } from './annotations.ts';
import { ctrf } from './ctrf.ts';
import { gitlab } from './gitlab.ts';
import { html } from './html.ts';
import { junit } from './junit.ts';
import { openmetrics } from './openmetrics.ts';
import { sampleInconclusive, sampleLeak } from './sample.ts';
import { htmlShape } from './sample-hostile.ts';
import { sarif } from './sarif.ts';
import {
  ctrfProblems,
  gitlabProblems,
  junitProblems,
  openmetricsProblems,
  sarifProblems,
} from './schemas-under-test.ts';
import { summary, summaryBytesMax } from './summary.ts';
import { terminal } from './terminal.ts';

const nasty = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '</title></style></svg></details>',
  ']]><evil/>',
  '<!--',
  '<?xml?>',
  '&amp;&#60;script&#62;',
  '\u001b[31m\u001b]8;;http://x\u0007link',
  '\u009b2J',
  'line\r\nLEAK  exit 0',
  '\u202eevil\u2066',
  '\u0000\u0008\ufffe\ud800',
  '`x`',
  'javascript:alert(1)',
  'a'.repeat(5_000),
  `${'b'.repeat(79)}::add-mask::p`,
  '::error file=x,line=1::owned',
  '##[add-path]/tmp ##vso[task.setvariable variable=a]b ##teamcity[buildProblem description=1]',
  '/close',
  '@everyone #1 GH-2 https://evil.example www.evil.example',
  '![x](https://evil.example/p.png) [x](javascript:alert(1)) | a | b |',
  '=HYPERLINK("https://evil.example")',
  '{0} {{1}} %0A%25',
  '"\\" 1\n# EOF',
  '__proto__',
];
const hostile = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 40 }));

/** Fields that `verdictSchema` holds to a fixed set of words; all other strings are free. */
const closed = new Set(['verdict', 'rule', 'reach', 'channel', 'phase', 'kind', 'of', 'correction']);

/** The same value with every free string replaced by the next hostile one. */
function poisoned<T>(value: T, next: () => string, key = '', parent = ''): T {
  const freeKind = key === 'kind' && parent === 'faults';
  if (typeof value === 'string') return (closed.has(key) && !freeKind ? value : next()) as T;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, next, key, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, poisoned(item, next, name, key)]);
  return Object.fromEntries(entries) as T;
}

const reports = fc
  .record({
    base: fc.constantFrom(sampleLeak, sampleInconclusive),
    texts: fc.array(hostile, { minLength: 1, maxLength: 12 }),
  })
  .map(({ base, texts }): Report => {
    let used = 0;
    const next = (): string => texts[used++ % texts.length] ?? '';
    const report = base();
    const { verdict, timeline } = report;
    return {
      verdict: poisoned(verdict, next),
      timeline: {
        ...timeline,
        phases: timeline.phases.map((phase) => ({ ...phase, phase: next(), cutShort: next() })),
        faults: timeline.faults.map((fault) => ({ ...fault, id: next(), kind: next() })),
      },
      repeat: next(),
      folder: next(),
    };
  });

const numRuns = 60;

describe('hostile text', () => {
  it('is still a verdict by its schema, so it can happen', () => {
    fc.assert(
      fc.property(reports, ({ verdict }) => verdictSchema.safeParse(verdict).success),
      { numRuns },
    );
  });

  it('adds no element, attribute, script or address to the page', () => {
    const known = htmlShape(html(sampleLeak()) + html(sampleInconclusive()));
    fc.assert(
      fc.property(reports, (report) => {
        const tags = htmlShape(html(report));
        expect([...tags].filter((tag) => !known.has(tag))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('leaves the XML well-formed and its counts right', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const xml = junit(report);
        expect(illFormed(xml)).toBeNull();
        expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
      }),
      { numRuns },
    );
  });

  it('gives the terminal neither an escape sequence nor a line of its own', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const text = terminal(report, { color: false, columns: 80 });
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
        expect(text).not.toMatch(/^LEAK {2}exit 0/m);
      }),
      { numRuns },
    );
  });
});

describe('hostile text in files for machines', () => {
  it('leaves SARIF, CTRF, JUnit, GitLab’s issues and OpenMetrics valid by their schemas', () => {
    fc.assert(
      fc.property(reports, (report) => {
        expect(sarifProblems(sarif(report))).toEqual([]);
        expect(ctrfProblems(ctrf(report))).toEqual([]);
        expect(junitProblems(junit(report))).toEqual([]);
        expect(gitlabProblems(gitlab(report))).toEqual([]);
        expect(openmetricsProblems(openmetrics(report))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('puts no character that is not printable, and no link, into any of their texts', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const { runs } = JSON.parse(sarif(report)) as { runs: { results: { message: { text: string } }[] }[] };
        for (const text of [sarif, ctrf, gitlab].flatMap((format) => stringsOf(JSON.parse(format(report)))))
          expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        for (const { message } of runs[0]?.results ?? []) expect(message.text).not.toContain('](');
      }),
      { numRuns },
    );
  });

  it('gives a CI server no command, neither in what is printed nor in the annotations', () => {
    fc.assert(
      fc.property(reports, fc.integer({ min: 40, max: 120 }), (report, columns) => {
        const printed = terminal(report, { color: false, columns });
        expect(commands(printed)).toEqual([]);
        const annotated = annotations(report).trimEnd().split('\n');
        expect(annotated.length).toBeLessThanOrEqual(20);
        for (const line of annotated) expect(line).toMatch(/^::(?:error|warning|notice) [^:]*title=[^:,]*::/);
        for (const line of annotated) expect(commands(line.slice(2))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('puts no markup, link, mention, reference or quick action into the Markdown', () => {
    const shapeOf = (text: string): string[] => text.split('\n').map((line) => line.slice(0, 2).replace(/\w/g, 'w'));
    const known = new Set([...shapeOf(summary(sampleLeak())), ...shapeOf(summary(sampleInconclusive()))]);
    fc.assert(
      fc.property(reports, (report) => {
        const text = summary(report);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(summaryBytesMax);
        expect(shapeOf(text).filter((start) => !known.has(start))).toEqual([]);
        const outsideOfCode = text.replace(/`[^`\n]*`/g, '');
        expect(outsideOfCode.match(/<(?!!-- crosstalk -->|\/?(?:details|summary)>)/g) ?? []).toEqual([]);
        expect(outsideOfCode).not.toMatch(/(?<!\\)(?:[[\]]|:\/\/)|[@#](?=\w)|www\.|^\//im);
        for (const line of text.split('\n'))
          if (line.startsWith('|')) expect(pipes(line)).toBe(pipesAround(text, line));
      }),
      { numRuns },
    );
  });
});

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsOf);
}

/** What GitHub's runner (`::name …::` at the start of a line, `##[` anywhere), Azure's agent and TeamCity take for a command. */
function commands(text: string): string[] {
  return text.split('\n').filter((line) => /^\s*::[a-z-]+[ :].*|##(?:\[|vso\[|teamcity\[)/i.test(line));
}

const pipes = (line: string): number => line.match(/(?<!\\)\|/g)?.length ?? 0;

/** Of the table that the line stands in: as many as its row of dashes has. */
function pipesAround(text: string, line: string): number {
  const lines = text.split('\n');
  const dashes = lines.slice(0, lines.indexOf(line) + 2).findLast((each) => /^\|[-:|]+\|$/.test(each));
  return pipes(dashes ?? '');
}

/** A small strict reader of the XML we write: null, or where it stops being well-formed. */
function illFormed(xml: string): string | null {
  const open: string[] = [];
  const token =
    /<\?xml version="1\.0" encoding="UTF-8"\?>|<(\/?)([a-z-]+)((?: [a-z0-9]+="[^"<&]*(?:&(?:amp|lt|gt|quot|#39|#96);[^"<&]*)*")*)(\/?)>|[^<&]+|&(?:amp|lt|gt|quot|#39|#96);/y;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) return xml.slice(at, at + 60);
    const [, closing, name, , selfClosing] = match;
    if (name === undefined || selfClosing === '/') continue;
    if (closing !== '/') open.push(name);
    else if (open.pop() !== name) return `</${name}> closes nothing`;
  }
  return open.length === 0 ? null : `<${open.join('><')}> not closed`;
}
