import { expect, test } from 'vitest';
import { seamsWith } from './bugs/index.ts';
import { deliverInOrder, type Notice, type Post } from './notices.ts';

function batchOf(...names: readonly string[]): readonly Notice[] {
  return names.map((name) => ({
    addressee: { noticeId: name, patientId: name, email: `${name}@example.test` },
    letter: { subject: 'For', text: name },
  }));
}

/** Refuses the first so many; notes what was taken, as `addressee<letter`. */
function postAfter(refusalCount: number, retryCountMax = 100): { post: Post; taken: readonly string[] } {
  const taken: string[] = [];
  let refused = 0;
  let retried = 0;
  const post: Post = {
    async send(to, letter) {
      if (refused < refusalCount) {
        refused += 1;
        return false;
      }
      taken.push(`${to.noticeId}<${letter.text}`);
      return true;
    },
    async mayRetry() {
      retried += 1;
      return retried <= retryCountMax;
    },
  };
  return { post, taken };
}

test('each is sent to its own addressee, whatever was refused before, and what could not be sent is not gone', async () => {
  for (const refusalCount of [0, 1, 2, 5]) {
    const { post, taken } = postAfter(refusalCount);
    expect(await deliverInOrder(batchOf('a', 'b', 'c'), post)).toEqual(['a', 'b', 'c']);
    expect(taken).toEqual(['a<a', 'b<b', 'c<c']);
  }
  const { post, taken } = postAfter(5, 2);
  expect([await deliverInOrder(batchOf('a', 'b'), post), taken]).toEqual([[], []]);
});

test('with notice-misdirected a refusal shifts the letters, of several', async () => {
  const { deliverNotices } = seamsWith(['notice-misdirected']);
  const inOrder = postAfter(0);
  expect(await deliverNotices(batchOf('a', 'b', 'c'), inOrder.post)).toEqual(['a', 'b', 'c']);
  expect(inOrder.taken).toEqual(['a<a', 'b<b', 'c<c']);
  const shifted = postAfter(1);
  expect(await deliverNotices(batchOf('a', 'b', 'c'), shifted.post)).toEqual(['a', 'b', 'c']);
  expect(shifted.taken).toEqual(['a<b', 'b<c', 'c<a']);
  const single = postAfter(1);
  expect([await deliverNotices(batchOf('a'), single.post), single.taken]).toEqual([['a'], ['a<a']]);
});
