// For tests: reads protobuf's wire format and OTLP's trace messages in it (opentelemetry-proto, trace/v1), as a collector does and without
// the library that wrote them.

type Field = readonly [number: number, value: bigint | Buffer];

export interface ReceivedSpan {
  readonly service: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: the first of its trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** As in OTLP: 1 internal, 2 server, 3 client. */
  readonly kind: number;
  /** Nanoseconds since the epoch. */
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  /** 2: an error. */
  readonly status: { readonly code: number; readonly message: string };
}

function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('a number without an end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('a field that is longer than its message');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const wireType = Number(key & 7n);
    const number = Number(key >> 3n);
    if (wireType === 0) fields.push([number, varint()]);
    else if (wireType === 1) fields.push([number, take(8).readBigUInt64LE()]);
    else if (wireType === 2) fields.push([number, take(Number(varint()))]);
    else if (wireType === 5) fields.push([number, BigInt(take(4).readUInt32LE())]);
    else throw new Error(`wire type ${wireType}`);
  }
  return fields;
}

const all = (fields: readonly Field[], number: number): Buffer[] =>
  fields.flatMap(([of, value]) => (of === number && Buffer.isBuffer(value) ? [value] : []));
const bytesOf = (fields: readonly Field[], number: number): Buffer => all(fields, number)[0] ?? Buffer.alloc(0);
const textOf = (fields: readonly Field[], number: number): string => bytesOf(fields, number).toString('utf8');
const numberOf = (fields: readonly Field[], number: number): bigint => {
  const found = fields.find(([of]) => of === number)?.[1];
  return typeof found === 'bigint' ? found : 0n;
};

function anyOf(any: Buffer): unknown {
  const [[kind, value] = [0, 0n]] = fieldsOf(any);
  if (kind === 1) return String(value);
  if (kind === 2) return value === 1n;
  if (kind === 3) return Number(BigInt.asIntN(64, value as bigint));
  if (kind === 4) return new Float64Array(new BigUint64Array([value as bigint]).buffer)[0];
  return all(fieldsOf(value as Buffer), 1).map(anyOf);
}

function attributesOf(fields: readonly Field[], number: number): Record<string, unknown> {
  const pairs = all(fields, number).map(fieldsOf);
  return Object.fromEntries(pairs.map((pair) => [textOf(pair, 1), anyOf(bytesOf(pair, 2))]));
}

/** The spans of an ExportTraceServiceRequest. */
export function spansOfProtobuf(request: Buffer): ReceivedSpan[] {
  return all(fieldsOf(request), 1)
    .map(fieldsOf)
    .flatMap((resourceSpans) => {
      const resource = attributesOf(fieldsOf(bytesOf(resourceSpans, 1)), 1);
      const spans = all(resourceSpans, 2).flatMap((scopeSpans) => all(fieldsOf(scopeSpans), 2));
      return spans.map((span) => spanOf(fieldsOf(span), resource));
    });
}

function spanOf(span: readonly Field[], resource: Readonly<Record<string, unknown>>): ReceivedSpan {
  const status = fieldsOf(bytesOf(span, 15));
  return {
    service: String(resource['service.name']),
    resource,
    traceId: bytesOf(span, 1).toString('hex'),
    spanId: bytesOf(span, 2).toString('hex'),
    parentSpanId: bytesOf(span, 4).toString('hex'),
    name: textOf(span, 5),
    kind: Number(numberOf(span, 6)),
    start: numberOf(span, 7),
    end: numberOf(span, 8),
    attributes: attributesOf(span, 9),
    events: all(span, 11)
      .map(fieldsOf)
      .map((event) => ({ name: textOf(event, 2), attributes: attributesOf(event, 3) })),
    status: { code: Number(numberOf(status, 3)), message: textOf(status, 2) },
  };
}

interface JsonValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly JsonValue[] };
}
interface JsonAttribute {
  readonly key: string;
  readonly value: JsonValue;
}
interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly JsonAttribute[];
  readonly status?: { readonly code?: number; readonly message?: string };
}
interface JsonRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly JsonAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[];
  }[];
}

const plain = ({ stringValue, intValue, boolValue, arrayValue }: JsonValue): unknown =>
  stringValue ?? boolValue ?? (intValue === undefined ? arrayValue?.values.map(plain) : Number(intValue));
const record = (attributes: readonly JsonAttribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));

/** The same, of OTLP's JSON. */
export function spansOfJson(request: string): ReceivedSpan[] {
  return (JSON.parse(request) as JsonRequest).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const of = record(resource.attributes);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        service: String(of['service.name']),
        resource: of,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        name: span.name,
        kind: span.kind,
        start: BigInt(span.startTimeUnixNano),
        end: BigInt(span.endTimeUnixNano),
        attributes: record(span.attributes),
        events: [],
        status: { code: span.status?.code ?? 0, message: span.status?.message ?? '' },
      })),
    );
  });
}
