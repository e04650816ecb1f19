// A finished run as spans, in the order of their worth, since an export may have to end early: the drill with its faults, what the
// findings rest on, then everything else.
import type { HistoryLine, Operation } from '../history.ts';
import { tracesOf } from '../tracing.ts';
import type { Verdict, Violation } from '../verdict.ts';
import { drillSpans } from './drill-spans.ts';
import { operationSpans } from './operation-spans.ts';
import type { Span } from './span.ts';

type Found = Pick<Verdict, 'findings' | 'hostileFindings'>;

export function* runSpans(lines: readonly HistoryLine[], verdict: Found): Generator<Span> {
  const run = lines.find((line) => line.t === 'run');
  if (run === undefined) return;
  const traceOf = tracesOf(run.id);
  // No operation is numbered 0.
  yield* drillSpans(lines, run, traceOf('drill'));
  const found = evidenceIn(verdict);
  const operations = lines.filter((line): line is Operation => line.t === 'operation');
  const spansOf = (op: Operation): Generator<Span> => operationSpans(op, traceOf(op.id), found.get(op.id) ?? []);
  for (const op of operations) if (found.has(op.id)) yield* spansOf(op);
  for (const op of operations) if (!found.has(op.id)) yield* spansOf(op);
}

/** By operation. A verdict keeps of each finding the first and a few examples. */
function evidenceIn({ findings, hostileFindings = [] }: Found): ReadonlyMap<string, readonly Violation[]> {
  const byOperation = new Map<string, Violation[]>();
  for (const { first, examples } of [...findings, ...hostileFindings])
    for (const violation of [first, ...examples])
      byOperation.set(violation.operation, [...(byOperation.get(violation.operation) ?? []), violation]);
  return byOperation;
}
