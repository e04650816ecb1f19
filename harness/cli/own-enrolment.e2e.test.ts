// Patients that no administrator makes: two accounts that exist already, leased from a list, and patients who sign up by themselves.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningClinic, startClinic } from './clinic-process.ts';
import { type CommandLine, commandLine, until } from './command-line.ts';

const targets = path.resolve(import.meta.dirname, '../targets');

/** Books, attends and uploads as the patient does, then waits until the recording can be played. */
const byPatients = `
import { target as clinic } from ${JSON.stringify(path.join(targets, 'clinic.ts'))};
import { defineTarget, type Http, type Patient, type SessionContext } from ${JSON.stringify(path.join(targets, 'target.ts'))};

async function as(session: SessionContext, method: 'GET' | 'POST' | 'DELETE', url: string, body?: any) {
  const headers = { authorization: 'Bearer ' + session.memory.get('token'), ...(body instanceof Uint8Array && { 'content-type': 'video/webm' }) };
  const response = await session.http.request({ method, url, route: url, headers, body });
  if (response.status >= 300) throw new Error(method + ' ' + url + ' answered ' + response.status);
  return response;
}

async function addConsultation(session: SessionContext, { title, note, startsAt, modality, fileName }: any, media: Uint8Array | null) {
  const body = { title, note, startsAt, modality, fileName };
  const { id } = (await as(session, 'POST', '/me/consultations', body)).json() as { id: string };
  if (media === null) return;
  await as(session, 'POST', '/me/consultations/' + id + '/attend');
  await as(session, 'POST', '/me/consultations/' + id + '/end-call', media);
  for (let look = 0; look < 100; look++) {
    const { consultations } = (await as(session, 'GET', '/me/history')).json() as any;
    if (consultations.find((one: any) => one.id === id)?.recordings[0]?.status === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the recording of ' + id + ' never became playable');
}
`;

const leased = `${byPatients}
export const target = defineTarget({ ...clinic, actions: withoutClinicians(), enrolment: { by: 'patients', addConsultation } });
`;
const signingUp = `${byPatients}
export const target = defineTarget({ ...clinic, actions: withoutClinicians(), enrolment: {
  by: 'patients',
  async signUp(http: Http, { email, password, givenName, surname, birthDate, telephone, nhsNumber }: Patient) {
    const body = { email, password, givenName, surname, birthDate, telephone, nhsNumber, practiceId: 'p1', practiceName: 'P', clinicianName: 'C' };
    const headers = { authorization: 'Bearer ' + process.env.REGISTRATION };
    const response = await http.request({ method: 'POST', url: process.env.REGISTRY + '/patients', route: '/register', headers, body });
    if (response.status !== 201) throw new Error('registration answered ' + response.status);
    return { email, password };
  },
  addConsultation,
  async remove(session) {
    // So that somebody can be met in the midst of it.
    await new Promise((resolve) => setTimeout(resolve, Number(process.env.REMOVAL_MS ?? 0)));
    await as(session, 'DELETE', '/me');
  },
} });
`;
const withoutClinicians = `
function withoutClinicians() {
  const { 'view-day': _, 'move-practice': __, ...actions } = clinic.actions;
  return actions;
}
`;

describe('patients that no administrator makes', () => {
  let cli: CommandLine;
  let clinic: RunningClinic | null = null;
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(async () => {
    await clinic?.stop();
    clinic = null;
    cli.remove();
  });

  function drill(adapter: string, target: object, sessions: number, scenarios = {}): ReturnType<CommandLine['start']> {
    const running = clinic as RunningClinic;
    writeFileSync(path.join(cli.folder, 'adapter.ts'), adapter + withoutClinicians);
    const floor = {
      opportunitiesPerWindow: 10,
      opportunitiesPerNode: 5,
      opportunitiesPerVersion: 5,
      opportunitiesPerAction: 2,
    };
    const config = {
      target: { adapter: './adapter.ts', url: running.url, ...target },
      ...{ sessions, scenarios, thinkMs: 60, durationMs: 20_000, faults: [], floor, stopOnLeak: true },
    };
    writeFileSync(path.join(cli.folder, 'crosstalk.config.ts'), `export default ${JSON.stringify(config)};`);
    return cli.start(['run'], { REGISTRY: running.adminUrl, REGISTRATION: running.secret });
  }

  /** As somebody who tests a deployment would have got them from those who run it. */
  async function accounts({ adminUrl, secret }: RunningClinic): Promise<string> {
    const rows = ['email,password'];
    for (const name of ['ann', 'bob']) {
      const account = { email: `${name}@example.org`, password: `the-pass-of-${name}` };
      const who = { givenName: name, surname: 'Tester', birthDate: '1970-01-01', telephone: '07700900000' };
      const where = { nhsNumber: '9990000018', practiceId: 'p1', practiceName: 'P', clinicianName: 'C' };
      const made = await fetch(`${adminUrl}/patients`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...account, ...who, ...where }),
      });
      expect(made.status).toBe(201);
      rows.push(`${account.email},${account.password}`);
    }
    const file = path.join(cli.folder, 'accounts.csv');
    writeFileSync(file, `${rows.join('\n')}\n`, { mode: 0o600 });
    return file;
  }

  it('with two accounts that exist a drill can be held, and held again on what it left there', async () => {
    clinic = await startClinic({});
    const target = { accounts: await accounts(clinic) };
    // These last long and rewatch little: in their time each node would be met by chance only.
    const brief = { 'session-refresh-storm': 0, 'live-through-reconnects': 0 };
    for (const _ of ['once', 'again']) {
      const { exitCode, stdout } = await drill(leased, target, 48, brief).finished;
      expect(cli.verdict().reasons).toEqual([]);
      expect(cli.verdict()).toMatchObject({ verdict: 'PASS', sessions: 2, findings: [] });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('left-on-the-target.ndjson');
      const list = readFileSync(path.join(cli.latest() ?? '', 'left-on-the-target.ndjson'), 'utf8');
      expect(list.trimEnd().split('\n')).toHaveLength(3);
      expect(list).not.toContain('the-pass-of');
    }
  });

  it('two accounts are enough to find a leak', async () => {
    clinic = await startClinic({ bug: ['cache-key-lacks-owner'] });
    const { exitCode } = await drill(leased, { accounts: await accounts(clinic) }, 48).finished;
    expect(exitCode).toBe(1);
    expect(cli.verdict().findings.map(({ rule }) => rule)).toContain('foreign-listing');
  });

  it('who signed up is removed afterwards, and who erased the account meanwhile is not missed', async () => {
    clinic = await startClinic({});
    const { exitCode } = await drill(signingUp, {}, 4, { 'erase-and-look': 8 }).finished;
    expect(cli.verdict().reasons).toEqual([]);
    expect(exitCode).toBe(0);
    expect(existsSync(path.join(cli.latest() ?? '', 'people.ndjson'))).toBe(false);
    const history = readFileSync(path.join(cli.latest() ?? '', 'history.ndjson'), 'utf8');
    expect(history).toContain('"action":"erase"');
    expect(history.match(/"t":"erased"/g)?.length).toBe(history.match(/"t":"enrolled"/g)?.length);
  });

  it('after a kill `heal` removes who is left of those who signed up, those aside who are gone', async () => {
    clinic = await startClinic({});
    const killed = drill(signingUp, {}, 4, { 'erase-and-look': 8 });
    const history = (): string => {
      const file = path.join(cli.latest() ?? '', 'history.ndjson');
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    };
    await until(() => /"action":"erase"[^\n]*"outcome":"ok"/.test(history()), 180_000);
    killed.kill('SIGKILL');
    await killed.finished;
    // As if a `heal` had been killed in its midst: each may meet those that another has removed.
    const people = path.join(cli.latest() ?? '', 'people.ndjson');
    const { REGISTRY, REGISTRATION } = { REGISTRY: clinic.adminUrl, REGISTRATION: clinic.secret };
    const midst = cli.start(['heal'], { REGISTRY, REGISTRATION, REMOVAL_MS: '3000' });
    await until(() => (readFileSync(people, 'utf8').match(/"removed"/g)?.length ?? 0) >= 3, 180_000);
    midst.kill('SIGKILL');
    await midst.finished;

    const { exitCode, stdout } = await cli.run(['heal'], { REGISTRY, REGISTRATION });
    expect(stdout).toMatch(/\d+ patients removed/);
    expect(exitCode).toBe(0);
    expect(existsSync(people)).toBe(false);
  });
});
