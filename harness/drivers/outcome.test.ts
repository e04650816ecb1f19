import { describe, expect, it } from 'vitest';
import type { ActionResult } from '../targets/target.ts';
import { outcomeOf } from './outcome.ts';

const returns = (value: unknown) => outcomeOf(async () => value as ActionResult, { fn: 'watch' });

describe('outcomeOf', () => {
  it('takes what an action returns', async () => {
    expect(await returns({ outcome: 'ok', listedIds: ['a'], sessionValues: ['t'], complete: true })).toEqual({
      facts: { outcome: 'ok', listedIds: ['a'], complete: true },
      sessionValues: ['t'],
    });
  });

  it.each([
    [undefined, 'it returned undefined'],
    [null, 'it returned null'],
    [{ status: 200, body: 'Jane Doe' }, 'it returned { status, body }'],
    [{ outcome: 'ok', sessionValues: [undefined] }, 'sessionValues of undefined'],
    [{ outcome: 'ok', listedIds: [42] }, 'listedIds of number'],
    [{ outcome: 'ok', createdIds: 'x' }, 'createdIds of string'],
  ])('makes %j an adapter error that names the shape and no value', async (value, message) => {
    const { facts } = await returns(value);
    expect(facts.outcome).toBe('adapter-error');
    expect(facts.detail).toContain(message);
    expect(facts.detail).not.toContain('Jane');
  });
});
