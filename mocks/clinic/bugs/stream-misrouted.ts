// Mechanism: the open streams stand in an array, and each patient's place in it is noted when the stream is opened. A stream that ends
// in its time leaves its place free for the next. One whose client went away is taken out by the error handler, and everybody behind it
// moves up by one; the notes stay as they are, so that from then on each of their events goes to the neighbour's stream.
// Trigger: several listen on one instance, and one that came before others is cut off (reconnecting makes it worse); then anything
// happens to one of those others. Nobody cut off: never.
// Must ring: foreign-listing, in a pushed frame. Incident: Twitter 2017-18, events of one account to another's webhook.
import type { LiveStream, StreamDesk } from '../live-streams.ts';
import { type Bug, everywhere } from './bug.ts';

function openStreamDesk(): StreamDesk {
  const open: (LiveStream | undefined)[] = [];
  const places = new Map<LiveStream, number>();
  const isOpen = (stream: LiveStream | undefined): stream is LiveStream => stream !== undefined;
  return {
    enter(stream) {
      const free = open.indexOf(undefined);
      const place = free < 0 ? open.length : free;
      open[place] = stream;
      places.set(stream, place);
    },
    leave(stream, how) {
      places.delete(stream);
      const place = open.indexOf(stream);
      if (how === 'cut') open.splice(place, 1);
      else open[place] = undefined;
    },
    streamsOf(patientId) {
      const theirs = [...places].filter(([stream]) => stream.patientId === patientId);
      return theirs.map(([, place]) => open[place]).filter(isOpen);
    },
    all: () => open.filter(isOpen),
  };
}

export const streamMisrouted: Bug = {
  id: 'stream-misrouted',
  incident: 'Twitter, 2017-18',
  link: 'https://phonearena.com/news/Twitter-bug-shared-DMs-with-developers_id109118',
  topologies: everywhere,
  seams: { openStreamDesk },
};
