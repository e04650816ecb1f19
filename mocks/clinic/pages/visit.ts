// The visit: a consultation while it lies ahead, is held, and has been held. Joining and cancelling are forms; what was recorded of a part
// goes up by script, as bytes, the way the call's recorder sends it. What state it is in, the server says.
import { attendConsultation, cancelConsultation } from '../consultations.ts';
import { Refusal } from '../http.ts';
import { personalPage, postedForm, seeOther } from './handling.ts';
import { type Html, html, momentText, wordFor } from './html.ts';

interface Visit {
  readonly title: string;
  readonly note: string;
  readonly startsAt: string;
  readonly modality: string;
  readonly clinician: string;
  readonly status: string;
  readonly segment: number | null;
  readonly isStoring: boolean;
}

const findVisit = {
  name: 'page-visit',
  text: `select c.title, c.note, to_char(c.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startsAt", c.modality,
      c.clinician, c.status, c.segment,
      exists (select 1 from recordings r where r.consultation_id = c.id and r.status = 'processing') as "isStoring"
    from consultations c where c.id = $1 and c.patient_id = $2`,
};

function step(id: string, name: string, label: string, look = ''): Html {
  return html`<form method="post" action="/me/consultations/${id}/visit"><button name="step" value="${name}" class="${look}">${label}</button></form>`;
}

function callControls(id: string, segment: number | null): Html {
  const toVideo =
    segment === 0
      ? html`<button type="button" data-upload="/me/consultations/${id}/switch-call">Switch to video</button>`
      : null;
  return html`<div class="call" data-call="${id}">
<p>You are in the call${segment === 1 ? ', with video' : null}.</p>
<label for="recording">Recording of this part</label><input id="recording" type="file" accept="video/webm,.webm">
<p><button type="button" class="quiet" data-record hidden>Record with this camera</button></p>
<div class="row">${toVideo}<button type="button" data-upload="/me/consultations/${id}/end-call">End call</button></div>
<noscript><p>Switching and ending a call need script.</p></noscript>
</div>`;
}

function controls(id: string, { status, segment }: Visit): Html | null {
  if (status === 'booked')
    return html`<div class="row">${step(id, 'join', 'Join')}${step(id, 'cancel', 'Cancel this consultation', 'quiet')}</div>`;
  return status === 'in-call' ? callControls(id, segment) : null;
}

export const visitPage = personalPage(async (services, exchange) => {
  const { id, context } = exchange;
  const [visit] = await services.database.query<Visit>(findVisit, [id, context.current().patientId]);
  if (visit === undefined) throw new Refusal(404, 'no-such-consultation', 'you have no such consultation');
  return {
    title: visit.title,
    body: html`<dl class="facts" id="${id}">
<dt>When</dt><dd><time datetime="${visit.startsAt}">${momentText(visit.startsAt)}</time></dd>
<dt>How</dt><dd>${wordFor(visit.modality)}</dd>
<dt>With</dt><dd>${visit.clinician}</dd>
<dt>State</dt><dd>${wordFor(visit.status)}</dd>
<dt>Note</dt><dd>${visit.note}</dd>
</dl>
<p role="status" data-storing>${visit.isStoring ? 'The recording is being stored.' : null}</p>
${controls(id, visit)}`,
  };
});

export const takeVisitStep = postedForm(async (services, exchange, form) => {
  const chosen = form.get('step');
  if (chosen === 'join') {
    await attendConsultation(services, exchange);
    return seeOther(exchange.path);
  }
  if (chosen !== 'cancel') throw new Refusal(400, 'bad-field', 'the step of a visit is "join" or "cancel"');
  await cancelConsultation(services, exchange);
  return seeOther('/me/rewatch');
});
