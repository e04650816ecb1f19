import { expect, test } from 'vitest';
import type { StoredAnswer } from './edge-cache.ts';
import { createFlights } from './edge-flights.ts';

function answerOf(text: string): StoredAnswer {
  return { status: 200, headers: {}, body: Buffer.from(text) };
}

/** An origin whose answers this test lets go, and that remembers who was called off. */
function heldOrigin() {
  const release: ((answer: StoredAnswer) => void)[] = [];
  const signals: AbortSignal[] = [];
  return {
    release,
    signals,
    fetchAnswer: (signal: AbortSignal) =>
      new Promise<StoredAnswer>((resolve, reject) => {
        release.push(resolve);
        signals.push(signal);
        signal.addEventListener('abort', () => reject(new Error('called off')));
      }),
  };
}

const staying = new AbortController().signal;

test('equal requests share the answer that is under way, later ones ask again', async () => {
  const flights = createFlights();
  const origin = heldOrigin();
  const both = [flights.join('/a', staying, origin.fetchAnswer), flights.join('/a', staying, origin.fetchAnswer)];
  const other = flights.join('/b', staying, origin.fetchAnswer);
  expect(origin.release).toHaveLength(2);
  origin.release[0]?.(answerOf('a'));
  origin.release[1]?.(answerOf('b'));
  expect((await Promise.all(both)).map((answer) => answer.body.toString())).toEqual(['a', 'a']);
  expect((await other).body.toString()).toBe('b');
  const later = flights.join('/a', staying, origin.fetchAnswer);
  origin.release[2]?.(answerOf('a2'));
  expect((await later).body.toString()).toBe('a2');
});

test('it is called off only when the last who waited has left, and nobody joins it then', async () => {
  const flights = createFlights();
  const origin = heldOrigin();
  const leavers = [new AbortController(), new AbortController()];
  const waits = leavers.map((leaver) => flights.join('/a', leaver.signal, origin.fetchAnswer));
  leavers[0]?.abort();
  expect(origin.signals[0]?.aborted).toBe(false);
  leavers[1]?.abort();
  expect(origin.signals[0]?.aborted).toBe(true);
  const late = flights.join('/a', staying, origin.fetchAnswer);
  origin.release[1]?.(answerOf('new'));
  expect((await late).body.toString()).toBe('new');
  for (const wait of waits) await expect(wait).rejects.toThrow('called off');
});
