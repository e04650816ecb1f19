// The last look at a line before it is written: what is free text in it (errors, above all, of whoever) is rid of the
// administrator's secret and of those of the people who were made.
import type { HistoryLine } from './history.ts';
import { withoutSecrets } from './secrets.ts';

export interface Hiding {
  line(line: HistoryLine): HistoryLine;
  text(text: string): string;
}

/** `ofPeople` is asked only where a line says something of the run as a whole; of a session, its own are hidden already. */
export function hiding(adminSecret: string | undefined, ofPeople: () => Iterable<string>): Hiding {
  const admins = adminSecret === undefined ? [] : [adminSecret];
  const text = (said: string): string => withoutSecrets(said, [...admins, ...ofPeople()]);
  return {
    text,
    line(line) {
      switch (line.t) {
        case 'operation':
          return line.detail === undefined ? line : { ...line, detail: withoutSecrets(line.detail, admins) };
        case 'phase':
          return {
            ...line,
            ...(line.failed !== undefined && { failed: text(line.failed) }),
            ...(line.cutShort !== undefined && { cutShort: text(line.cutShort) }),
          };
        case 'fault':
          return line.proof === undefined ? line : { ...line, proof: text(line.proof) };
        case 'skipped':
          return { ...line, why: withoutSecrets(line.why, admins) };
        default:
          return line;
      }
    },
  };
}
