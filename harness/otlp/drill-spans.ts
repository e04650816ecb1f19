// The drill itself as one trace: its phases, and each fault from its injection to its healing, beside which the operations' traces
// can be laid by their times.
import type { FaultLine, HistoryLine } from '../history.ts';
import type { OperationTrace } from '../tracing.ts';
import type { Attributes, Span, SpanEvent } from './span.ts';

type RunLine = Extract<HistoryLine, { t: 'run' }>;
type PhaseLine = Extract<HistoryLine, { t: 'phase' }>;
/** All that a span of the drill does not share with the others. */
type Part = Pick<Span, 'name' | 'startedAt' | 'endedAt' | 'attributes' | 'events'> & {
  readonly error?: string | undefined;
};

export function* drillSpans(lines: readonly HistoryLine[], run: RunLine, trace: OperationTrace): Generator<Span> {
  const { traceId, spanIdOf } = trace;
  const spanId = spanIdOf(0);
  const endedAt = lines.reduce((last, line) => Math.max(last, timeOf(line)), run.startedAt);
  const drill = { 'crosstalk.seed': run.seed, 'crosstalk.driver': run.driver, 'crosstalk.target': run.target };
  const shared = { traceId, kind: 'internal' } as const;
  yield { ...shared, spanId, name: 'drill', startedAt: run.startedAt, endedAt, attributes: drill, events: [] };
  const parts = [...phasesOf(lines, endedAt), ...faultsOf(lines, endedAt)];
  for (const [index, { error, ...part }] of parts.entries())
    yield {
      ...shared,
      ...part,
      spanId: spanIdOf(index + 1),
      parentSpanId: spanId,
      ...(error !== undefined && { error }),
    };
}

function timeOf(line: HistoryLine): number {
  if (line.t === 'operation') return line.endedAt;
  return 'at' in line ? line.at : 0;
}

function phasesOf(lines: readonly HistoryLine[], lastAt: number): Part[] {
  const all = lines.filter((line): line is PhaseLine => line.t === 'phase');
  const began = all.filter(({ event }) => event === 'began');
  return began.map(({ phase, at }) => {
    const end = all.find((line) => line.phase === phase && line.event === 'ended');
    return {
      name: `phase ${phase}`,
      startedAt: at,
      endedAt: end?.at ?? lastAt,
      attributes: { 'crosstalk.cut_short': end?.cutShort },
      events: [],
      error: end === undefined ? 'it never ended' : end.failed,
    };
  });
}

function faultsOf(lines: readonly HistoryLine[], lastAt: number): Part[] {
  const byId = new Map<string, FaultLine[]>();
  for (const line of lines) if (line.t === 'fault') byId.set(line.id, [...(byId.get(line.id) ?? []), line]);
  return [...byId].map(([id, events]) => {
    const [first] = events as [FaultLine];
    const healed = events.find(({ event }) => event === 'healed');
    return {
      name: `fault ${first.kind}`,
      startedAt: first.at,
      endedAt: healed?.at ?? lastAt,
      attributes: { ...namesOf(id, first), 'crosstalk.fault.bit': events.some(({ event }) => event === 'proved') },
      events: events.map(eventOf),
      error: healed === undefined ? 'it was not healed' : events.find(({ event }) => event === 'failed')?.proof,
    };
  });
}

const namesOf = (id: string, { kind, hostile, outage }: FaultLine): Attributes => ({
  'crosstalk.fault.id': id,
  'crosstalk.fault.kind': kind,
  'crosstalk.fault.hostile': hostile,
  'crosstalk.fault.outage': outage,
});

const eventOf = ({ event, at, proof }: FaultLine): SpanEvent => ({
  name: event,
  at,
  attributes: { 'crosstalk.fault.proof': proof },
});
