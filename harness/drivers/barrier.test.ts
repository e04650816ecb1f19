import { describe, expect, it } from 'vitest';
import { barriers, barrierWaitMaxMs } from './barrier.ts';

const barrier = { name: 'b', parties: 3, atMs: 0 };

describe('barriers', () => {
  it('lets nobody on until the last has come', async () => {
    const { meet } = barriers(() => 0, new AbortController().signal);
    let passed = 0;
    const pass = () => meet(barrier).then(() => passed++);
    const first = [pass(), pass()];
    await new Promise((resolve) => setImmediate(resolve));
    expect(passed).toBe(0);
    await Promise.all([...first, pass()]);
    expect(passed).toBe(3);
  });

  it('opens without a party that never comes, and lets a late one on at once', async () => {
    const startedAt = performance.now();
    const { meet } = barriers(() => performance.now() - startedAt, new AbortController().signal);
    await Promise.all([meet(barrier), meet(barrier)]);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(barrierWaitMaxMs - 20);
    await meet(barrier);
  });

  it('opens when the run is aborted', async () => {
    const abort = new AbortController();
    const { meet } = barriers(() => 0, abort.signal);
    const waiting = meet(barrier);
    abort.abort();
    await waiting;
  });

  it('opens when the run is aborted before its time has come, and for those who come after', async () => {
    const abort = new AbortController();
    const { meet } = barriers(() => 0, abort.signal);
    const later = { name: 'later', parties: 1, atMs: 120_000 };
    const waiting = meet(later);
    setTimeout(() => abort.abort(), 20);
    await waiting;
    await meet({ ...later, name: 'after', parties: 2 });
  }, 5_000);
});
