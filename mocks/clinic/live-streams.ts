// A stream of live events as the clinic holds it open, and the desk that knows which streams are whose.
import { Readable } from 'node:stream';

export interface LiveEvent {
  readonly id: string;
  /** Microseconds since 1970; the frame's id, by which a stream that was cut says how far it got. */
  readonly atUs: number;
  readonly patientId: string;
  readonly kind: 'booked' | 'cancelled' | 'recording-ready';
  readonly consultationId: string;
  readonly title: string;
}

export interface LiveStream {
  readonly patientId: string;
  readonly sessionId: string;
  /** An event that it has had, or that is older than it asked for, is dropped. */
  send(event: LiveEvent): void;
  /** Ends it in good order. */
  end(): void;
}

export interface StreamDesk {
  enter(stream: LiveStream): void;
  /** `cut`: its client went away before it had ended. */
  leave(stream: LiveStream, how: 'ended' | 'cut'): void;
  streamsOf(patientId: string): readonly LiveStream[];
  all(): readonly LiveStream[];
}

/** Streams under the patient who opened them. */
export function openStreamDesk(): StreamDesk {
  const streams = new Map<string, Set<LiveStream>>();
  return {
    enter(stream) {
      const theirs = streams.get(stream.patientId) ?? new Set();
      streams.set(stream.patientId, theirs.add(stream));
    },
    leave(stream) {
      const theirs = streams.get(stream.patientId);
      theirs?.delete(stream);
      if (theirs?.size === 0) streams.delete(stream.patientId);
    },
    streamsOf: (patientId) => [...(streams.get(patientId) ?? [])],
    all: () => [...streams.values()].flatMap((theirs) => [...theirs]),
  };
}

const unreadBytesMax = 64 * 1024;

function frame(event: string, data: unknown, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

export interface LiveStreamStart {
  readonly patientId: string;
  readonly sessionId: string;
  readonly name: string;
  readonly afterUs: number;
  readonly forMs: number;
  readonly left: (stream: LiveStream, how: 'ended' | 'cut') => void;
}

/** Its body begins with a greeting, and ends after `forMs`, when told to, or when its client reads too slowly. */
export function createLiveStream(start: LiveStreamStart): { readonly stream: LiveStream; readonly body: Readable } {
  const { patientId, sessionId, name, afterUs, forMs, left } = start;
  const body = new Readable({ read: () => {} });
  const sent = new Set<string>();
  let ended = false;
  const stream: LiveStream = {
    patientId,
    sessionId,
    send(event) {
      if (ended || body.destroyed || event.atUs <= afterUs || sent.has(event.id)) return;
      sent.add(event.id);
      body.push(frame(event.kind, { consultation: { id: event.consultationId, title: event.title } }, event.atUs));
      if (body.readableLength > unreadBytesMax) stream.end();
    },
    end() {
      if (ended || body.destroyed) return;
      ended = true;
      body.push(null);
    },
  };
  const timer = setTimeout(() => stream.end(), forMs);
  body.once('close', () => {
    clearTimeout(timer);
    left(stream, ended ? 'ended' : 'cut');
  });
  body.push(frame('hello', { patient: { id: patientId, name } }));
  return { stream, body };
}
