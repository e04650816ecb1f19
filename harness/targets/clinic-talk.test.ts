import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import { hrefsOfPage, takeEvents, takeList } from './clinic-talk.ts';
import type { SessionContext } from './target.ts';

const session = (): SessionContext => ({
  http: { request: () => Promise.reject(new Error('not in this test')) },
  origin: 'http://clinic.example',
  patient: patientIndex(0),
  account: {},
  accountOf: () => ({}),
  clinicianAccountOf: () => ({}),
  consultation: () => {
    throw new Error('not in this test');
  },
  recording: () => Promise.reject(new Error('not in this test')),
  memory: new Map(),
  playable: [],
  postedLink: null,
  signedIn: 'yes',
  issued: () => {},
});

describe('how one speaks to the clinic', () => {
  it('finds what a page can play: on the list by its links, on a recording’s own page by its video', () => {
    const link = '/recordings/r1/content?exp=1&amp;sig=s';
    const list = `<img src="/recordings/r1/thumbnail?exp=1"><a class="play" href="/me/rewatch/recordings/r1" data-content="${link}">`;
    for (const page of [list, `<video controls src="${link}"></video>`])
      expect(hrefsOfPage(page)).toEqual(['/recordings/r1/content?exp=1&sig=s']);
  });

  it('reads a stream frame by frame, and knows where to go on', () => {
    const reader = session();
    const frame = (id: number, consultation: string): string =>
      `id: ${id}\nevent: booked\ndata: {"consultation":{"id":"${consultation}","title":"t"}}\n\n`;
    const text = `event: hello\ndata: {"patient":{"id":"p","name":"n"}}\n\n${frame(7, 'c-1')}: still here\n\n${frame(9, 'c-2')}`;
    expect(takeEvents(reader, text)).toEqual(['c-1', 'c-2']);
    expect(reader.memory.get('last event')).toBe('9');
    expect(takeEvents(reader, 'event: hello\ndata: {"patient":{"id":"p","name":"n"}}\n\n')).toEqual([]);
    expect(reader.memory.get('last event')).toBe('9');
  });

  it('remembers what can be played and the next page, and forgets a page that is not there', () => {
    const reader = session();
    const recordings = [
      { id: 'r-1', status: 'ready', href: '/recordings/r-1/content' },
      { id: 'r-2', status: 'processing', href: null },
    ];
    expect(takeList(reader, { consultations: [{ id: 'c-1', recordings }], next: 'abc' })).toEqual([
      'c-1',
      'r-1',
      'r-2',
    ]);
    expect(reader.playable).toEqual(['/recordings/r-1/content']);
    expect(reader.memory.get('cursor')).toBe('abc');
    takeList(reader, { consultations: [], next: null });
    expect(reader.memory.has('cursor')).toBe(false);
  });
});
