// Which operation of a document says which action. Every operation is weighed for every action; the surest pairs are taken first, and
// an operation is taken once.
import type { ApiOperation } from './operations.ts';
import type { Role, Rule } from './rule.ts';
import { administratorRules } from './rules-administrators.ts';
import { consultationRules } from './rules-consultations.ts';
import { patientRules } from './rules-patients.ts';

export interface Pick {
  readonly operation: ApiOperation;
  readonly points: number;
  /** What came near, and was taken for nothing else. */
  readonly others: readonly ApiOperation[];
}

export type Picks = ReadonlyMap<Role, Pick>;

const pointsMin = 5;
/** So near to the best, another may be the right one. */
const nearPoints = 2;
const othersMax = 2;

export function pick(operations: readonly ApiOperation[]): Picks {
  const pairs = [...patientRules, ...consultationRules, ...administratorRules]
    .flatMap((rule) => operations.flatMap((operation) => weighed(rule, operation)))
    .sort((one, other) => other.points - one.points);
  const picks = new Map<Role, Pick>();
  const taken = new Set<ApiOperation>();
  for (const { role, operation, points } of pairs) {
    if (picks.has(role) || taken.has(operation)) continue;
    picks.set(role, { operation, points, others: [] });
    taken.add(operation);
  }
  return new Map([...picks].map(([role, best]) => [role, { ...best, others: near(role, best, pairs, taken) }]));
}

interface Weighed {
  readonly role: Role;
  readonly operation: ApiOperation;
  readonly points: number;
}

function weighed(rule: Rule, operation: ApiOperation): readonly Weighed[] {
  if (!rule.methods.includes(operation.method) || rule.not?.test(operation.said)) return [];
  if (rule.by !== 'administrator' && operation.isAdmin) return [];
  if (rule.by === 'patient' && operation.isStaff) return [];
  const words = rule.words.reduce(
    (sum, [word, weight]) => sum + (word.test(operation.said) ? weight : word.test(operation.told) ? weight / 2 : 0),
    0,
  );
  const shape = words > 0 ? rule.shape(operation) : null;
  const points = words + (shape ?? 0);
  return shape === null || points < pointsMin ? [] : [{ role: rule.role, operation, points }];
}

function near(
  role: Role,
  best: Pick,
  pairs: readonly Weighed[],
  taken: ReadonlySet<ApiOperation>,
): readonly ApiOperation[] {
  return pairs
    .filter((pair) => pair.role === role && !taken.has(pair.operation) && best.points - pair.points <= nearPoints)
    .slice(0, othersMax)
    .map(({ operation }) => operation);
}
