// A span as data: what is told of one thing that took time, before any library or protocol has a say in it.

export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface SpanEvent {
  readonly name: string;
  readonly at: number;
  readonly attributes: Attributes;
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent: the first of its trace. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** `client`: a request that the deployment may have served with a span of its own. */
  readonly kind: 'internal' | 'client';
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  /** What was wrong with it. */
  readonly error?: string;
}
