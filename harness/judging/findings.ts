// Gathers violations into findings, one for each (rule, route), without keeping them: counts are exact, evidence is the first
// one and a few examples, so a target that leaks in every answer costs no more memory than one that leaks once.
import { whyNotExcused } from '../checks/capability.ts';
import { causeOf } from '../checks/shared-cache.ts';
import { viewerOf } from '../checks/viewer.ts';
import { type Finding, type RuleId, ruleIds, type Violation } from '../verdict.ts';
import { type Compare, type Exposed, keepExposed, nobodyExposed } from './exposed.ts';

export const examplesMax = 5;
/** Distinct things remembered per finding; beyond it the distinct counts are lower bounds. */
const distinctMax = 100_000;
/** Routes come from the adapter, but a careless one might put ids in them. */
const findingsMax = 500;

interface Group {
  rule: RuleId;
  route: string;
  count: number;
  first: Violation;
  examples: Violation[];
  pairsShown: Set<string>;
  listed: Set<string>;
  viewed: Set<string>;
  owners: Set<number>;
  viewers: Set<string>;
  nodes: Set<string>;
  versions: Set<string>;
  faultsOpen: Set<string>;
  healedBefore: Set<string>;
  exposed: Exposed;
  fromCache: number;
  /** The first whose answer says that it came out of a shared cache. */
  cached: Violation | null;
}

export interface FindingsCollector {
  add(violation: Violation): void;
  /**
   * The gravest rule first, then the most frequent. `loadBeganAt` is what "into the load" counts from; `compare` says what the
   * exposed have in common, and is asked of the gravest first.
   */
  finish(loadBeganAt: number, compare?: Compare): Finding[];
}

export function collectFindings(itemOfId: ItemOfId = () => null): FindingsCollector {
  const groups = new Map<string, Group>();
  return {
    add(violation) {
      const route = groups.size < findingsMax ? violation.route : '(other routes)';
      const known = groups.get(`${violation.rule}\n${violation.route}`);
      const key = `${violation.rule}\n${route}`;
      const group = known ?? groups.get(key) ?? newGroup(violation, route);
      if (known === undefined) groups.set(key, group);
      count(group, violation, itemOfId);
    },
    finish: (loadBeganAt, compare = () => null) =>
      [...groups.values()]
        .map((group) => ({ group, finding: findingOf(group, loadBeganAt) }))
        .sort((a, b) => byGravity(a.finding, b.finding))
        .map(({ group, finding }) => {
          const common = compare(finding.rule, finding.route, group.exposed);
          return common === null ? finding : { ...finding, common };
        }),
  };
}

function newGroup(first: Violation, route: string): Group {
  return {
    rule: first.rule,
    route,
    count: 0,
    first,
    examples: [],
    pairsShown: new Set(),
    listed: new Set(),
    viewed: new Set(),
    owners: new Set(),
    viewers: new Set(),
    nodes: new Set(),
    versions: new Set(),
    faultsOpen: new Set(),
    healedBefore: new Set(),
    exposed: nobodyExposed(),
    fromCache: 0,
    cached: null,
  };
}

/** Of a consultation made in this run, the number, by the id that the target gave it. */
export type ItemOfId = (id: string) => number | null;

/** A consultation's title, note, file name and id are one thing; so are a patient's names. */
export function thingOf({ owner, item }: Violation, itemOfId: ItemOfId): string {
  const [kind = '', number = ''] = item.split(' ');
  if (kind === 'id') {
    const known = itemOfId(item.slice('id '.length));
    return known === null ? `${owner} ${item}` : `${owner} consultation ${known}`;
  }
  if (kind === 'title' || kind === 'note' || kind === 'file-name') return `${owner} consultation ${number}`;
  return kind === 'surname' || kind === 'email' ? `${owner} identity` : `${owner} ${item}`;
}

function addBounded<T>(set: Set<T>, value: T | null): void {
  if (value !== null && set.size < distinctMax) set.add(value);
}

function count(group: Group, violation: Violation, itemOfId: ItemOfId): void {
  group.count++;
  const leaked = violation.rule !== 'latent' && violation.rule !== 'missing-own';
  if (leaked) addBounded(violation.reach === 'viewed' ? group.viewed : group.listed, thingOf(violation, itemOfId));
  addBounded(group.owners, violation.owner);
  addBounded(group.viewers, viewerOf(asActor(violation)) ?? violation.session);
  addBounded(group.nodes, violation.node);
  addBounded(group.versions, violation.version);
  for (const fault of violation.faultsOpen) addBounded(group.faultsOpen, fault);
  for (const fault of violation.healedBefore ?? []) addBounded(group.healedBefore, fault);
  if (violation.sharedCache !== undefined) {
    group.fromCache++;
    group.cached ??= violation;
  }
  keepExposed(group.exposed, violation);
  keepAsEvidence(group, violation);
}

const asActor = ({ viewer, viewerClinician }: Violation): Parameters<typeof viewerOf>[0] => ({
  patient: viewer,
  ...(viewerClinician !== undefined && { clinician: viewerClinician }),
});

/** Examples show different pairs of people, for a hundred rows of one answer say no more than one. */
function keepAsEvidence(group: Group, violation: Violation): void {
  const later = violation.at < group.first.at ? group.first : violation;
  if (later !== violation) group.first = violation;
  const pair = `${viewerOf(asActor(later))}>${later.owner}`;
  if (later === group.first || group.examples.length >= examplesMax || group.pairsShown.has(pair)) return;
  group.pairsShown.add(pair);
  group.examples.push(later);
}

function findingOf(group: Group, loadBeganAt: number): Finding {
  const cause = whyOf(group);
  const sorted = (values: ReadonlySet<string>): string[] => [...values].sort();
  return {
    rule: group.rule,
    route: group.route,
    summary: summaryOf(group, loadBeganAt),
    ...(cause !== null && { cause }),
    listed: group.listed.size,
    viewed: group.viewed.size,
    owners: group.owners.size,
    viewers: group.viewers.size,
    count: group.count,
    nodes: sorted(group.nodes),
    versions: sorted(group.versions),
    faultsOpen: sorted(group.faultsOpen),
    ...(group.healedBefore.size > 0 && { healedBefore: sorted(group.healedBefore) }),
    first: group.first,
    examples: group.examples,
  };
}

/** A warning about headers says already what this would say. */
function whyOf({ rule, first, cached, fromCache, count }: Group): string | null {
  if (first.byAddress) return whyNotExcused(rule);
  if (cached?.sharedCache === undefined || rule === 'latent') return null;
  return causeOf(cached.action, cached.sharedCache, { told: fromCache, of: count }, rule);
}

function byGravity(a: Finding, b: Finding): number {
  const rank = (finding: Finding): number => ruleIds.indexOf(finding.rule);
  return rank(a) - rank(b) || b.count - a.count || (a.route < b.route ? -1 : 1);
}

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** Patients, clinicians, or some of both. */
function peopleIn(viewers: ReadonlySet<string>): string {
  const clinicians = [...viewers].filter((viewer) => viewer.startsWith('clinician ')).length;
  const patients = viewers.size - clinicians;
  const words = [
    ...(patients > 0 ? [plural(patients, 'patient', 'patients')] : []),
    ...(clinicians > 0 ? [plural(clinicians, 'clinician', 'clinicians')] : []),
  ];
  return words.join(' and ');
}

function whatHappened(group: Group): string {
  const n = group.owners.size;
  const whose = plural(n, "patient's", "patients'");
  const others = plural(group.viewers.size, 'other', 'others');
  switch (group.rule) {
    case 'foreign-recording':
      return `${whose} recordings were delivered to ${others}`;
    case 'foreign-listing':
      return `${whose} consultations stood on the lists of ${others}`;
    case 'foreign-identity':
      return `${whose} personal details were shown to ${others}`;
    case 'session-swap':
      return `${whose} session or identity reached ${others}`;
    case 'anonymous':
      return `${whose} data reached ${plural(group.viewers.size, 'client', 'clients')} without credentials`;
    case 'afterlife':
      return `${whose} data were still shown to ${peopleIn(group.viewers)} whose right had ended`;
    case 'misattributed-write':
      return `What ${plural(n, 'patient', 'patients')} wrote turned up under ${others} and never under themselves`;
    case 'latent':
      return `${plural(group.count, 'personal answer', 'personal answers')} may be kept by or came out of a shared cache, by ${group.first.where}`;
    case 'missing-own':
      return `${whose} own things were not on their own lists, ${plural(group.count, 'time', 'times')}`;
  }
}

function summaryOf(group: Group, loadBeganAt: number): string {
  const { first } = group;
  const seconds = ((first.at - loadBeganAt) / 1_000).toFixed(1);
  const version = first.version === null ? '' : ` (${first.version})`;
  const servedBy = first.node === null ? '' : `, served by ${first.node}${version}`;
  return `${whatHappened(group)} (${group.route}), first ${seconds} s into the load, ${whileWhat(first)}${servedBy}.`;
}

function whileWhat({ faultsOpen, healedBefore = [] }: Violation): string {
  const were = (faults: readonly string[]): string => `${faults.join(' and ')} ${faults.length === 1 ? 'was' : 'were'}`;
  if (faultsOpen.length > 0) return `while ${were(faultsOpen)} open`;
  return healedBefore.length > 0 ? `just after ${were(healedBefore)} healed` : 'while no fault was open';
}
