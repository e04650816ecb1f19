// Booking by form. A token in the form is its idempotency key: sent twice, it is the same booking.
import { randomUUID } from 'node:crypto';
import { bookFor } from '../consultations.ts';
import { authenticate } from '../sessions.ts';
import { upcomingSlots } from '../slots.ts';
import { personalPage, postedForm, seeOther } from './handling.ts';
import { html, momentText } from './html.ts';

const fileNameLengthMax = 120;

const modalities = [
  ['video', 'Video'],
  ['phone', 'Phone'],
  ['in-person', 'In person'],
] as const;

/** What the call's recording will be called. */
export function fileNameFor(title: string): string {
  const plain = title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return `${plain.slice(0, fileNameLengthMax) || 'consultation'}.webm`;
}

export const bookPage = personalPage(async () => {
  const slots = upcomingSlots('video').map(
    ({ startsAt }, index) =>
      html`<label><input type="radio" name="startsAt" value="${startsAt}" required${index === 0 ? html` checked` : null}> ${momentText(startsAt)}</label>`,
  );
  const ways = modalities.map(
    ([value, name]) =>
      html`<label><input type="radio" name="modality" value="${value}" required${value === 'video' ? html` checked` : null}> ${name}</label>`,
  );
  return {
    title: 'Book a consultation',
    body: html`<form method="post" action="/me/book" class="stacked">
<input type="hidden" name="key" value="${randomUUID()}">
<fieldset class="choices"><legend>When</legend>${slots}</fieldset>
<fieldset class="choices"><legend>How</legend>${ways}</fieldset>
<label for="title">What is it about?</label><input id="title" name="title" maxlength="500" required autocomplete="off">
<label for="note">Note for the clinician</label><textarea id="note" name="note" rows="4" maxlength="4000" required></textarea>
<button>Book</button>
</form>`,
  };
});

export const takeBooking = postedForm(async (services, exchange, form) => {
  await authenticate(services, exchange);
  const { key, ...fields } = Object.fromEntries(form);
  const booking = { ...fields, fileName: fileNameFor(form.get('title') ?? '') };
  const { body } = await bookFor(services, exchange, booking, key || null);
  return seeOther(`/me/consultations/${body.id}/visit`);
});
