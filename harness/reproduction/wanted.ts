// Which finding of a run is to be reproduced, and by what another trial's finding is known to be the same: its rule and its route. Whose
// data it was and who saw it is chance.
import { isLeak } from '../oracle.ts';
import type { Finding, RuleId, Verdict } from '../verdict.ts';

export interface Wanted {
  readonly rule: RuleId;
  readonly route: string;
}

export const isSame = (wanted: Wanted, { rule, route }: Wanted): boolean =>
  rule === wanted.rule && route === wanted.route;

export const wantedText = ({ rule, route }: Wanted): string => `${rule}, ${route}`;

/** What can be reproduced of a run: what made it a LEAK, the most frequent first, and that by which it was first seen among equals. */
export function reproducible({ findings }: Pick<Verdict, 'findings'>, strict: boolean): readonly Finding[] {
  return findings
    .filter(({ rule }) => isLeak(rule, strict))
    .toSorted((one, other) => other.count - one.count || one.first.at - other.first.at);
}
