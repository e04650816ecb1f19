// Every string of a verdict may have come from a hostile target. Whatever stands there, each report stays what it is: one
// page without a foreign tag, well-formed XML, text that can't steer a terminal.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../harness/report.ts';
import { verdictSchema } from '../harness/verdict.ts';
import { html } from './html.ts';
import { junit } from './junit.ts';
import { sampleInconclusive, sampleLeak } from './sample.ts';
import { htmlShape } from './sample-hostile.ts';
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
