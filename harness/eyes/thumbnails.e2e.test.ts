// Every code of every page is read, and none as somebody else's. The bench does the same more often and takes the time.
import { expect, it } from 'vitest';
import { benchEyes, thumbnailCount } from './bench.ts';

const loadCount = 12;

it('reads every thumbnail of a history page, and none wrongly', async () => {
  const measured = await benchEyes(loadCount);
  expect(measured).toMatchObject({
    expectedCount: loadCount * thumbnailCount,
    readCount: loadCount * thumbnailCount,
    misreadCount: 0,
  });
});
