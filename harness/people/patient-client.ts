// A client for what lies outside the judging: while people are made and removed, a target that is busy, limits its callers or met a
// conflict is asked again, after as long as it says. In the load nothing is: there each answer stands as it came.
import { connectionOf, type Drill } from '../drill.ts';
import type { Client } from '../drivers/client.ts';
import { nodeClient } from '../drivers/node-client.ts';
import { sleep } from '../drivers/sleep.ts';
import { type Turns, takingTurns, type Whose } from '../drivers/turns.ts';
import { retryAfterMs } from '../targets/retry-after.ts';
import type { Declarations, Http, HttpResponse, Target } from '../targets/target.ts';
import { enrolmentPatienceMs } from './enrolment-call.ts';

/** Of one request, the first included. */
const attemptsMax = 5;
/** All pauses of one request together; a call as a whole has little more. */
const pausesMaxMs = 20_000;
const pauseMs = 250;

export interface PatientClientInput {
  readonly drill: Drill;
  readonly target: Target;
  readonly session: string;
  readonly run: number;
  readonly origin: string;
  readonly whose: Whose;
  readonly turns: Turns | undefined;
}

export function patientClient({ drill, target, session, run, origin, whose, turns }: PatientClientInput): Client {
  const { declares } = target;
  const client = nodeClient({
    session,
    run,
    ...connectionOf(drill, { origin }),
    declares,
    patienceMs: enrolmentPatienceMs,
    ...takingTurns(turns, whose),
  });
  return { ...client, http: patiently(client.http, declares) };
}

/** An answer that says "not now" is never the adapter's, unless it is the last or says "not for long". */
export function patiently(http: Http, declares: Pick<Declarations, 'conflictStatuses'>, wait = sleep): Http {
  return {
    async request(wanted) {
      let leftMs = pausesMaxMs;
      for (let attempt = 1; ; attempt++) {
        const response = await http.request(wanted);
        const ms = pauseAfter(response, declares, attempt);
        if (ms === undefined || ms > leftMs || attempt === attemptsMax) return response;
        leftMs -= ms;
        await wait(ms);
      }
    },
  };
}

/** Undefined: the answer is meant. */
function pauseAfter(
  response: HttpResponse,
  { conflictStatuses = [] }: Pick<Declarations, 'conflictStatuses'>,
  attempt: number,
): number | undefined {
  const saidMs = retryAfterMs(response);
  if (response.status === 429) return saidMs ?? pauseMs * 2 ** attempt;
  if (response.status === 503) return saidMs;
  return conflictStatuses.includes(response.status) ? (saidMs ?? pauseMs * attempt) : undefined;
}
