// What a patient was part of, with what was recorded of it: one's own, and that of whoever has shared theirs. The list links to a page
// for each recording; with script it plays beside whatever page is open.

import type { ShownRecording } from '../history.ts';
import { ownHistory, type ShownConsultation, type ShownHistory, sharedHistory } from '../history.ts';
import { playableBy } from '../recording-right.ts';
import { personalPage } from './handling.ts';
import { type Html, html, momentText, wordFor } from './html.ts';
import type { Content } from './layout.ts';

const pictureWidthPixels = 160;

function recordingItem(one: ShownRecording): Html {
  if (one.status !== 'ready') return html`<li>${one.fileName} is still being stored.</li>`;
  return html`<li><img src="${one.thumbnailHref}" alt="First picture of ${one.fileName}" width="${pictureWidthPixels}">
<a class="play" href="/me/rewatch/recordings/${one.id}" data-content="${one.href}">Play ${one.fileName}</a></li>`;
}

function consultationArticle(one: ShownConsultation, isOwn: boolean): Html {
  const isOpen = isOwn && (one.status === 'booked' || one.status === 'in-call');
  const visit = isOpen ? html`<p><a href="/me/consultations/${one.id}/visit">Open ${one.title}</a></p>` : null;
  const recordings = one.recordings.length === 0 ? null : html`<ul>${one.recordings.map(recordingItem)}</ul>`;
  return html`<article id="${one.id}" aria-labelledby="title-${one.id}">
<h2 id="title-${one.id}">${one.title}</h2>
<p class="facts"><time datetime="${one.startsAt}">${momentText(one.startsAt)}</time>, ${wordFor(one.modality)}, ${one.clinician} (${wordFor(one.status)})</p>
<p>${one.note}</p>${visit}${recordings}
</article>`;
}

function historyContent(history: ShownHistory, path: string, isOwn: boolean): Content {
  const { patient, consultations, next } = history;
  const list =
    consultations.length === 0
      ? html`<p>There are no consultations yet.</p>`
      : html`${consultations.map((one) => consultationArticle(one, isOwn))}`;
  const earlier =
    next === null
      ? null
      : html`<p><a rel="next" href="${path}?cursor=${encodeURIComponent(next)}">Earlier consultations</a></p>`;
  return {
    title: `Rewatch: ${patient.name}`,
    body: html`<div data-owner="${patient.id}">${list}</div>${earlier}`,
  };
}

export const rewatchPage = personalPage(async (services, exchange) =>
  historyContent(await ownHistory(services, exchange), '/me/rewatch', true),
);

export const sharedRewatchPage = personalPage(async (services, exchange) => {
  const isOwn = exchange.id === exchange.context.current().patientId;
  return historyContent(await sharedHistory(services, exchange), exchange.path, isOwn);
});

export const recordingPage = personalPage(async (services, exchange) => {
  const viewerId = exchange.context.current().patientId;
  const { title, fileName } = await playableBy(services, viewerId, exchange.id);
  return {
    title: fileName,
    body: html`<p>${title}</p>
<video controls preload="metadata" src="${services.links.make(exchange.id, viewerId, 'content')}" data-recording="${exchange.id}"></video>
<p><a href="/me/rewatch">Back to your consultations</a></p>`,
  };
});
