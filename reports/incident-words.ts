// How the incident pack speaks: of listed and viewed, of kinds of data, of moments.
import type { Both, Exposure } from '../harness/incident/incident.ts';
import { counted, dateAndTime } from './text.ts';

export const when = dateAndTime;

/** `listed: 14 things; viewed: 2 things`: two figures, never one. */
export function bothWays<T>({ listed, viewed }: Both<T>, tell: (of: T) => string): string {
  return `could be seen (listed): ${tell(listed)}; was seen (viewed): ${tell(viewed)}`;
}

export function kindsText({ kinds }: Exposure): string {
  const told = kinds.map(({ kind, things }) => {
    const both = [
      ...(things.listed > 0 ? [`${counted(things.listed, 'thing')} listed`] : []),
      ...(things.viewed > 0 ? [`${counted(things.viewed, 'thing')} viewed`] : []),
    ];
    return `${kind} (${both.join(', ')})`;
  });
  return told.join('; ');
}
