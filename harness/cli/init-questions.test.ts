import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { openQuestions } from './init-questions.ts';

const notDigits = (answer: string): string | null => (/^\d+$/.test(answer) ? null : `"${answer}" is no number`);

it('asks until an answer can be used, and takes what stands in brackets for an empty one', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const questions = openQuestions(input, output);
  const answer = questions.ask('How many?', '', notDigits);
  input.write('many\n');
  setImmediate(() => input.write(' 7 \n'));
  expect(await answer).toBe('7');
  const proposed = questions.ask('And now?', '8', notDigits);
  input.write('\n');
  expect(await proposed).toBe('8');
  questions.close();
  expect(String(output.read())).toContain('"many" is no number\n');
});

it('says that nothing was written when there are no answers any more', async () => {
  const input = new PassThrough();
  const answer = openQuestions(input, new PassThrough()).ask('How many?', '');
  input.end();
  await expect(answer).rejects.toThrow(/no answer; nothing was written/);
});
