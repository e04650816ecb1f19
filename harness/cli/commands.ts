// All commands, in the order of the help. What one is made of is loaded when it is asked for: reading the sources of all takes seconds.
import type { Command } from 'commander';

type Add = (program: Command, finish: (exitCode: number) => void) => void;

export const commands: Readonly<Record<string, () => Promise<Add>>> = {
  demo: async () => (await import('./demo.ts')).addDemo,
  run: async () => (await import('./run.ts')).addRun,
  plan: async () => (await import('./plan.ts')).addPlan,
  report: async () => (await import('./report.ts')).addReport,
  compare: async () => (await import('./compare.ts')).addCompare,
  incident: async () => (await import('./incident.ts')).addIncident,
  replay: async () => (await import('./replay.ts')).addReplay,
  shrink: async () => (await import('./shrink.ts')).addShrink,
  confirm: async () => (await import('./confirm.ts')).addConfirm,
  contain: async () => (await import('./contain.ts')).addContain,
  heal: async () => (await import('./heal.ts')).addHeal,
  stop: async () => (await import('./stop.ts')).addStop,
  init: async () => (await import('./init.ts')).addInit,
  record: async () => (await import('./record.ts')).addRecord,
  doctor: async () => (await import('./doctor.ts')).addDoctor,
  clinic: async () => (await import('./clinic.ts')).addClinic,
  calibrate: async () => (await import('./calibrate.ts')).addCalibrate,
};

/** The one that was asked for, or all, for whoever asks what there is or mistypes a name. */
export function wantedOf(asked: string | undefined): readonly string[] {
  return asked !== undefined && Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);
}
