// The clinic's part in the traces of others: a request that came with a `traceparent` (W3C Trace Context) is a span of the process that
// served it, and is told of to a collector by OTLP's JSON over HTTP, where one is named. By hand and not by OpenTelemetry's SDK, which
// each of seven processes would load anew in every roll-out. What the collector does not take is lost, and holds up nobody.
import { randomBytes } from 'node:crypto';

export type SpanFacts = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface ServerSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** For whoever is asked on this request's behalf. */
  readonly traceparent: string;
  /** The first time counts. */
  end(name: string, status: number, facts: SpanFacts): void;
}

export interface Tracing {
  /** Undefined where the request is part of no trace. */
  open(traceparent: string | string[] | undefined): ServerSpan | undefined;
  /** What has ended so far is told, or given up. */
  flush(): Promise<void>;
}

const traceparentShape = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;
const spanCountMax = 4_000;
const spansPerPost = 400;
const flushEveryMs = 250;
const postMaxMs = 2_000;
const serverKind = 2;
const errorStatus = 2;

/** `collector`: where it takes traces, as in `http://127.0.0.1:4318/v1/traces`; null: nobody is told. */
export function openTracing(service: string, facts: SpanFacts, collector: string | null): Tracing {
  const resource = { attributes: attributesOf({ 'service.name': service, ...facts }) };
  const waiting: object[] = [];
  let posting: Promise<void> | undefined;

  async function post(): Promise<void> {
    while (waiting.length > 0 && collector !== null) {
      const spans = waiting.splice(0, spansPerPost);
      const body = JSON.stringify({
        resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'clinic' }, spans }] }],
      });
      const headers = {
        'content-type': 'application/json',
        ...collectorHeaders(process.env.OTEL_EXPORTER_OTLP_HEADERS),
      };
      const signal = AbortSignal.timeout(postMaxMs);
      const answer = await fetch(collector, { method: 'POST', headers, body, signal }).catch(() => undefined);
      await answer?.body?.cancel().catch(() => {});
    }
  }

  function flush(): Promise<void> {
    posting ??= post().finally(() => {
      posting = undefined;
    });
    return posting;
  }

  if (collector !== null) setInterval(() => void flush(), flushEveryMs).unref();
  return {
    flush,
    open(traceparent) {
      const [, traceId, parentSpanId, flags] = traceparentShape.exec(String(traceparent)) ?? [];
      if (traceId === undefined) return undefined;
      const spanId = randomBytes(8).toString('hex');
      const startTimeUnixNano = nowNanoseconds();
      let ended = false;
      return {
        traceId,
        spanId,
        traceparent: `00-${traceId}-${spanId}-${flags}`,
        end(name, status, told) {
          if (ended || collector === null || waiting.length >= spanCountMax) return;
          ended = true;
          waiting.push({
            traceId,
            spanId,
            parentSpanId,
            name,
            kind: serverKind,
            startTimeUnixNano,
            endTimeUnixNano: nowNanoseconds(),
            attributes: attributesOf({ 'http.response.status_code': status, ...told }),
            status: status >= 500 ? { code: errorStatus } : {},
          });
        },
      };
    },
  };
}

/** As OpenTelemetry has them in the environment: `name=value,name=value`, the values percent-encoded. */
function collectorHeaders(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const nowNanoseconds = (): string =>
  String(BigInt(Math.round((performance.timeOrigin + performance.now()) * 1_000)) * 1_000n);

function attributesOf(facts: SpanFacts): object[] {
  return Object.entries(facts).flatMap(([key, value]): object[] => {
    if (value === undefined) return [];
    if (typeof value === 'number') return [{ key, value: { intValue: String(value) } }];
    if (typeof value === 'string') return [{ key, value: { stringValue: value } }];
    return [{ key, value: { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } } }];
  });
}
