// Loads an adapter's module and looks at what it exports before anything is done with it. What a file of somebody else's does
// wrong (throws, never ends, exports another thing) is a problem that names the file and the line.
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { containChannels } from '../containment/report.ts';
import { blame, placed, thrownText } from '../drivers/blame.ts';
import { within } from '../faults/bounded.ts';
import { actionKinds } from '../plan.ts';
import type { Levers } from '../targets/levers.ts';
import type { AdapterSource, Target } from '../targets/target.ts';
import { functionPlaces } from './function-places.ts';
import { Problem } from './problem.ts';
import { watchdog } from './watchdog.ts';

export interface Adapter {
  /** With its source filled in. */
  readonly target: Target;
  levers?(admin: { adminUrl: string; secret: string | undefined }): Levers;
}

export const importMaxMs = 30_000;

export async function loadAdapter(module: string, limitMs = importMaxMs): Promise<Adapter> {
  const path = module.replaceAll('\\', '/');
  const nowhere: AdapterSource = { path, places: {} };
  const exported = await within(limitMs, 'its top level', () => freely(nowhere, module)).catch((problem: unknown) => {
    throw new Problem(
      `the adapter ${module} can't be loaded: ${placed(nowhere, 'import', problem)}: ${reasonOf(problem)}`,
    );
  });
  const { target } = exported;
  const problems = problemsOf(target);
  if (problems.length > 0) {
    const names = Object.keys(exported).join(', ') || 'nothing';
    throw new Problem(
      `the adapter ${module} must export \`target\`, made with defineTarget({ name, declares, actions, enrolment }); it exports: ${names}\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
  const source = { path, places: functionPlaces(target as Target) };
  const { levers } = exported;
  if (levers === undefined) return { target: { ...(target as Target), source } };
  if (typeof levers !== 'function')
    throw new Problem(`the adapter ${module} exports levers that are no function; it must be (admin) => levers`);
  return {
    target: { ...(target as Target), source },
    levers(admin) {
      try {
        return levers(admin) as Levers;
      } catch (problem) {
        throw new Problem(`the adapter ${module} can't give its levers: ${blame(source, 'levers', problem)}`);
      }
    },
  };
}

/** A loop at the top of the file would hold the process for ever. */
async function freely(source: AdapterSource, module: string): Promise<Record<string, unknown>> {
  let dog: ReturnType<typeof watchdog> | undefined;
  const held = new Promise<never>((_, reject) => {
    dog = watchdog(source, (problem) => reject(new Error(problem)));
  });
  try {
    return await Promise.race([Promise.resolve().then(() => import(pathToFileURL(module).href)), held]);
  } finally {
    await dog?.stop();
  }
}

/** A syntax error is told over several lines, the second of which says where. */
function reasonOf(problem: unknown): string {
  const lines = problem instanceof Error ? problem.message.split('\n') : [];
  const told = lines.filter((line) => /: ERROR: /.test(line));
  return told.length > 0 ? told.slice(0, 3).join('; ') : thrownText(problem);
}

const bound = z.number().nonnegative();
const count = z.number().int().positive();
const rate = z
  .strictObject({ requests: count, perMs: z.number().positive(), burst: count.optional() })
  .refine(({ requests, burst = 1 }) => burst <= requests, { error: 'burst must be at most requests' });
const fn = z.custom((value) => typeof value === 'function', 'must be a function');
const functions = z.partialRecord(z.enum(actionKinds), fn.optional());

/** What the harness goes by; a `target` may hold more. */
const targetShape = z.object({
  name: z.string().min(1),
  declares: z.object({
    headers: z.record(z.string(), z.string()),
    signOutBoundMs: bound,
    withdrawalBoundMs: bound,
    erasureBoundMs: bound,
    recordingReadyBoundMs: bound,
    rateLimit: z.strictObject({ all: rate.optional(), perAccount: rate.optional() }).optional(),
    conflictStatuses: z.array(z.number().int().min(400).max(599)).optional(),
  }),
  actions: functions,
  pages: functions.optional(),
  enrolment: z
    .record(z.string(), z.unknown())
    .refine((enrolment) => lacking(enrolment).length === 0, { error: ({ input }) => `has no ${lacking(input)}` }),
  switches: z
    .record(z.string(), z.object({ claims: z.array(z.enum(containChannels)), pull: fn, release: fn }))
    .optional(),
});

/** Of what an administrator's hand needs. */
const lacking = (enrolment: unknown): string => {
  const given = enrolment as Record<string, unknown>;
  if (given.by === 'patients') return '';
  return ['enrol', 'addConsultation', 'unenrol'].filter((name) => typeof given[name] !== 'function').join(', ');
};

const problemsMax = 8;

function problemsOf(target: unknown): string[] {
  const result = targetShape.safeParse(target);
  if (result.success) return [];
  return result.error.issues.slice(0, problemsMax).map((issue) => {
    const where = ['target', ...issue.path.map(String)].join('.');
    if (issue.code !== 'unrecognized_keys') return `${where}: ${issue.message}`;
    return `${where}: no action is called ${issue.keys.join(', ')}; there are: ${actionKinds.join(', ')}`;
  });
}
