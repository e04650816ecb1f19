// A recording's thumbnail, for whoever may play the recording, once `mayPlay` has let it pass.
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, Refusal } from './http.ts';
import { thumbnailKey } from './objects.ts';
import type { Handler } from './services.ts';
import { hastenThumbnail } from './thumbnail-jobs.ts';

/** Whoever looks while it is still to be drawn waits for it a while. */
const waitRoundMs = 100;
const waitRoundsMax = 30;

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    (found) => found.size,
    () => undefined,
  );

export const recordingThumbnail: Handler = async (services, exchange): Promise<Answer> => {
  await services.seams.mayPlay(services, exchange, 'thumbnail');
  const path = services.objects.pathOf(thumbnailKey(exchange.id.toLowerCase()));
  let size = await sizeOf(path);
  if (size === undefined) {
    await services.database.query(hastenThumbnail, [exchange.id]);
    for (let round = 0; round < waitRoundsMax && size === undefined && !exchange.signal.aborted; round++) {
      await pause(waitRoundMs);
      size = await sizeOf(path);
    }
  }
  if (size === undefined) throw new Refusal(404, 'no-thumbnail', 'this recording has no thumbnail, or none yet');
  const headers = { 'content-type': 'image/jpeg', 'content-length': String(size) };
  return { status: 200, headers, file: { path, from: 0, to: size - 1 } };
};
