// Mechanism: the link is taken for the proof. Its signature says that we made it, so nobody is asked who plays it; it names no viewer and
// has no end, so it outlives every sign-out, withdrawal and change of mind.
// Trigger: a link is passed on to somebody else or to nobody signed in; or one's own is followed after signing out.
// Must ring: foreign-recording, anonymous, afterlife. Playing one's own link while signed in shows nothing.
// Incident: none named in public; the pattern is in every guide to signed addresses.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../http.ts';
import type { Links } from '../links.ts';
import type { PlayableRecording } from '../recording-right.ts';
import type { Seams } from '../seams.ts';
import { type Bug, everywhere } from './bug.ts';

function createEternalLinks(secret: string): Links {
  const sign = (recordingId: string): string => createHmac('sha256', secret).update(recordingId).digest('base64url');
  return {
    make: (recordingId, _viewerId, part) => `/recordings/${recordingId}/${part}?sig=${sign(recordingId)}`,
    check(recordingId, _viewerId, _part, query) {
      const [given, expected] = [Buffer.from(query.get('sig') ?? ''), Buffer.from(sign(recordingId))];
      return given.length === expected.length && timingSafeEqual(given, expected) ? 'good' : 'forged';
    },
  };
}

const findObject = {
  name: 'link-reuse-object',
  text: 'select object_key as "objectKey" from recordings where id = $1',
};

const mayPlay: Seams['mayPlay'] = async ({ database, links }, { id, query }, part) => {
  if (links.check(id, '', part, query) !== 'good')
    throw new Refusal(403, 'link-forged', 'this link is forged: take one from your history');
  const [recording] = await database.query<PlayableRecording>(findObject, [id]);
  if (recording === undefined) throw new Refusal(404, 'gone', 'this recording is not there any more');
  return recording;
};

export const linkReuse: Bug = {
  id: 'link-reuse',
  incident: 'signed addresses that are shared (library evidence)',
  link: null,
  topologies: everywhere,
  seams: { createLinks: createEternalLinks, mayPlay },
};
