// Whose each sight is, and what is then said of a page: the patients' own, somebody else's, or another run's, which is
// somebody else's too, for who else is to see what an earlier test left behind?
import type { Sight } from '../eyes/sight.ts';
import type { Owner } from './patients.ts';

export interface Judgement {
  readonly own: readonly Sight[];
  readonly foreign: readonly Sight[];
}

export function judge(sights: readonly Sight[], owners: readonly Owner[]): Judgement {
  const isOwn = ({ canary }: Sight): boolean =>
    owners.some(({ run, owner }) => canary.run === run && canary.owner === owner);
  return { own: sights.filter(isOwn), foreign: sights.filter((sight) => !isOwn(sight)) };
}

const foreignShownMax = 20;

/** One line a sight, in columns: whose, where, what. */
export function foreignLines(foreign: readonly Sight[], owners: readonly Owner[]): readonly string[] {
  const rows = foreign
    .slice(0, foreignShownMax)
    .map((sight) => [
      whose(sight, owners),
      sight.channel,
      `${sight.canary.kind} ${sight.canary.item}`,
      sight.place + (sight.encoding === 'plain' || sight.encoding === 'qr' ? '' : `, as ${sight.encoding}`),
    ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  const more = foreign.length - foreignShownMax;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

function whose({ canary }: Sight, owners: readonly Owner[]): string {
  const patient = `patient ${canary.owner}`;
  const runs = owners.map(({ run }) => run);
  return runs.length === 0 || runs.includes(canary.run) ? patient : `${patient} of another run (${canary.run})`;
}

export function ownersNamed(owners: readonly Owner[]): string {
  const names = owners.map(({ owner }) => String(owner));
  return `patient${names.length > 1 ? 's' : ''} ${names.join(' and ')}`;
}

/** `3 (text 2, pixels 1)`. */
export function counted(sights: readonly Sight[]): string {
  const byChannel = new Map<string, number>();
  for (const { channel } of sights) byChannel.set(channel, (byChannel.get(channel) ?? 0) + 1);
  const parts = [...byChannel].map(([channel, count]) => `${channel} ${count}`);
  return parts.length === 0 ? '0' : `${sights.length} (${parts.join(', ')})`;
}
