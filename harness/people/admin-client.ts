// The administrator's hand: the portable Http with the admin secret on each request. Its answers never reach the history.
import type { Drill } from '../drill.ts';
import type { Overhear } from '../drivers/drive.ts';
import { type Leash, leashOn } from '../drivers/leash.ts';
import type { Turns } from '../drivers/turns.ts';
import type { Http, Target } from '../targets/target.ts';
import { patientClient } from './patient-client.ts';

export interface Admin {
  readonly http: Http;
  /** Never to be seen in what is said of a call. */
  readonly secrets?: readonly string[];
  /** Holds each call of the adapter's functions. */
  readonly leash?: Leash;
  close(): Promise<void>;
}

const nobody = { patient: null };

/** The headers that show an administrator's secret. */
export function shownBy({ enrolment }: Target, secret: string): Readonly<Record<string, string>> {
  const headers = enrolment.by === 'patients' ? undefined : enrolment.adminHeaders?.(secret);
  return headers ?? { authorization: `Bearer ${secret}` };
}

export interface AdminOptions {
  readonly turns?: Turns | undefined;
  readonly overhear?: Overhear | undefined;
}

export function openAdmin(
  drill: Drill,
  target: Target,
  secret: string | undefined,
  { turns, overhear = (_, http) => http }: AdminOptions = {},
): Admin {
  const origin = drill.target.adminUrl ?? drill.target.url;
  const client = patientClient({ drill, target, session: 'admin', run: 0, origin, whose: nobody, turns });
  const shown = secret ? shownBy(target, secret) : {};
  const leash = leashOn({
    http: overhear('admin', {
      async request(request) {
        try {
          return await client.http.request({ ...request, headers: { ...shown, ...request.headers } });
        } finally {
          client.take();
        }
      },
    }),
  });
  return { http: leash.http, leash, secrets: secret ? [secret] : [], close: () => client.close() };
}
