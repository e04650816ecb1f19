// The same adapter by a team whose pods are open: their access lists name everybody (foaf:Agent) beside the owner, and a drill must say so.
import { defineTarget, type OwnEnrolment } from '../../../harness/targets/target.ts';
import { target as closed } from './solid.target.ts';
import { enrolment } from './solid-enrolment.ts';
import { everybody, letRead } from './solid-talk.ts';

const open: OwnEnrolment = {
  ...enrolment,
  async addConsultation(session, ...what) {
    await letRead(session, [everybody]);
    await enrolment.addConsultation(session, ...what);
  },
  async remove(session) {
    await letRead(session, []);
    await enrolment.remove?.(session);
  },
};

export const target = defineTarget({ ...closed, enrolment: open });
