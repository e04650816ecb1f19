import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Collector, startCollector } from './collector-under-test.ts';
import { exportSpans, tracesUrl } from './export.ts';
import type { Span } from './span.ts';

let collector: Collector;
afterEach(async () => {
  vi.unstubAllEnvs();
  await collector?.close();
});

const span = (change: Partial<Span> = {}): Span => ({
  traceId: '1'.repeat(32),
  spanId: '2'.repeat(16),
  name: 'view-history',
  kind: 'internal',
  startedAt: 1_795_000_000_000.25,
  endedAt: 1_795_000_000_012.5,
  attributes: {},
  events: [],
  ...change,
});
const spans = (count: number): Span[] => Array.from({ length: count }, () => span());
const asked = (more = {}) => ({ collector: collector.url, run: 'r', ...more });

describe('an export', () => {
  it('arrives as it was: ids, times, kind, attributes, events and what was wrong', async () => {
    collector = await startCollector();
    const sent = span({
      parentSpanId: '3'.repeat(16),
      kind: 'client',
      attributes: { text: 'é', whole: -7, flag: true, list: ['1', '2'], none: undefined },
      events: [{ name: 'crosstalk.violation', at: 1_795_000_000_005, attributes: { rule: 'foreign-listing' } }],
      error: 'foreign-listing',
    });
    expect(await exportSpans([sent], asked())).toEqual({ spanCount: 1, problem: null });
    expect(collector.requests).toMatchObject([{ path: '/v1/traces' }]);
    expect(collector.spans).toEqual([
      {
        service: 'crosstalk',
        resource: { 'service.name': 'crosstalk', 'service.instance.id': 'r', 'crosstalk.run': 'r' },
        traceId: sent.traceId,
        spanId: sent.spanId,
        parentSpanId: sent.parentSpanId,
        name: 'view-history',
        kind: 3,
        start: 1_795_000_000_000_250_000n,
        end: 1_795_000_000_012_500_000n,
        attributes: { text: 'é', whole: -7, flag: true, list: ['1', '2'] },
        events: [{ name: 'crosstalk.violation', attributes: { rule: 'foreign-listing' } }],
        status: { code: 2, message: 'foreign-listing' },
      },
    ]);
  });

  it('is sent in batches, of texts that are not endless', async () => {
    collector = await startCollector();
    const long = span({ name: 'n'.repeat(5_000), attributes: { text: 'x'.repeat(5_000) } });
    expect(await exportSpans([...spans(1_200), long], asked())).toEqual({ spanCount: 1_201, problem: null });
    expect(collector.requests.map(({ spanCount }) => spanCount)).toEqual([512, 512, 177]);
    expect(collector.spans.at(-1)?.name).toHaveLength(1_000);
    expect(collector.spans.at(-1)?.attributes.text).toHaveLength(1_000);
  });

  it('sends the headers of the environment, and tells neither them nor the address’s query when it is refused', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-key=open-sesame-123');
    collector = await startCollector((request) => (request === 1 ? 200 : 401));
    const { spanCount, problem } = await exportSpans(spans(1_100), asked({ collector: `${collector.url}?k=hush` }));
    expect(collector.requests.map(({ headers }) => headers['x-key'])).toEqual(Array(2).fill('open-sesame-123'));
    expect(spanCount).toBe(512);
    expect(problem).toMatch(/\(512 were\): it answered 401\. The verdict stands.*crosstalk report/);
    expect(problem).not.toMatch(/sesame|hush/);
  });

  it('ends within its time at a collector that never answers, and at one that is not there', async () => {
    collector = await startCollector(() => null);
    const silent = await exportSpans(spans(3), asked({ batchMaxMs: 200 }));
    expect(silent).toMatchObject({ spanCount: 0, problem: expect.stringContaining('not all spans could be sent') });
    const gone = await exportSpans(spans(3), asked({ collector: 'http://127.0.0.1:1', batchMaxMs: 5_000 }));
    expect(gone.problem).toContain('ECONNREFUSED');
    const late = await exportSpans(spans(3), asked({ exportMaxMs: -1 }));
    expect(late.problem).toContain('it took more than');
  });
});

it.each([
  ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
  ['https://otlp.example/tempo/', 'https://otlp.example/tempo/v1/traces'],
  ['https://otlp.example/v1/traces?k=1', 'https://otlp.example/v1/traces?k=1'],
])('%s leads to %s', (collector, url) => {
  expect(tracesUrl(collector)).toBe(url);
});
