// Patients' own hands: who speaks in which session, and that none is left open.
import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import { person } from '../../fixtures/people.ts';
import { consultationOf } from '../../fixtures/words.ts';
import { defineTarget, type OwnEnrolment } from '../targets/target.ts';
import type { Admin } from './admin-client.ts';
import { enrollerOf } from './enroller.ts';
import { readLeases } from './leases.ts';

const admin = (): Admin => ({ http: { request: () => Promise.reject(new Error('unused')) }, close: async () => {} });
const bounds = { signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 };
const leases = readLeases('user,pin\nann,1\nbob,2\n', 'accounts.csv');
const who = (patient: number) => person('s', 1, patientIndex(patient));
const visit = (patient: number, item: number) => consultationOf('s', 1, patientIndex(patient), item);

/** Each request is `<client> <url>`. */
function bench(enrolment: Partial<OwnEnrolment>, leased: typeof leases | null, refuses = false, status = 401) {
  const said: string[] = [];
  const open = new Set<string>();
  const target = defineTarget({
    name: 'test',
    declares: { headers: {}, ...bounds },
    actions: {
      async 'sign-in'({ http, account }) {
        await http.request({ method: 'POST', url: `/sign-in ${account.user}`, route: '/sign-in' });
        return refuses ? { outcome: 'refused', detail: `${status}` } : { outcome: 'ok' };
      },
    },
    enrolment: {
      by: 'patients',
      addConsultation: async ({ http }, { title }) =>
        void (await http.request({ method: 'POST', url: `/add ${title}`, route: '/add' })),
      ...enrolment,
    },
  });
  const openClient = (session: string): never => {
    open.add(session);
    const request = async ({ url }: { url: string }): Promise<unknown> => said.push(`${session} ${url}`);
    return {
      http: { request },
      take: () => ({ exchanges: [{ status: refuses ? status : 200 }], sessionValues: [] }),
      close: async () => void open.delete(session),
    } as never;
  };
  return { said, open, enroller: enrollerOf({ target, run: 1, seed: 's', leases: leased, openClient }) };
}

const remove: OwnEnrolment['remove'] = async ({ http }) =>
  void (await http.request({ method: 'DELETE', url: '/me', route: '/me' }));

describe('by patients', () => {
  it('an account of the list is signed in once for all that is done for it in a row', async () => {
    const { said, open, enroller } = bench({ remove }, leases);
    const one = admin();
    const account = await enroller.enrol(one, who(4));
    expect(account).toEqual({ user: 'bob', pin: '2' });
    for (const item of [0, 1]) await enroller.addConsultation(one, patientIndex(4), account, visit(4, item), null);
    expect(said).toEqual([
      'own-hand-4 /sign-in bob',
      `own-hand-4 /add ${visit(4, 0).title}`,
      `own-hand-4 /add ${visit(4, 1).title}`,
    ]);
    await enroller.enrol(one, who(0));
    expect(open.size).toBe(0);
    // After a crash nothing of the account is known but whose it is.
    await enroller.unenrol?.(one, patientIndex(0), {}, { mayBeGone: false });
    expect(said.slice(3)).toEqual(['own-hand-0 /sign-in ann', 'own-hand-0 /me']);
    expect(open.size).toBe(0);
  });

  it('one administrator’s turn never takes another’s session', async () => {
    const { said, open, enroller } = bench({ remove }, leases);
    const [one, other] = [admin(), admin()];
    await enroller.addConsultation(one, patientIndex(0), { user: 'ann' }, visit(0, 0), null);
    await enroller.addConsultation(other, patientIndex(4), { user: 'bob' }, visit(4, 0), null);
    await enroller.addConsultation(one, patientIndex(0), { user: 'ann' }, visit(0, 1), null);
    expect(said.filter((line) => line.includes('/sign-in'))).toHaveLength(2);
    await enroller.close();
    expect(open.size).toBe(0);
  });

  it('who signs up does so without a session, and then uses the account that came of it', async () => {
    const signUp: OwnEnrolment['signUp'] = async (http, { email }) => {
      await http.request({ method: 'POST', url: '/sign-up', route: '/sign-up' });
      return { user: email };
    };
    const { said, enroller } = bench({ signUp, remove }, null);
    const one = admin();
    const account = await enroller.enrol(one, who(2));
    await enroller.unenrol?.(one, patientIndex(2), account, { mayBeGone: false });
    expect(said).toEqual(['sign-up-2 /sign-up', `own-hand-2 /sign-in ${who(2).email}`, 'own-hand-2 /me']);
  });

  it('a refused sign-in names the patient, and leaves nothing open', async () => {
    const { open, enroller } = bench({}, leases, true);
    const adding = enroller.addConsultation(admin(), patientIndex(4), {}, visit(4, 0), null);
    await expect(adding).rejects.toThrow('patient 4 could not sign in: 401');
    expect(open.size).toBe(0);
  });

  it('who is refused a sign-in after having erased the account is gone; anybody else is not', async () => {
    const { said, open, enroller } = bench({ remove }, leases, true);
    const one = admin();
    await enroller.unenrol?.(one, patientIndex(4), {}, { mayBeGone: true });
    expect(said).toEqual(['own-hand-4 /sign-in bob']);
    const removing = enroller.unenrol?.(one, patientIndex(4), {}, { mayBeGone: false });
    await expect(removing).rejects.toThrow('patient 4 could not sign in: 401');
    expect(open.size).toBe(0);
  });

  it('who came too often is not gone', async () => {
    const { enroller } = bench({ remove }, leases, true, 429);
    const removing = enroller.unenrol?.(admin(), patientIndex(4), {}, { mayBeGone: true });
    await expect(removing).rejects.toThrow('patient 4 could not sign in: 429');
  });

  it('an account that stands after its erasure is removed', async () => {
    const { said, enroller } = bench({ remove }, leases);
    await enroller.unenrol?.(admin(), patientIndex(4), {}, { mayBeGone: true });
    expect(said).toEqual(['own-hand-4 /sign-in bob', 'own-hand-4 /me']);
  });

  it('an adapter that can remove nothing says so by having no way to', () => {
    expect(bench({}, leases).enroller.unenrol).toBeUndefined();
  });
});
