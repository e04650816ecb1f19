// A recording's thumbnail, for whoever may play the recording, once `mayPlay` has let it pass.
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, Refusal } from './http.ts';
import { thumbnailKey } from './objects.ts';
import type { Handler } from './services.ts';
import { hastenThumbnail } from './thumbnail-jobs.ts';

/** Whoever looks while it is still to be drawn waits for it a while. */
const waitRoundMs = 100;
const waitRoundsMax = 30;

export const recordingThumbnail: Handler = async (services, exchange): Promise<Answer> => {
  await services.seams.mayPlay(services, exchange, 'thumbnail');
  const key = thumbnailKey(exchange.id.toLowerCase());
  let object = await services.objects.open(key);
  if (object === undefined) {
    await services.database.query(hastenThumbnail, [exchange.id]);
    for (let round = 0; round < waitRoundsMax && object === undefined && !exchange.signal.aborted; round++) {
      await pause(waitRoundMs);
      object = await services.objects.open(key);
    }
  }
  if (object === undefined) throw new Refusal(404, 'no-thumbnail', 'this recording has no thumbnail, or none yet');
  const headers = { 'content-type': 'image/jpeg', 'content-length': String(object.sizeBytes) };
  return { status: 200, headers, file: { handle: object.handle, from: 0, to: object.sizeBytes - 1 } };
};
