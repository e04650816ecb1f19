import { describe, expect, it } from 'vitest';
import { openBoard } from './board.ts';

describe('board', () => {
  it('gives a link that was posted before, and one that is posted while somebody waits', async () => {
    const board = openBoard(5_000);
    board.post('early', '/a');
    expect(await board.read('early')).toBe('/a');
    const waiting = [board.read('late'), board.read('late')];
    board.post('late', '/b');
    expect(await Promise.all(waiting)).toEqual(['/b', '/b']);
  });

  it('gives nothing once the wait is over, and the newest of several', async () => {
    const board = openBoard(20);
    expect(await board.read('never')).toBeNull();
    board.post('twice', '/a');
    board.post('twice', '/b');
    expect(await board.read('twice')).toBe('/b');
  });
});
