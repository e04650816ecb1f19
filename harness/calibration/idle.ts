// Whether silence says anything: a drill that lacks a bug's trigger must have everything else, or it is quiet because nothing happened.
import { recoveryWindow } from '../checks/windows.ts';
import type { Verdict } from '../verdict.ts';

/** Why a run that saw nothing shows nothing; null where it shows something. */
export function idleBecause({ operations, opportunities, alarm, faults, coverage }: Verdict): string | null {
  if (operations === 0) return 'nothing was done';
  if (opportunities === 0) return 'nothing that was done could have leaked';
  if (!alarm.passed) return 'the alarm test did not ring';
  const chancesIn = (window: string): number =>
    coverage.rows.find(({ kind, name }) => kind === 'window' && name === window)?.opportunities ?? 0;
  for (const { id, kind, openedAt, bit } of faults) {
    if (openedAt === null || !bit) return `${kind} did not bite`;
    if (chancesIn(id) + chancesIn(recoveryWindow) === 0)
      return `nothing could have leaked while ${kind} was open or after`;
  }
  return null;
}
