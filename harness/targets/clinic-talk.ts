// How one speaks to the reference clinic: tokens that travel in headers, lists and streams and what is remembered of them.
// No `node:` module: it runs inside k6.
import { z } from 'zod';
import { keepLastEvent, keepToken, send as sendWithToken, verdictOf } from './talk.ts';
import type { ActionResult, HttpRequest, HttpResponse, SessionContext } from './target.ts';

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

/** The clinic rotates a bearer session's token now and then, and says so in a header. */
export async function send(
  session: SessionContext,
  request: HttpRequest,
): Promise<{ response: HttpResponse; sessionValues: readonly string[] }> {
  const response = await sendWithToken(session, request);
  const rotated = response.header('x-session-token');
  return { response, sessionValues: rotated ? keepToken(session, rotated) : [] };
}

export async function say(session: SessionContext, request: HttpRequest): Promise<ActionResult> {
  const { response, sessionValues } = await send(session, request);
  return { ...verdictOf(response), sessionValues };
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
  keepLastEvent(session, text);
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
