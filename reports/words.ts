// How the reports speak of rules and evidence: one wording for terminal, CI and page.
import type { Report } from '../harness/report.ts';
import type { ChannelReport, CoverageRow, Finding, Outcome, RuleId, Verdict, Violation } from '../harness/verdict.ts';
import { counted, listed, plain } from './text.ts';

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  PASS: 'No session saw what was not its own',
  LEAK: 'A session saw what was not its own',
  INCONCLUSIVE: 'The run does not allow a judgement',
  ERROR: 'The run could not be carried out',
};

export const ruleTitles: Readonly<Record<RuleId, string>> = {
  'foreign-recording': 'Another patient’s recording was delivered',
  'session-swap': 'A session was answered as somebody else',
  'foreign-listing': 'Another patient’s consultation was listed',
  'foreign-identity': 'Another patient’s identity was shown',
  anonymous: 'Personal data went to a client that is not signed in',
  afterlife: 'Personal data was shown after the right to it had ended',
  'misattributed-write': 'What one patient wrote turned up under another',
  latent: 'Personal answers that a shared cache may keep',
  'missing-own': 'Patients did not find what is their own',
};

const warningRules: ReadonlySet<RuleId> = new Set(['latent', 'missing-own']);

/** A warning is no leak by itself; `latent` is one under `--strict`: it is then among the reasons, or nothing else explains the LEAK. */
export function isLeak(rule: RuleId, verdict: Verdict): boolean {
  if (!warningRules.has(rule)) return true;
  if (rule === 'missing-own' || verdict.verdict !== 'LEAK') return false;
  return (
    verdict.reasons.some((reason) => reason.startsWith(`${rule}: `)) ||
    verdict.findings.every((finding) => warningRules.has(finding.rule))
  );
}

/** Who saw whose what. */
export function evidenceOf(violation: Violation): string {
  const viewer = viewerIn(violation);
  const owner = `patient ${violation.owner}`;
  const item = plain(violation.item, 80);
  switch (violation.rule) {
    case 'session-swap':
      return `${viewer} was answered as ${owner} (${item})`;
    case 'misattributed-write':
      return `${item}, written by ${owner}, turned up under ${lowerFirst(viewer)}`;
    case 'missing-own':
      return `${viewer} did not find their own ${item}`;
    case 'latent':
      return `${viewer} got ${item} of ${owner} in an answer that a shared cache may keep`;
    default:
      return `${viewer} ${shownHow(violation)} ${item} of ${owner}`;
  }
}

function shownHow({ reach, channel }: Violation): string {
  if (channel === 'pixels') return reach === 'viewed' ? 'saw, playing before them,' : 'saw a picture of';
  if (channel === 'kept') return 'had, kept in their browser,';
  return reach === 'viewed' ? 'was sent the bytes of' : 'was shown';
}

function viewerIn({ viewer, viewerClinician }: Violation): string {
  if (viewerClinician !== undefined) return `Clinician ${viewerClinician}`;
  return viewer === null ? 'A client without a session' : `Patient ${viewer}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Headers are quoted in it, and they come from the target. */
export const causeLettersMax = 1_200;

/** What was read by the address alone, as the target declares that it may be. */
export function declaredTexts({ declared = [] }: Verdict): string[] {
  return declared.map(({ route, answers, withoutSession, byOthers, afterTheEnd, things, owners, readers }) => {
    const to = [
      ...(withoutSession > 0 ? [`${counted(withoutSession, 'time')} without a session`] : []),
      ...(byOthers > 0 ? [`${counted(byOthers, 'time')} by another who had been given the address`] : []),
      ...(afterTheEnd > 0 ? [`${counted(afterTheEnd, 'time')} after the session or the right had ended`] : []),
    ];
    const what = `${counted(things, 'thing')} of ${counted(owners, 'owner')}, ${counted(answers, 'answer')} to ${counted(readers, 'reader')}`;
    return `${plain(route, 120)} is a capability URL, as declared: whoever holds the address may read. ${what}: ${to.join(', ')}.`;
  });
}

/** Listed and viewed are two figures and stay two. */
export function exposureOf(finding: Finding): string {
  if (finding.rule === 'missing-own')
    return `${counted(finding.owners, 'patient')} · ${counted(finding.count, 'time')}`;
  const people = `${counted(finding.owners, 'owner')} exposed to ${counted(finding.viewers, 'viewer')}`;
  return `${finding.listed} listed, ${finding.viewed} viewed · ${people} · ${counted(finding.count, 'violation')}`;
}

interface WhichFaults {
  readonly faultsOpen: readonly string[];
  readonly healedBefore?: readonly string[] | undefined;
}

/** The faults that were open when it was seen, or else those that had just been healed. */
export function faultsAt({ faultsOpen, healedBefore = [] }: WhichFaults, itemsMax?: number): string {
  if (faultsOpen.length > 0 || healedBefore.length === 0) return listed(faultsOpen, 'none', itemsMax);
  return `none, just after ${listed(healedBefore, 'none', itemsMax)}`;
}

export const coverageKinds: Readonly<Record<CoverageRow['kind'], string>> = {
  window: 'Windows',
  node: 'Nodes',
  version: 'Versions',
  action: 'Actions',
  channel: 'Looks',
};

export const channelTitles: Readonly<Record<ChannelReport['channel'], string>> = {
  list: 'Lists and answers',
  bytes: 'Bytes of recordings',
  pixels: 'Pixels on a screen',
};

export const lookTitles: Readonly<Record<string, string>> = {
  page: 'Pages: text, attributes, console',
  pixels: 'Pixels: codes in thumbnails and players',
  kept: 'Kept: cookies, storage, caches, downloads',
};

export function isShort(row: CoverageRow): boolean {
  return row.opportunities < row.floor;
}

export function alarmTitle(test: Verdict['alarm']['tests'][number]): string {
  const channel = { list: 'list of another', bytes: 'recording of another', pixels: 'player showing another' }[
    test.channel
  ];
  return `${channel}, ${test.phase} the load`;
}

export function folderOf(report: Report): string {
  return plain(report.folder ?? `runs/${report.verdict.id}`, 400);
}

/** Reasons or warnings without those that only repeat a finding, which is told in full elsewhere. */
export function beyondFindings(texts: readonly string[], { findings }: Verdict): string[] {
  const told = new Set(findings.map((finding) => `${finding.rule}: ${finding.summary}`));
  return texts.filter((text) => !told.has(text));
}
