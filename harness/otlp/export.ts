// Sends spans to a collector by OpenTelemetry's own exporter (OTLP over HTTP, protobuf), batch after batch, each with a time limit and all
// of them too. Nothing here throws: a collector that is away, slow or wrong is a sentence for the report.
import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { Attributes, Span, SpanEvent } from './span.ts';

export interface Exported {
  readonly spanCount: number;
  /** Why not all were sent; null: all were. */
  readonly problem: string | null;
}

export interface ExportOptions {
  /** A collector's address, to which OTLP's own path is added; or with that path. */
  readonly collector: string;
  readonly run: string;
  /** By default OTEL_EXPORTER_OTLP_TIMEOUT, else ten seconds. */
  readonly batchMaxMs?: number | undefined;
  readonly exportMaxMs?: number;
}

type SdkSpan = Parameters<OTLPTraceExporter['export']>[0][number];

const spansPerBatch = 512;
const textLettersMax = 1_000;
const tracesPath = '/v1/traces';

export async function exportSpans(spans: Iterable<Span>, options: ExportOptions): Promise<Exported> {
  const { collector, run, batchMaxMs, exportMaxMs = 300_000 } = options;
  const endsAt = Date.now() + exportMaxMs;
  let spanCount = 0;
  try {
    const { send, convert, close } = await openExporter(tracesUrl(collector), run, batchMaxMs);
    try {
      for (const batch of batchesOf(spans)) {
        if (Date.now() > endsAt) throw new Error(`it took more than ${exportMaxMs / 1_000} s`);
        await send(batch.map(convert));
        spanCount += batch.length;
      }
    } finally {
      await close();
    }
    return { spanCount, problem: null };
  } catch (error) {
    return { spanCount, problem: problemOf(error, collector, spanCount) };
  }
}

/** Loaded only where something is exported. */
async function openExporter(url: string, run: string, timeoutMillis: number | undefined) {
  const [{ OTLPTraceExporter }, { resourceFromAttributes }, { SpanKind, SpanStatusCode, TraceFlags }] =
    await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-proto'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/api'),
    ]);
  // The rest it reads by itself, by the standard's names: OTEL_EXPORTER_OTLP_HEADERS, _COMPRESSION, _CERTIFICATE.
  const exporter = new OTLPTraceExporter({ url, ...(timeoutMillis !== undefined && { timeoutMillis }) });
  const resource = resourceFromAttributes({
    'service.name': 'crosstalk',
    'service.instance.id': run,
    'crosstalk.run': run,
  });
  const context = (traceId: string, spanId: string) => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });
  return {
    send: (spans: SdkSpan[]): Promise<void> =>
      new Promise((resolve, reject) => {
        exporter.export(spans, ({ code, error }) =>
          code === 0 ? resolve() : reject(error ?? new Error('no reason given')),
        );
      }),
    convert: (span: Span): SdkSpan => ({
      name: bounded(span.name),
      kind: span.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
      spanContext: () => context(span.traceId, span.spanId),
      ...(span.parentSpanId !== undefined && { parentSpanContext: context(span.traceId, span.parentSpanId) }),
      startTime: timeOf(span.startedAt),
      endTime: timeOf(span.endedAt),
      duration: timeOf(span.endedAt - span.startedAt),
      ended: true,
      status:
        span.error === undefined
          ? { code: SpanStatusCode.UNSET }
          : { code: SpanStatusCode.ERROR, message: bounded(span.error) },
      attributes: attributesOf(span.attributes),
      events: span.events.map(eventOf),
      links: [],
      resource,
      instrumentationScope: { name: 'crosstalk' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    }),
    close: () => exporter.shutdown(),
  };
}

function* batchesOf(spans: Iterable<Span>): Generator<Span[]> {
  let batch: Span[] = [];
  for (const span of spans) {
    batch.push(span);
    if (batch.length < spansPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

export function tracesUrl(collector: string): string {
  const url = new URL(collector);
  if (!url.pathname.endsWith(tracesPath)) url.pathname = `${url.pathname.replace(/\/$/, '')}${tracesPath}`;
  return url.href;
}

/** Seconds and nanoseconds. */
function timeOf(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.floor((ms - seconds * 1_000) * 1_000_000)];
}

const eventOf = ({ name, at, attributes }: SpanEvent): SdkSpan['events'][number] => ({
  name,
  time: timeOf(at),
  attributes: attributesOf(attributes),
});

/** What a target said may stand in them. */
const bounded = (text: string): string => text.slice(0, textLettersMax);

function attributesOf(attributes: Attributes): SdkSpan['attributes'] {
  const entries = Object.entries(attributes).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value === 'string') return [[name, bounded(value)]];
    return [[name, typeof value === 'object' ? value.slice(0, 50).map(bounded) : value]];
  });
  return Object.fromEntries(entries);
}

/** Only what can hold no secret of it: a query may be a key, and a collector may repeat our headers. */
function problemOf(error: unknown, collector: string, spanCount: number): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const why = typeof code === 'number' ? `it answered ${code}` : typeof code === 'string' ? code : message;
  const { origin, pathname } = new URL(collector);
  return `not all spans could be sent to the collector at ${origin}${pathname} (${spanCount} were): ${String(why).slice(0, 200)}. The verdict stands; once it answers, send them with: npx crosstalk report <run> --otlp <url>`;
}
