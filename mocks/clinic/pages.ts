// The pages a person sees. Everything that comes from data is escaped; nothing personal is on a public page.

import { ownHistory, type ShownConsultation } from './history.ts';
import type { Answer } from './http.ts';
import type { Handler } from './services.ts';
import { authenticate, renewIfSignedIn } from './sessions.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><link rel="stylesheet" href="/assets/clinic.css"></head>
<body><header><a href="/">Reference clinic</a></header><main><h1>${escapeHtml(title)}</h1>
${body}
</main></body></html>`;
}

function html(body: string, cacheControl?: string): Answer {
  const caching = cacheControl === undefined ? {} : { 'cache-control': cacheControl };
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', ...caching }, body };
}

function consultationItem(consultation: ShownConsultation): string {
  const videos = consultation.recordings.map((one) =>
    one.status === 'ready'
      ? `<figure><video controls preload="none" src="${escapeHtml(one.href)}"></video><figcaption>${escapeHtml(one.fileName)}: ${escapeHtml(one.title)}</figcaption></figure>`
      : `<p>${escapeHtml(one.fileName)} is still being stored.</p>`,
  );
  return `<li id="${escapeHtml(consultation.id)}"><h2>${escapeHtml(consultation.title)}</h2>
<p><time datetime="${escapeHtml(consultation.startsAt)}">${escapeHtml(consultation.startsAt)}</time>, ${escapeHtml(consultation.modality)}, ${escapeHtml(consultation.clinician)} (${escapeHtml(consultation.status)})</p>
<p>${escapeHtml(consultation.note)}</p>${videos.join('')}</li>`;
}

export const rewatchPage: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const history = await ownHistory(services, exchange);
  const list = history.consultations.map(consultationItem).join('\n');
  const more =
    history.next === null
      ? ''
      : `<a rel="next" href="/me/rewatch?cursor=${escapeHtml(history.next)}">Earlier consultations</a>`;
  return html(
    page(
      `Rewatch: ${history.patient.name}`,
      `<ol data-patient="${escapeHtml(history.patient.id)}">${list}</ol>${more}`,
    ),
  );
};

export const homePage: Handler = async (services, exchange) => {
  await renewIfSignedIn(services, exchange);
  return html(page('Reference clinic', '<p>Book, attend and rewatch consultations.</p>'), 'public, max-age=2');
};

export const stylesheet: Handler = async () => ({
  status: 200,
  headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=60' },
  body: 'body{font:1rem/1.5 system-ui;margin:2rem auto;max-width:48rem}video{width:20rem}li{margin-bottom:2rem}',
});

const clinicians = ['Dr Hale', 'Dr Moss', 'Dr Quill'];
const slotLengthMs = 15 * 60_000;

export const slots: Handler = async (services, exchange) => {
  await renewIfSignedIn(services, exchange);
  const modality = exchange.query.get('modality') ?? 'video';
  const first = Math.ceil(Date.now() / slotLengthMs) * slotLengthMs;
  const list = Array.from({ length: 12 }, (_, index) => ({
    id: `${modality.slice(0, 10)}-${first + index * slotLengthMs}`,
    startsAt: new Date(first + index * slotLengthMs).toISOString(),
    clinician: clinicians[index % clinicians.length],
  }));
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=2' };
  return { status: 200, headers, body: JSON.stringify({ slots: list }) };
};
