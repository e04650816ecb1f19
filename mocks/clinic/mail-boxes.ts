// The mail provider's mailboxes, in memory: each belongs to one holder, takes messages for that holder alone, and opens with its password.
import { createHash, timingSafeEqual } from 'node:crypto';

export interface Message {
  /** The sender's own; the same message sent again is the same message. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly sentAt: string;
}

export interface Mailboxes {
  /** Opens it empty, whoever held it before. False when there is no room for more. */
  open(email: string, holder: string, password: string): boolean;
  /** With all that is in it. Someone else's, or none, is left as it is. */
  close(email: string, holder: string): void;
  /** False when this holder has no such mailbox. */
  accept(holder: string, message: Message): boolean;
  /** Oldest first; undefined when there is no such mailbox or the password is wrong. */
  read(email: string, password: string): readonly Message[] | undefined;
}

interface Mailbox {
  readonly holder: string;
  readonly passwordHash: Buffer;
  readonly messages: Message[];
  /** Of those that are gone from it as well. */
  readonly acceptedIds: string[];
}

const mailboxCountMax = 100_000;
const messageCountMax = 50;
const acceptedIdCountMax = 500;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export function createMailboxes(): Mailboxes {
  const boxes = new Map<string, Mailbox>();
  const keyOf = (email: string): string => email.toLowerCase();
  return {
    open(email, holder, password) {
      if (boxes.size >= mailboxCountMax && !boxes.has(keyOf(email))) return false;
      boxes.set(keyOf(email), { holder, passwordHash: digest(password), messages: [], acceptedIds: [] });
      return true;
    },
    close(email, holder) {
      if (boxes.get(keyOf(email))?.holder === holder) boxes.delete(keyOf(email));
    },
    accept(holder, message) {
      const box = boxes.get(keyOf(message.to));
      if (box?.holder !== holder) return false;
      if (box.acceptedIds.includes(message.id)) return true;
      box.acceptedIds.push(message.id);
      box.messages.push(message);
      box.acceptedIds.splice(0, box.acceptedIds.length - acceptedIdCountMax);
      box.messages.splice(0, box.messages.length - messageCountMax);
      return true;
    },
    read(email, password) {
      const box = boxes.get(keyOf(email));
      const good = box !== undefined && timingSafeEqual(box.passwordHash, digest(password));
      return good ? [...box.messages] : undefined;
    },
  };
}
