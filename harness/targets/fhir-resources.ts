// The harness's people and consultations as FHIR R4 resources. A consultation that is to come is an Appointment, one that was is an Encounter,
// its recording a DocumentReference or a Media whose attachment is a Binary. Safe inside k6.
import type { Consultation, Patient } from '../../fixtures/domain.ts';

export type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string };

/** Where recordings are looked for, and put. */
export type MediaType = 'DocumentReference' | 'Media';

const consultationMinutes = 10;

const endOf = (startsAt: string): string =>
  new Date(new Date(startsAt).getTime() + consultationMinutes * 60_000).toISOString();

/** By `act`: how a visit was held. */
const classOf = (modality: Consultation['modality']) => ({
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  code: modality === 'in-person' ? 'AMB' : 'VR',
});

export const patientOf = ({ surname, givenName, birthDate, email, telephone, nhsNumber }: Patient): Resource => ({
  resourceType: 'Patient',
  active: true,
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber }],
  name: [{ use: 'official', family: surname, given: [givenName] }],
  birthDate,
  telecom: [
    { system: 'email', value: email },
    { system: 'phone', value: telephone },
  ],
});

export const appointmentOf = (patientId: string, { title, note, startsAt }: Consultation): Resource => ({
  resourceType: 'Appointment',
  status: 'booked',
  description: title,
  comment: note,
  start: startsAt,
  end: endOf(startsAt),
  participant: [{ actor: { reference: `Patient/${patientId}` }, status: 'accepted' }],
});

export const encounterOf = (
  patientId: string,
  { title, note, startsAt, modality }: Consultation,
  more: { readonly status: 'in-progress' | 'finished'; readonly appointmentId?: string },
): Resource => ({
  resourceType: 'Encounter',
  status: more.status,
  class: classOf(modality),
  type: [{ text: title }],
  reasonCode: [{ text: note }],
  subject: { reference: `Patient/${patientId}` },
  period: { start: startsAt, ...(more.status === 'finished' && { end: endOf(startsAt) }) },
  ...(more.appointmentId && { appointment: [{ reference: `Appointment/${more.appointmentId}` }] }),
});

export function recordingOf(
  type: MediaType,
  patientId: string,
  { title, startsAt, fileName }: Consultation,
  at: { readonly binaryId: string; readonly encounterId: string },
): Resource {
  const attachment = { contentType: 'video/webm', title: fileName, url: `Binary/${at.binaryId}`, creation: startsAt };
  const subject = { reference: `Patient/${patientId}` };
  const encounter = { reference: `Encounter/${at.encounterId}` };
  if (type === 'Media')
    return {
      ...{ resourceType: 'Media', status: 'completed', subject, encounter, createdDateTime: startsAt },
      ...{ reasonCode: [{ text: title }], content: attachment },
    };
  return {
    ...{ resourceType: 'DocumentReference', status: 'current', subject, date: startsAt, description: title },
    ...{ content: [{ attachment }], context: { encounter: [encounter] } },
  };
}
