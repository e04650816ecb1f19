import { describe, expect, it } from 'vitest';
import { type HistoryBuilder, historyBuilder, judged, loadBeganAt, passingHistory } from '../checks/history-builder.ts';
import { tracesOf } from '../tracing.ts';
import type { Verdict } from '../verdict.ts';
import { runSpans } from './run-spans.ts';
import type { Span } from './span.ts';

const spansOf = (builder: HistoryBuilder, verdict: Pick<Verdict, 'findings'> = judged(builder)): Span[] => [
  ...runSpans(builder.lines, verdict),
];
const named = (spans: readonly Span[], name: string): Span => {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name} among ${spans.map((span) => span.name).join(', ')}`);
  return found;
};

const traceId = 'a'.repeat(32);
const spanId = 'b'.repeat(16);

describe('the spans of a run', () => {
  it('are the drill with its phases and fault windows, and each operation with its requests', () => {
    const spans = spansOf(passingHistory());
    const drill = named(spans, 'drill');
    expect(drill.endedAt).toBe(loadBeganAt + 12_000);
    expect(named(spans, 'phase load')).toMatchObject({ parentSpanId: drill.spanId, traceId: drill.traceId });
    expect(named(spans, 'fault flush-kind')).toMatchObject({
      parentSpanId: drill.spanId,
      startedAt: loadBeganAt + 1_000,
      endedAt: loadBeganAt + 2_000,
      attributes: { 'crosstalk.fault.id': 'flush', 'crosstalk.fault.bit': true },
      events: [{ name: 'injected' }, { name: 'proved' }, { name: 'healed' }],
    });
    const operation = named(spans, 'view-history');
    const [request] = spans.filter(({ parentSpanId }) => parentSpanId === operation.spanId);
    expect(request).toMatchObject({
      name: 'GET /me/history',
      kind: 'client',
      traceId: operation.traceId,
      attributes: { 'http.request.method': 'GET', 'url.template': '/me/history', 'http.response.status_code': 200 },
    });
    expect(spans.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(new Set(spans.map((span) => span.traceId + span.spanId)).size).toBe(spans.length);
  });

  it('are the same however often they are made', () => {
    expect(spansOf(passingHistory())).toEqual(spansOf(passingHistory()));
  });

  it('begin, after the drill, with what findings rest on, which is an error and says which', () => {
    const builder = passingHistory().does(1, 'view-history', { id: 's1/7', at: 9_000, sees: [[2, 'title']] });
    const spans = spansOf(builder);
    const [first, second] = spans.filter(({ traceId }) => traceId !== spans[0]?.traceId);
    expect(first).toMatchObject({
      traceId: tracesOf('test-run')('s1/7').traceId,
      error: 'foreign-listing',
      attributes: { 'crosstalk.operation': 's1/7', 'crosstalk.patient': 1 },
      events: [
        { name: 'crosstalk.violation', attributes: { 'crosstalk.rule': 'foreign-listing', 'crosstalk.owner': 2 } },
      ],
    });
    expect(second?.attributes['crosstalk.owners_sighted']).toEqual(['2']);
    expect(spans.filter(({ error }) => error !== undefined)).toEqual([first]);
  });

  it('have the ids that the requests carried; one in a trace of the adapter’s own begins there', () => {
    const ours = tracesOf('test-run')('s1/1').traceId;
    const builder = historyBuilder()
      .does(1, 'watch', { id: 's1/1', exchange: { traceId: ours, spanId } })
      .does(1, 'watch', { id: 's1/2', exchange: { traceId, spanId } });
    const [, one, oneRequest, two, twoRequest] = spansOf(builder);
    expect(oneRequest).toMatchObject({ traceId: ours, spanId, parentSpanId: one?.spanId });
    expect(twoRequest).toMatchObject({ traceId, spanId });
    expect(twoRequest).not.toHaveProperty('parentSpanId');
    expect(two?.traceId).not.toBe(traceId);
  });

  it('say what failed, was never healed, or never ended', () => {
    const builder = historyBuilder()
      .add({ v: 1, t: 'phase', phase: 'load', event: 'began', at: loadBeganAt })
      .add({ v: 1, t: 'fault', id: 'f1', kind: 'cache-down', event: 'injected', at: loadBeganAt })
      .does(1, 'watch', { exchange: { status: 0 } })
      .does(1, 'watch', { exchange: { status: 503 } });
    const errors = spansOf(builder).flatMap(({ name, error }) => (error === undefined ? [] : [[name, error]]));
    expect(errors).toEqual([
      ['phase load', 'it never ended'],
      ['fault cache-down', 'it was not healed'],
      ['GET /recordings/{id}/content', 'no answer'],
      ['GET /recordings/{id}/content', '503'],
    ]);
    expect([...runSpans([], judged(historyBuilder()))]).toEqual([]);
  });
});
