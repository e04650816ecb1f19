// One operation as a trace: a span for it and one for each of its requests, under the ids that the requests carried, so that the
// deployment's own spans hang below. What was found in it is an event, and makes it an error.
import type { Exchange, Operation } from '../history.ts';
import type { OperationTrace } from '../tracing.ts';
import type { RuleId, Violation } from '../verdict.ts';
import type { Span, SpanEvent } from './span.ts';

const warnings: ReadonlySet<RuleId> = new Set(['latent', 'missing-own']);

export function* operationSpans(
  op: Operation,
  trace: OperationTrace,
  violations: readonly Violation[],
): Generator<Span> {
  const { traceId } = trace;
  const spanId = trace.spanIdOf(0);
  const leaks = violations.filter(({ rule }) => !warnings.has(rule)).map(({ rule }) => rule);
  yield {
    traceId,
    spanId,
    name: op.action,
    kind: 'internal',
    startedAt: op.startedAt,
    endedAt: op.endedAt,
    attributes: attributesOf(op),
    events: violations.map(eventOf),
    ...(leaks.length > 0 && { error: [...new Set(leaks)].join(', ') }),
  };
  for (const [index, exchange] of op.exchanges.entries()) yield exchangeSpan(exchange, index, trace);
}

function attributesOf(op: Operation): Span['attributes'] {
  return {
    'crosstalk.operation': op.id,
    'crosstalk.session': op.session,
    'crosstalk.scenario': op.scenario,
    'crosstalk.patient': op.patient ?? undefined,
    'crosstalk.clinician': op.clinician,
    'crosstalk.item': op.item,
    'crosstalk.outcome': op.outcome,
    'crosstalk.signed_in': op.signedIn,
    'crosstalk.barrier': op.barrier,
    'crosstalk.after_abort': op.afterAbort,
    'crosstalk.alarm': op.alarm,
  };
}

function eventOf(violation: Violation): SpanEvent {
  return {
    name: 'crosstalk.violation',
    at: violation.at,
    attributes: {
      'crosstalk.rule': violation.rule,
      'crosstalk.owner': violation.owner,
      'crosstalk.seen': violation.item,
      'crosstalk.reach': violation.reach,
      'crosstalk.where': violation.where,
      'crosstalk.encoding': violation.encoding,
      'crosstalk.window': violation.window,
      'crosstalk.faults_open': violation.faultsOpen,
      'crosstalk.faults_healed_before': violation.healedBefore,
      'crosstalk.request_id': violation.requestId ?? undefined,
      'url.template': violation.route,
    },
  };
}

/** One that an adapter put into a trace of its own is the first there that we know of. A look at a page asked for nothing. */
function exchangeSpan(exchange: Exchange, index: number, { traceId, spanIdOf }: OperationTrace): Span {
  const { channel, method, route, startedAt, ms, status } = exchange;
  const isOurs = exchange.traceId === undefined || exchange.traceId === traceId;
  const error =
    channel === undefined && (status === 0 || status >= 400) ? (status === 0 ? 'no answer' : `${status}`) : null;
  return {
    traceId: exchange.traceId ?? traceId,
    // No request was ever numbered below zero.
    spanId: exchange.spanId ?? spanIdOf(-1 - index),
    ...(isOurs && { parentSpanId: spanIdOf(0) }),
    name: channel === undefined ? `${method} ${route}` : `look at ${channel} of ${route}`,
    kind: channel === undefined ? 'client' : 'internal',
    startedAt,
    endedAt: startedAt + ms,
    attributes: {
      ...(channel === undefined && {
        'http.request.method': method,
        'http.response.status_code': status === 0 ? undefined : status,
        'http.response.body.size': exchange.bodyBytes,
        'error.type': error ?? undefined,
      }),
      'url.template': route,
      'crosstalk.node': exchange.node,
      'crosstalk.version': exchange.version,
      'crosstalk.request_id': exchange.requestId,
      'crosstalk.connection': exchange.connection,
      'crosstalk.partial': exchange.partial,
      'crosstalk.owners_sighted': [...new Set(exchange.sightings.map(({ owner }) => `${owner}`))],
    },
    events: [],
    ...(error !== null && { error }),
  };
}
