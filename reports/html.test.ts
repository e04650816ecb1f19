import { describe, expect, it } from 'vitest';
import type { Timeline } from '../harness/report.ts';
import { html } from './html.ts';
import { reportOf, sampleInconclusive, sampleLeak, samplePass } from './sample.ts';
import { sampleListingFinding } from './sample-findings.ts';

function textOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the page', () => {
  it('loads and runs nothing: no script, no address, and a policy that forbids both', () => {
    for (const report of [samplePass(), sampleLeak(), sampleInconclusive()]) {
      const page = html(report);
      expect(page).toContain(
        `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`,
      );
      expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\shref=|@import|url\((?!#)/i);
    }
  });

  it('says the verdict by word and by sign, and why', () => {
    const page = html(sampleInconclusive());
    expect(page).toContain('<span class="word">INCONCLUSIVE</span>');
    expect(page).toContain('<body class="inconclusive">');
    expect(textOf(page)).toContain('cache-slow-2 was injected, but nothing shows that it bit');
    expect(page).toMatch(/no bite<\/span><div><b>cache-slow/);
  });

  it('keeps listed and viewed apart, and names who saw whose what', () => {
    const text = textOf(html(sampleLeak()));
    expect(text).toContain('Listed 14 things on a list or page Viewed 0 recordings delivered');
    expect(text).toContain('Listed 0 things on a list or page Viewed 2 recordings delivered');
    expect(text).toContain('Patient 52 was sent the bytes of recording 5 of patient 24.');
    expect(text).toContain('node app-2 , version v2');
    expect(text).toContain('the request right after one that the client cut off');
  });

  it('says why, where the answers tell, and what was read by the address alone as declared', () => {
    const text = textOf(html(sampleLeak()));
    expect(text).toContain('Why: The list was stored by a shared cache');
    expect(text).toContain('Declared, and so no leak GET /files/{name} is a capability URL');
    expect(textOf(html(samplePass()))).not.toMatch(/Why:|Declared, and so/);
  });

  it('gives no leak rate for a run that leaked', () => {
    expect(textOf(html(sampleLeak()))).toContain('Leak rate below – does not apply: it leaked');
    expect(textOf(html(samplePass()))).toContain('Leak rate below 3.4 % in the thinnest window, instance-crash-5');
  });

  it('marks each violation and shades each fault window in the drawing, and tells the same in words', () => {
    const page = html(sampleLeak());
    const wide = /<svg class="chart wide"[\s\S]*?<\/svg>/.exec(page)?.[0] ?? '';
    const { timeline } = sampleLeak();
    expect(wide.match(/class="diamond"/g)).toHaveLength(timeline.marks.length);
    expect(wide.match(/class="shade"/g)).toHaveLength(timeline.faults.length);
    expect(wide).toMatch(/<desc id="wide-desc">9,412 operations/);
    expect(page.match(/<tr><th scope="row">[\d.]+ (?:s|ms)<|<tr><th scope="row">\d+ min/g)).toHaveLength(
      timeline.buckets.length,
    );
  });

  it('draws a run without any event, and one with times beyond all bounds', () => {
    const empty: Timeline = {
      startedAt: 0,
      bucketMs: 1_000,
      buckets: [],
      phases: [],
      faults: [],
      marks: [],
      marksLeftOut: 0,
    };
    const far = { id: 'f', kind: 'cache-flush', fromMs: 1e300, toMs: null, bit: true };
    for (const timeline of [empty, { ...empty, faults: [far] }]) {
      const page = html({ ...samplePass(), timeline });
      expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
    }
  });

  it('stays under a megabyte with 10,000 violations in hundreds of findings', () => {
    const finding = { ...sampleListingFinding(50), count: 10_000 };
    const findings = Array.from({ length: 200 }, () => finding);
    const { timeline, verdict } = reportOf({ ...sampleLeak().verdict, findings });
    const marks = Array.from({ length: 200 }, (_, index) => ({ rule: finding.rule, atMs: index * 300, count: 50 }));
    const buckets = Array.from({ length: 600 }, (_, index) => timeline.buckets[index % 60] ?? timeline.buckets[0]);
    const full = { ...timeline, marks, buckets: buckets.filter((bucket) => bucket !== undefined) };
    const page = html({ verdict, timeline: full, repeat: 'npx crosstalk run' });
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
    expect(textOf(page)).toContain('170 more findings are in verdict.json');
  });
});
