// The clinic's way to its mail provider. Each call has a time limit, and a message may be sent again: its id makes it the same one.
import { Agent, request } from 'undici';
import type { MailPlace } from './messages.ts';

export interface Addressee {
  /** The notice that this delivery settles. */
  readonly noticeId: string;
  readonly patientId: string;
  readonly email: string;
}

export interface Letter {
  readonly subject: string;
  readonly text: string;
}

export interface MailClient {
  /** `no-mailbox`: the addressee is gone, and need not be tried again. `failed`: not now. */
  send(to: Addressee, letter: Letter): Promise<'accepted' | 'no-mailbox' | 'failed'>;
  /** Answers where the mailbox can be read. Throws when the provider does not answer. */
  openInbox(email: string, patientId: string, password: string): Promise<string>;
  closeInbox(email: string, patientId: string): Promise<void>;
  close(): Promise<void>;
}

/** A letter that is late is sent again. */
const letterMaxMs = 1_500;
/** A mailbox is opened or closed once: whoever waits for it has no other. */
const inboxMaxMs = 5_000;
const connectionCountMax = 8;

export function createMailClient({ port, secret }: MailPlace): MailClient {
  const dispatcher = new Agent({ connections: connectionCountMax, pipelining: 1 });
  const base = `http://127.0.0.1:${port}`;

  async function call(method: 'POST' | 'PUT' | 'DELETE', path: string, maxMs: number, body?: unknown): Promise<number> {
    const answer = await request(base + path, {
      method,
      dispatcher,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: maxMs,
      bodyTimeout: maxMs,
    });
    await answer.body.dump();
    return answer.statusCode;
  }

  async function demand(what: string, status: Promise<number>): Promise<void> {
    const got = await status;
    if (got !== 204) throw new Error(`the mail provider answered ${got} when asked to ${what}`);
  }

  return {
    async send({ noticeId, patientId, email }, letter) {
      const message = { id: noticeId, holder: patientId, to: email, ...letter };
      const status = await call('POST', '/messages', letterMaxMs, message).catch(() => 503);
      return status === 202 ? 'accepted' : status === 404 ? 'no-mailbox' : 'failed';
    },
    async openInbox(email, patientId, password) {
      const path = `/inboxes/${encodeURIComponent(email)}`;
      await demand(`open the mailbox of ${email}`, call('PUT', path, inboxMaxMs, { holder: patientId, password }));
      return base + path;
    },
    async closeInbox(email, patientId) {
      const path = `/inboxes/${encodeURIComponent(email)}?holder=${encodeURIComponent(patientId)}`;
      await demand(`close the mailbox of ${email}`, call('DELETE', path, inboxMaxMs));
    },
    close: () => dispatcher.close(),
  };
}
