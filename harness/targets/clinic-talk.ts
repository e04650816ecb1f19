// How one speaks to the reference clinic: tokens that travel in headers, lists and streams and what is remembered of them.
// No `node:` module: it runs inside k6.
import { z } from 'zod';
import { verdictOf } from '../logins/authorized.ts';
import type { ActionResult, HttpResponse, SessionContext } from './target.ts';

export const history = z.object({
  consultations: z.array(
    z.object({
      id: z.string(),
      recordings: z.array(z.object({ id: z.string(), status: z.string(), href: z.string().nullish() })),
    }),
  ),
  next: z.string().nullable(),
});

/** A clinician's list of a day: as a history, and whole. */
export const day = history.pick({ consultations: true });

const liveEvent = z.object({ consultation: z.object({ id: z.string() }) });

/** Bearer sessions send their token; the clinic rotates it now and then and says so in a header. */
export async function send(
  session: SessionContext,
  request: Parameters<SessionContext['http']['request']>[0],
): Promise<{ response: HttpResponse; sessionValues: string[] }> {
  // A link may lead to another host, which has no business with the token.
  const token = request.url.startsWith('/') ? session.memory.get('token') : undefined;
  const headers = { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) };
  const response = await session.http.request({ ...request, headers });
  const rotated = response.header('x-session-token');
  if (rotated && rotated !== token) session.memory.set('token', rotated);
  return { response, sessionValues: rotated ? [rotated] : [] };
}

export async function say(session: SessionContext, request: Parameters<typeof send>[1]): Promise<ActionResult> {
  const { response, sessionValues } = await send(session, request);
  return { ...verdictOf(response), sessionValues };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const consultationId = (session: SessionContext, item: number): string | undefined =>
  session.memory.get(`consultation ${item}`);

/** Acts on a consultation that this session booked; it may have none, when the booking failed. */
export async function onConsultation(
  session: SessionContext,
  item: number,
  act: (id: string) => Promise<ActionResult>,
): Promise<ActionResult> {
  const id = consultationId(session, item);
  return id ? act(id) : { outcome: 'failed', detail: `consultation ${item} was not booked in this session` };
}

type Listed = z.infer<typeof history>;

/** Remembers what can be played and where the next page begins. */
export function takeList(session: SessionContext, { consultations, next }: Listed): readonly string[] {
  session.playable = consultations.flatMap(({ recordings }) => recordings.flatMap(({ href }) => href ?? []));
  if (next === null) session.memory.delete('cursor');
  else session.memory.set('cursor', next);
  return consultations.flatMap(({ id, recordings }) => [id, ...recordings.map((recording) => recording.id)]);
}

/** The consultations that the frames of a stream told of; `memory` keeps where to go on. */
export function takeEvents(session: SessionContext, text: string): readonly string[] {
  const [lastId] = [...text.matchAll(/^id: ?(.+)$/gm)].slice(-1);
  if (lastId?.[1] !== undefined) session.memory.set('last event', lastId[1]);
  return [...text.matchAll(/^data: ?(\{.*"consultation".*\})$/gm)].flatMap(([, data = '']) => {
    const event = liveEvent.safeParse(parsed(data));
    return event.success ? [event.data.consultation.id] : [];
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

export function hrefsOfPage(html: string): string[] {
  return [...html.matchAll(/\s(?:src|data-content)="(\/recordings\/[^"]+\/content[^"]*)"/g)].map((match) =>
    (match[1] ?? '').replaceAll('&amp;', '&'),
  );
}
