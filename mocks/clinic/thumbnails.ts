// A recording's thumbnail, for whoever may play the recording, once `mayPlay` has let it pass.
import { stat } from 'node:fs/promises';
import { type Answer, Refusal } from './http.ts';
import { thumbnailKey } from './objects.ts';
import type { Handler } from './services.ts';

export const recordingThumbnail: Handler = async (services, exchange): Promise<Answer> => {
  await services.seams.mayPlay(services, exchange, 'thumbnail');
  const path = services.objects.pathOf(thumbnailKey(exchange.id.toLowerCase()));
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) throw new Refusal(404, 'no-thumbnail', 'this recording has no thumbnail, or none yet');
  const headers = { 'content-type': 'image/jpeg', 'content-length': String(size) };
  return { status: 200, headers, file: { path, from: 0, to: size - 1 } };
};
