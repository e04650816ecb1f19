// The reference clinic for tests: a process of its own, started when the first test asks for it, into which patients are
// enrolled with their recordings.
import type { Page } from '@playwright/test';
import type { PatientIndex } from '../../fixtures/domain.ts';
import { type RunningClinic, startClinic } from '../cli/clinic-process.ts';
import { enrolment } from '../targets/clinic-enrolment.ts';
import type { Account, Http } from '../targets/target.ts';
import type { PlantedPatient } from './patients.ts';

export interface Clinic {
  readonly url: string;
  readonly adminUrl: string;
  /** With consultations and recordings. A patient who is enrolled already is left as they are. */
  enrol(patient: PlantedPatient): Promise<void>;
  /** From here on the page's context is the patient's: it has their cookie. */
  signIn(page: Page, patient: PlantedPatient): Promise<void>;
}

export interface ReferenceClinic extends Clinic {
  stop(): Promise<void>;
}

export async function openClinic(bugs: readonly string[]): Promise<ReferenceClinic> {
  const clinic = await startClinic({ bug: bugs });
  const admin = adminHttp(clinic);
  const enrolled = new Map<PatientIndex, Promise<Account>>();

  async function enrol(patient: PlantedPatient): Promise<Account> {
    const account = await enrolment.enrol(admin, patient);
    for (const [at, consultation] of patient.consultations.entries())
      await enrolment.addConsultation(admin, account, consultation, await patient.recordingOf(at));
    return account;
  }

  return {
    url: clinic.url,
    adminUrl: clinic.adminUrl,
    async enrol(patient) {
      const account = enrolled.get(patient.index) ?? enrol(patient);
      enrolled.set(patient.index, account);
      await account;
    },
    async signIn(page, { email, password }) {
      const data = { email, password, by: 'cookie' };
      const answer = await page.request.post(`${clinic.url}/auth/sign-in`, { data });
      if (!answer.ok())
        throw new Error(`the clinic answered the sign-in with ${answer.status()}: was the patient enrolled?`);
    },
    stop: () => clinic.stop(),
  };
}

const requestMaxMs = 30_000;

function adminHttp({ adminUrl, secret }: RunningClinic): Http {
  return {
    async request({ method, url, headers, body }) {
      const isBytes = body instanceof Uint8Array;
      const response = await fetch(adminUrl + url, {
        method,
        headers: {
          authorization: `Bearer ${secret}`,
          ...(!isBytes && { 'content-type': 'application/json' }),
          ...headers,
        },
        signal: AbortSignal.timeout(requestMaxMs),
        ...(body !== undefined && { body: isBytes ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        header: (name) => response.headers.get(name) ?? undefined,
        text,
        json: () => JSON.parse(text) as unknown,
      };
    },
  };
}
