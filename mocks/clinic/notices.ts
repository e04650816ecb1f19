// Notices to patients: written into an outbox with what they are about, and handed to the mail provider a batch at a time. While it takes
// none they wait; a batch is leased, not locked, and a notice that is sent twice has the same id, so a node may die at any point.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from './database.ts';
import type { Addressee, Letter, MailClient } from './mail-client.ts';
import { type Rounds, startRounds } from './rounds.ts';
import type { Seams } from './seams.ts';

const lookEveryMs = 120;
const retryPauseMs = 60;
/** Well within the lease, also when the last attempt takes its whole time. */
const batchMaxMs = 2_000;

const claim = {
  name: 'notice-claim',
  text: `with due as (
      select id from notices where leased_until <= now() order by created_at limit 20 for update skip locked
    ), claimed as (
      update notices n set leased_until = now() + interval '4 seconds', lease = $1 from due where n.id = due.id
      returning n.id, n.patient_id, n.kind, n.consultation_id, n.title, n.created_at
    )
    select c.id, c.patient_id as "patientId", c.kind, c.consultation_id as "consultationId", c.title, p.email,
      p.given_name || ' ' || p.surname as name
    from claimed c join patients p on p.id = c.patient_id order by c.created_at`,
};

const settle = { name: 'notice-settle', text: 'delete from notices where id = any($1::uuid[])' };

const release = {
  name: 'notice-release',
  text: 'update notices set leased_until = now(), lease = null where lease = $1',
};

const inboxesToClose = {
  name: 'notice-inboxes-to-close',
  text: 'select patient_id as "patientId", email from closed_inboxes where $1::uuid is null or patient_id = $1 limit 20',
};

const inboxClosed = { name: 'notice-inbox-closed', text: 'delete from closed_inboxes where patient_id = $1' };

interface Row {
  readonly id: string;
  readonly patientId: string;
  readonly kind: 'booked' | 'recording-ready';
  readonly consultationId: string;
  readonly title: string;
  readonly email: string;
  readonly name: string;
}

export interface Notice {
  readonly addressee: Addressee;
  readonly letter: Letter;
}

/** What delivering a batch takes: sending one, and, after a failure, whether to wait and try again. */
export interface Post {
  /** True once this notice needs no more sending. */
  send(to: Addressee, letter: Letter): Promise<boolean>;
  mayRetry(): Promise<boolean>;
}

function noticeOf({ id, patientId, kind, consultationId, title, email, name }: Row): Notice {
  const [subject, what] =
    kind === 'booked'
      ? ['Your consultation is booked', `you have booked "${title}".`]
      : ['Your recording is ready', `the recording of "${title}" is ready to watch.`];
  const text = `Dear ${name},\n\n${what}\n\nConsultation ${consultationId}\n`;
  return { addressee: { noticeId: id, patientId, email }, letter: { subject, text } };
}

/** One after another, each until it has gone; answers the ids of those that have. */
export async function deliverInOrder(batch: readonly Notice[], post: Post): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const { addressee, letter } of batch) {
    while (!(await post.send(addressee, letter))) if (!(await post.mayRetry())) return gone;
    gone.push(addressee.noticeId);
  }
  return gone;
}

/** Closes the mailboxes of those who were erased, or of one of them. What fails is left for the next call. */
export async function closeInboxes(
  database: Database,
  mail: Pick<MailClient, 'closeInbox'>,
  patientId: string | null,
): Promise<void> {
  const left = await database.query<{ patientId: string; email: string }>(inboxesToClose, [patientId]);
  for (const closed of left) {
    await mail.closeInbox(closed.email, closed.patientId);
    await database.query(inboxClosed, [closed.patientId]);
  }
}

export interface NoticeRounds {
  stop(): Promise<void>;
}

export function startNotices(database: Database, mail: MailClient, seams: Pick<Seams, 'deliverNotices'>): NoticeRounds {
  let stopped = false;

  function postUntil(endMs: number): Post {
    return {
      send: async (to, letter) => (await mail.send(to, letter)) !== 'failed',
      async mayRetry() {
        await pause(retryPauseMs);
        return !stopped && Date.now() < endMs;
      },
    };
  }

  async function deliver(): Promise<boolean> {
    const lease = randomUUID();
    const batch = (await database.query<Row>(claim, [lease])).map(noticeOf);
    if (batch.length === 0) return false;
    const gone = await seams.deliverNotices(batch, postUntil(Date.now() + batchMaxMs));
    await database.query(settle, [gone]);
    if (gone.length < batch.length) await database.query(release, [lease]);
    return gone.length > 0;
  }

  const rounds: readonly Rounds[] = [
    startRounds(lookEveryMs, deliver),
    startRounds(lookEveryMs * 4, async () => {
      await closeInboxes(database, mail, null);
      return false;
    }),
  ];
  return {
    async stop() {
      stopped = true;
      await Promise.all(rounds.map((each) => each.stop()));
    },
  };
}
