// Mechanism: a batch of notices is two lists, of addressees and of letters, taken from in step. When the provider refuses one, the
// addressee is tried again, but their letter has been put back behind the others, so they are sent the next one's, and so on.
// Trigger: the provider is down while several patients have notices waiting, and comes back. A single notice has no next one's letter
// to be given.
// Must ring: foreign-identity and foreign-listing, in the mailbox.
// Incident: Kaiser 2000 (a backlog of e-mail went to other members' addresses); OpenAI 2023 had such e-mails too.
import type { Notice, Post } from '../notices.ts';
import { type Bug, everywhere } from './bug.ts';

async function deliverNotices(batch: readonly Notice[], post: Post): Promise<readonly string[]> {
  const gone: string[] = [];
  const addressees = batch.map((notice) => notice.addressee);
  const letters = batch.map((notice) => notice.letter);
  for (let letter = letters.shift(); letter !== undefined; letter = letters.shift()) {
    const [addressee] = addressees;
    if (addressee === undefined) break;
    if (await post.send(addressee, letter)) {
      gone.push(addressee.noticeId);
      addressees.shift();
    } else {
      letters.push(letter);
      if (!(await post.mayRetry())) break;
    }
  }
  return gone;
}

export const noticeMisdirected: Bug = {
  id: 'notice-misdirected',
  incident: 'Kaiser Permanente, August 2000; OpenAI, 2023',
  link: 'https://www.computerworld.com.au/article/82704/kaiser_e-mail_glitch_leaks_private_info/',
  topologies: everywhere,
  seams: { deliverNotices },
};
