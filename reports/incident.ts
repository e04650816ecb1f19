// The incident pack's document: who could see whom, who did, from when to when, by which way, what kinds of data, how it was
// noticed and contained; timeline, evidence, and what the law asks. HTML and Markdown are written from it.
import type { Exposure, Incident, IncidentRoute, Reach } from '../harness/incident/incident.ts';
import type { Outcome } from '../harness/verdict.ts';
import { commonTexts, howCompared } from './common-words.ts';
import { authorityFields, containedTexts, individualFields } from './incident-duties.ts';
import { bothWays, when } from './incident-words.ts';
import type { Block, Mood, PageDocument, Section } from './page.ts';
import { count, counted, duration, listed, plain, timeOfDay } from './text.ts';
import { faultsAt, ruleTitles } from './words.ts';

const rowsMax = 100;

const moods: Readonly<Record<Outcome, Mood>> = {
  PASS: 'pass',
  LEAK: 'leak',
  INCONCLUSIVE: 'inconclusive',
  ERROR: 'error',
};

export function incidentPage(incident: Incident): PageDocument {
  const { run, exposure, notice } = incident;
  return {
    title: `Incident pack · Crosstalk ${plain(run.id, 80)}`,
    source: `${plain(run.target, 80)} · ${when(run.startedAt)}`,
    notice,
    mood: exposure === null ? moods[run.verdict] : 'leak',
    ...(exposure === null ? quiet(incident) : told(incident, exposure)),
  };
}

type Rest = Omit<PageDocument, 'title' | 'source' | 'notice' | 'mood'>;

/** Nobody was exposed, as far as was seen; how far that is, the verdict says. */
function quiet(incident: Incident): Rest {
  const { run } = incident;
  const words: Readonly<Record<Outcome, string>> = {
    PASS: 'There is no incident: no session saw what was not its own',
    LEAK: 'No data reached anybody, but an answer would have allowed it',
    INCONCLUSIVE: 'Nothing was seen, and nothing was proved: this is no all-clear',
    ERROR: 'Nothing was tested: this is no all-clear',
  };
  return {
    word: run.verdict,
    lead: words[run.verdict],
    summary: [run.meaning, ...(run.verdict === 'PASS' ? [] : run.reasons.slice(0, 12))],
    figures: [],
    sections: [timeline(incident), evidence(incident)],
  };
}

function told(incident: Incident, exposure: Exposure): Rest {
  const { reach } = exposure;
  const figure = (name: string, value: number, words: string) => ({ name, value: count(value), words });
  return {
    word: incident.run.verdict,
    lead: 'Data reached people without a right to it',
    summary: [
      incident.run.meaning,
      `${when(exposure.firstAt)} to ${when(exposure.lastAt)} (${duration(exposure.lastAt - exposure.firstAt)}).`,
    ],
    figures: [
      figure(
        'Listed',
        reach.listed.owners,
        `whose things ${counted(reach.listed.viewers, 'person', 'people')} could see`,
      ),
      figure(
        'Viewed',
        reach.viewed.owners,
        `whose recordings reached ${counted(reach.viewed.viewers, 'person', 'people')}`,
      ),
      figure('Patients', exposure.owners, 'concerned in all'),
      figure('Recipients', exposure.viewers, 'in all, clients without a session among them'),
    ],
    sections: [
      whoSawWhom(exposure),
      ways(exposure),
      inCommon(exposure),
      kinds(exposure),
      people(exposure),
      noticed(incident, exposure),
      timeline(incident),
      {
        title: 'For the authority',
        hint: 'GDPR Article 33(3). The article itself is binding; this tells what it asks in short.',
        blocks: [{ kind: 'fields', fields: authorityFields(incident, exposure) }],
      },
      {
        title: 'For each individual',
        hint: '45 CFR 164.404(c)(1), where the HIPAA rules apply.',
        blocks: [{ kind: 'fields', fields: individualFields(incident, exposure) }],
      },
      evidence(incident),
    ],
  };
}

const reachText = ({ owners, viewers, pairs, things }: Reach): string =>
  things === 0
    ? 'nothing'
    : `${counted(things, 'thing')} of ${counted(owners, 'patient')} by ${counted(viewers, 'recipient')} (${counted(pairs, 'pair')})`;

function whoSawWhom({ reach, pairs, pairsLeftOut }: Exposure): Section {
  const rows = pairs
    .slice(0, rowsMax)
    .map(({ owner, viewer, things, firstAt, lastAt, routes }) => [
      plain(viewer, 80),
      owner,
      count(things.listed),
      count(things.viewed),
      timeOfDay(firstAt),
      timeOfDay(lastAt),
      listed(routes, 'unknown', 4),
    ]);
  return {
    title: 'Who saw whom',
    hint: 'Listed: it stood on a list or page that reached them, so they could see it. Viewed: the recording was delivered, so they did.',
    blocks: [
      { kind: 'text', text: `In all: ${bothWays(reach, reachText)}.` },
      {
        kind: 'table',
        caption: 'Who saw whose things',
        head: ['Who', 'Whose', 'Listed', 'Viewed', 'First', 'Last', 'By which way'],
        rows,
        leftOut: pairs.length - rows.length + pairsLeftOut,
      },
    ],
  };
}

function ways({ routes }: Exposure): Section {
  const facts = (way: IncidentRoute): Block => ({
    kind: 'facts',
    facts: [
      ['Way', plain(way.route, 120)],
      ['Rule that rang', way.rule],
      ['Could be seen (listed)', reachText(way.reach.listed)],
      ['Was seen (viewed)', reachText(way.reach.viewed)],
      ['From, to', `${timeOfDay(way.firstAt)}, ${timeOfDay(way.lastAt)}`],
      ['Nodes', listed(way.nodes, 'unknown')],
      ['Versions', listed(way.versions, 'unknown')],
      ['Faults open', faultsAt(way)],
      ...(way.cause === null ? [] : [['Why', plain(way.cause, 600)] as const]),
    ],
  });
  return {
    title: 'By which way',
    hint: 'Each kind of request that brought what it should not have.',
    blocks: routes.flatMap((way): Block[] => [{ kind: 'minor', text: ruleTitles[way.rule] }, facts(way)]),
  };
}

function inCommon({ routes }: Exposure): Section {
  const compared = routes.flatMap(({ route, rule, common }) =>
    common === null ? [] : [{ route, rule, texts: commonTexts({ common }) }],
  );
  const blocks = compared.flatMap(({ route, rule, texts }): Block[] => [
    { kind: 'minor', text: `${plain(route, 120)}, ${rule}` },
    { kind: 'list', items: texts },
  ]);
  return { title: 'What the exposed have in common', hint: howCompared, blocks };
}

function kinds({ kinds: all }: Exposure): Section {
  const rows = all.map(({ kind, things }) => [plain(kind, 80), count(things.listed), count(things.viewed)]);
  return {
    title: 'Kinds of data',
    hint: 'Distinct things of each kind.',
    blocks: [{ kind: 'table', caption: 'Kinds of data', head: ['Kind', 'Listed', 'Viewed'], rows, leftOut: 0 }],
  };
}

function people({ affected, affectedLeftOut }: Exposure): Section {
  const rows = affected
    .slice(0, rowsMax)
    .map(({ patient, name, practice, things, viewers, firstAt, lastAt }) => [
      `patient ${patient}`,
      plain(name ?? 'not known', 80),
      plain(practice ?? 'not known', 80),
      `${count(things.listed)} to ${count(viewers.listed)}`,
      `${count(things.viewed)} to ${count(viewers.viewed)}`,
      timeOfDay(firstAt),
      timeOfDay(lastAt),
    ]);
  return {
    title: 'People concerned',
    hint: 'All of them, with addresses, are in affected.csv.',
    blocks: [
      {
        kind: 'table',
        caption: 'People concerned',
        head: ['Number', 'Name (synthetic)', 'Practice', 'Listed to', 'Viewed by', 'First', 'Last'],
        rows,
        leftOut: affected.length - rows.length + affectedLeftOut,
      },
    ],
  };
}

function noticed(incident: Incident, exposure: Exposure): Section {
  const { rule, session, requestId } = exposure.noticed;
  const { startedAt, endedAt } = incident.run;
  return {
    title: 'Noticed and contained',
    hint: 'How it came to light, and what stopped it.',
    blocks: [
      {
        kind: 'list',
        items: [
          `Noticed by the rule ${rule} in the first wrong answer, at ${timeOfDay(exposure.firstAt)}, ${duration(exposure.firstAt - startedAt)} into the run: session ${plain(session, 80)}, request ${plain(requestId ?? 'id unknown', 80)}.`,
          `The rules read every answer of every session; the verdict was given once the run had ended, at ${timeOfDay(endedAt)}.`,
          ...containedTexts(incident, exposure),
        ],
      },
    ],
  };
}

function timeline({ timeline: moments, run }: Incident): Section {
  const rows = moments.map(({ at, what }) => [timeOfDay(at), duration(at - run.startedAt), plain(what, 200)]);
  return {
    title: 'Timeline',
    hint: `All times are UTC, on ${when(run.startedAt).slice(0, 10)}.`,
    blocks: [{ kind: 'table', caption: 'Timeline', head: ['At', 'Into the run', 'What'], rows, leftOut: 0 }],
  };
}

function evidence({ evidence: files, evidenceLeftOut, run }: Incident): Section {
  const rows = files.slice(0, rowsMax).map(({ file, bytes, sha256 }) => [plain(file, 120), count(bytes), sha256]);
  return {
    title: 'Evidence',
    hint: 'The run’s files and their SHA-256, as they were when this pack was made. The history holds every operation.',
    blocks: [
      {
        kind: 'facts',
        facts: [
          ['Run', plain(run.id, 120)],
          ['Seed', plain(run.seed, 120)],
          ['Driver', run.driver],
          ['Operations', count(run.operations)],
        ],
      },
      {
        kind: 'table',
        caption: 'Files of the run',
        head: ['File', 'Bytes', 'SHA-256'],
        rows,
        leftOut: files.length - rows.length + evidenceLeftOut,
      },
    ],
  };
}
