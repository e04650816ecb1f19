// Live events: what happens to a patient's consultations, on whichever instance, is pushed to the streams that they hold open here.
// Each instance looks into the event table while anybody listens to it, so that no notification can be lost with a connection; and it
// asks whether a stream's session is still good each time before it tells that stream anything.
import type { Database } from './database.ts';
import { Refusal } from './http.ts';
import { createLiveStream, type LiveEvent, type LiveStreamStart, type StreamDesk } from './live-streams.ts';
import { startRounds } from './rounds.ts';
import type { Exchange, Handler } from './services.ts';
import { authenticate } from './sessions.ts';

const lookEveryMs = 60;
const streamCountMax = 500;
const eventCountMax = 500;
/** A statement may be committed a little after the moment that its event bears. */
const lateCommitUs = 2_000_000;
const forMsMax = 5_000;
const replayForUs = 30_000_000;
const replayCountMax = 20;

const streamType = { 'content-type': 'text/event-stream' };

const columns = `select id, at_us as "atUs", patient_id as "patientId", kind, consultation_id as "consultationId", title from events`;

const recentEvents = {
  name: 'live-recent',
  text: `${columns} where at_us > $1 and patient_id = any($2::uuid[]) order by at_us limit ${eventCountMax}`,
};

const missedEvents = {
  name: 'live-missed',
  text: `${columns} where patient_id = $1 and at_us > $2 order by at_us desc limit ${replayCountMax}`,
};

const goodSessions = {
  name: 'live-good-sessions',
  text: `select id from sessions where id = any($1::uuid[]) and revoked_at is null and created_at > now() - interval '12 hours'`,
};

export interface Live {
  readonly desk: StreamDesk;
  readonly closing: () => boolean;
  /** Ends every stream: this instance is about to go. */
  close(): Promise<void>;
}

const nowUs = (): number => Date.now() * 1_000;

/** The driver gives a bigint as text; these are well below 2^53. */
async function eventsOf(
  database: Database,
  statement: typeof recentEvents,
  values: readonly unknown[],
): Promise<readonly LiveEvent[]> {
  const rows = await database.query<LiveEvent>(statement, values);
  return rows.map((row) => ({ ...row, atUs: Number(row.atUs) }));
}

export function startLive(database: Database, desk: StreamDesk): Live {
  const routed = new Map<string, number>();
  let fromUs = nowUs();
  let closed = false;

  async function endRevoked(): Promise<void> {
    const sessionIds = new Set(desk.all().map((stream) => stream.sessionId));
    const good = await database.query<{ id: string }>(goodSessions, [[...sessionIds]]);
    for (const { id } of good) sessionIds.delete(id);
    for (const stream of desk.all()) if (sessionIds.has(stream.sessionId)) stream.end();
  }

  function route(event: LiveEvent): void {
    if (routed.has(event.id)) return;
    routed.set(event.id, event.atUs);
    for (const stream of desk.streamsOf(event.patientId)) stream.send(event);
  }

  async function look(): Promise<boolean> {
    const listening = [...new Set(desk.all().map((stream) => stream.patientId))];
    const startedUs = nowUs();
    if (listening.length > 0) {
      const events = await eventsOf(database, recentEvents, [fromUs - lateCommitUs, listening]);
      // Asked after the events were read: what is told to a session happened while it was good.
      await endRevoked();
      for (const event of events) route(event);
    }
    fromUs = startedUs;
    for (const [id, atUs] of routed) if (atUs < fromUs - 2 * lateCommitUs) routed.delete(id);
    return false;
  }

  const rounds = startRounds(lookEveryMs, look);
  return {
    desk,
    closing: () => closed,
    async close() {
      closed = true;
      for (const stream of desk.all()) stream.end();
      await rounds.stop();
    },
  };
}

function forMsOf(text: string | null): number {
  const forMs = Number(text ?? forMsMax);
  if (Number.isInteger(forMs) && forMs > 0 && forMs <= forMsMax) return forMs;
  throw new Refusal(400, 'bad-field', `forMs is a whole number from 1 to ${forMsMax}`);
}

/** What was missed since then, at most half a minute ago; only what is to come without it. */
function afterUsOf(place: string | undefined): number {
  const afterUs = Number(place ?? '');
  return Number.isInteger(afterUs) && afterUs > 0 ? Math.max(afterUs, nowUs() - replayForUs) : nowUs();
}

function placeIn({ request, query }: Exchange): string | undefined {
  const lastEventId = request.headers['last-event-id'];
  return typeof lastEventId === 'string' ? lastEventId : (query.get('after') ?? undefined);
}

export const listenLive: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const { database, live } = services;
  const forMs = forMsOf(exchange.query.get('forMs'));
  // A page's own first stream goes on from when the page was made.
  const place = placeIn(exchange);
  const afterUs = afterUsOf(place);
  const { patientId, sessionId, name } = exchange.context.current();
  if (live.closing() || live.desk.all().length >= streamCountMax)
    throw new Refusal(503, 'no-streams', 'no further stream can be opened here: try again');
  const left: LiveStreamStart['left'] = (stream, how) => live.desk.leave(stream, how);
  const { stream, body } = createLiveStream({ patientId, sessionId, name, afterUs, forMs, left });
  live.desk.enter(stream);
  if (place === undefined) return { status: 200, headers: streamType, stream: body };
  try {
    const missed = await eventsOf(database, missedEvents, [patientId, afterUs]);
    for (const event of [...missed].reverse()) stream.send(event);
    return { status: 200, headers: streamType, stream: body };
  } catch (error) {
    body.destroy();
    throw error;
  }
};
