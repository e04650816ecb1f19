// A patient is told "erased" only when nothing of theirs can be seen any more, their mailbox included.
import { expect, test } from 'vitest';
import type { Statement } from './database.ts';
import { eraseMe } from './identity.ts';
import type { Exchange, Services } from './services.ts';

const patient = {
  patientId: 'p',
  tokenId: 't',
  sessionId: 's',
  number: 1,
  accountNumber: 1,
  name: 'N',
  historyVersion: 1,
  consentVersion: 1,
};

/** A clinic in which one statement fails; the mailboxes that it has closed. */
function clinicWhere(fails: string) {
  const closed: string[] = [];
  const services = {
    database: {
      async query({ name }: Statement, values: readonly unknown[]) {
        if (name === fails) throw new Error('the connection was cut');
        if (name === 'session-check-token') return [{ historyVersion: 1, firstUse: false, rotationDue: false }];
        // Others wait to be closed too: more than are closed at a time.
        const all = [...Array.from({ length: 30 }, (_, index) => `other-${index}`), 'p'];
        const asked = all.filter((each) => values[0] === null || values[0] === each).slice(0, 20);
        return name === 'notice-inboxes-to-close' ? asked.map((each) => ({ patientId: each, email: each })) : [];
      },
    },
    sessions: { find: async () => patient },
    erasures: { record: async () => {} },
    objects: { remove: async () => {} },
    mail: { closeInbox: async (email: string) => void closed.push(email) },
    cache: { delete: async () => {} },
    seams: { historyKey: () => 'history' },
  } as unknown as Services;
  const request = { headers: { authorization: 'Bearer x' } };
  const context = { enter() {}, current: () => patient };
  const erase = () => eraseMe(services, { request, context, answerHeaders: {} } as unknown as Exchange);
  return { erase, closed };
}

test('the mailbox is closed before the answer, whoever else waits for theirs to be', async () => {
  const { erase, closed } = clinicWhere('none');
  expect((await erase()).status).toBe(204);
  expect(closed).toContain('p');
});

test('nobody is told so while the mailbox may still be open', async () => {
  const { erase, closed } = clinicWhere('notice-inboxes-to-close');
  await expect(erase()).rejects.toThrow('cut');
  expect(closed).toEqual([]);
});
