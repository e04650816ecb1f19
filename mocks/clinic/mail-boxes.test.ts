import { expect, test } from 'vitest';
import { createMailboxes, type Message } from './mail-boxes.ts';

const message = (id: string, to = 'a@example.test'): Message => ({
  id,
  to,
  subject: 'S',
  text: `text of ${id}`,
  sentAt: '2031-03-01T09:00:00.000Z',
});
const idsOf = (messages: readonly Message[] | undefined) => messages?.map(({ id }) => id);

test('a mailbox takes each message once, for its holder, and opens with its password', () => {
  const boxes = createMailboxes();
  boxes.open('A@example.test', 'holder', 'secret');
  for (const id of ['1', '2', '1']) expect(boxes.accept('holder', message(id))).toBe(true);
  expect(boxes.accept('other', message('3'))).toBe(false);
  expect(boxes.accept('holder', message('3', 'b@example.test'))).toBe(false);
  expect(idsOf(boxes.read('a@example.test', 'secret'))).toEqual(['1', '2']);
  expect(boxes.read('a@example.test', 'wrong')).toBeUndefined();
  expect(boxes.read('b@example.test', 'secret')).toBeUndefined();
});

test('closed or opened anew it is empty, and only its holder’s closing closes it', () => {
  const boxes = createMailboxes();
  boxes.open('a@example.test', 'first', 'secret');
  boxes.accept('first', message('1'));
  boxes.open('a@example.test', 'second', 'other secret');
  boxes.close('a@example.test', 'first');
  expect(boxes.accept('first', message('1'))).toBe(false);
  expect(boxes.read('a@example.test', 'other secret')).toEqual([]);
  boxes.close('a@example.test', 'second');
  expect(boxes.read('a@example.test', 'other secret')).toBeUndefined();
});

test('only the last fifty messages are kept', () => {
  const boxes = createMailboxes();
  boxes.open('a@example.test', 'holder', 'secret');
  for (let index = 1; index <= 60; index += 1) boxes.accept('holder', message(String(index)));
  expect(boxes.accept('holder', message('1'))).toBe(true);
  const kept = idsOf(boxes.read('a@example.test', 'secret'));
  expect([kept?.length, kept?.at(0), kept?.at(-1)]).toEqual([50, '11', '60']);
});
