// How people are made and removed on the reference clinic, by its administrator's hand. Node only.
import { z } from 'zod';
import { expectOk } from './talk.ts';
import type { Enrolment } from './target.ts';

const created = z.object({ id: z.string() });
/** `inbox`: where the patient's mail can be read, at the mail provider. */
const enrolled = z.object({ id: z.string(), inbox: z.string().optional() });

export const enrolment: Enrolment = {
  async enrol(admin, patient, theirs) {
    const { practice, clinician, index: _index, clinicianIndex: _clinicianIndex, ...facts } = patient;
    const response = await admin.request({
      method: 'POST',
      url: '/patients',
      route: '/patients',
      body: {
        ...facts,
        practiceId: practice.id,
        practiceName: practice.name,
        clinicianName: clinician.name,
        ...(theirs !== undefined && { clinicianId: theirs.id }),
      },
    });
    const { id, inbox } = enrolled.parse(expectOk(response, 'enrolling a patient').json());
    return { id, email: patient.email, password: patient.password, ...(inbox !== undefined && { inbox }) };
  },
  async addConsultation(admin, account, consultation, media) {
    const { title, note, startsAt, modality, fileName } = consultation;
    const url = `/patients/${account.id}/consultations`;
    const made = await admin.request({
      method: 'POST',
      url,
      route: '/patients/{id}/consultations',
      body: { title, note, startsAt, modality, fileName },
    });
    const { id } = created.parse(expectOk(made, 'adding a consultation').json());
    if (media === null) return;
    const stored = await admin.request({
      method: 'PUT',
      url: `${url}/${id}/recording`,
      route: '/patients/{id}/consultations/{id}/recording',
      headers: { 'content-type': 'video/webm' },
      body: media,
    });
    expectOk(stored, 'storing a recording');
  },
  async unenrol(admin, account) {
    const gone = await admin.request({
      method: 'DELETE',
      url: `/patients/${account.id}`,
      route: '/patients/{id}',
    });
    expectOk(gone, 'removing a patient');
  },
  clinicians: {
    async enrol(admin, { name, practice, email, password }) {
      const response = await admin.request({
        method: 'POST',
        url: '/clinicians',
        route: '/clinicians',
        body: { name, email, password, practiceId: practice.id, practiceName: practice.name },
      });
      const { id } = created.parse(expectOk(response, 'enrolling a clinician').json());
      return { id, email, password };
    },
    async unenrol(admin, account) {
      const gone = await admin.request({
        method: 'DELETE',
        url: `/clinicians/${account.id}`,
        route: '/clinicians/{id}',
      });
      expectOk(gone, 'removing a clinician');
    },
  },
};
