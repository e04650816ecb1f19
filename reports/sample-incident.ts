// A made-up incident for the tests of this folder: in a drill, three could see and one did.
import type { ContainReport } from '../harness/containment/report.ts';
import type { Incident } from '../harness/incident/incident.ts';
import { sampleCommonality, startedAt } from './sample-findings.ts';

const first = startedAt + 31_400;
const last = startedAt + 52_870;

export function sampleContained(): ContainReport {
  return {
    version: 1,
    verdict: 'LEAK',
    exitCode: 1,
    reasons: ['shared-cache still showed another patient’s list 12 s after the switch was pulled'],
    target: 'clinic',
    switch: 'disable-rewatch',
    leak: 'edge-caches-private',
    startedAt,
    pulledAt: startedAt + 40_000,
    pullMs: 120,
    releasedAt: startedAt + 55_000,
    endedAt: startedAt + 60_000,
    quietMs: 3_000,
    limitMs: 12_000,
    probeEveryMs: 250,
    channels: [
      {
        channel: 'lists',
        outcome: 'dark',
        lastSightMs: 340,
        foreignBefore: 9,
        foreignAfter: 1,
        probesAfter: 14,
        why: '',
      },
      {
        channel: 'shared-cache',
        outcome: 'lit',
        lastSightMs: 11_900,
        foreignBefore: 8,
        foreignAfter: 40,
        probesAfter: 41,
        why: '',
      },
      {
        channel: 'downloads',
        outcome: 'not-judged',
        lastSightMs: null,
        foreignBefore: 0,
        foreignAfter: 0,
        probesAfter: 0,
        why: 'what a person has already saved takes eyes',
      },
    ],
    ownBackMs: 410,
  };
}

export function sampleIncident(): Incident {
  const reach = {
    listed: { owners: 3, viewers: 3, pairs: 5, things: 7 },
    viewed: { owners: 1, viewers: 1, pairs: 1, things: 1 },
  };
  return {
    version: 1,
    notice: 'This is a drill. Every person in it is synthetic.',
    run: {
      id: '20261122-185302-120-seed-1',
      target: 'clinic',
      seed: '1',
      driver: 'node',
      startedAt,
      endedAt: startedAt + 74_000,
      verdict: 'LEAK',
      meaning:
        'Data reached somebody without a right to them: 3 patients’ consultations stood on the lists of 3 others.',
      reasons: ['foreign-listing: 3 patients’ consultations stood on the lists of 3 others'],
      operations: 4_210,
    },
    exposure: {
      firstAt: first,
      lastAt: last,
      reach,
      owners: 3,
      viewers: 3,
      noticed: { rule: 'foreign-listing', session: 's-0041-2', requestId: '6f0c1d9e-4a52' },
      kinds: [
        { kind: 'title of a consultation (its reason)', things: { listed: 7, viewed: 0 } },
        { kind: 'video recording of a consultation', things: { listed: 0, viewed: 1 } },
      ],
      routes: [
        {
          firstAt: first,
          lastAt: last,
          rule: 'foreign-listing',
          route: 'GET /me/history',
          reach,
          nodes: ['app-1', 'app-2'],
          versions: ['v2'],
          faultsOpen: ['deploy-upgrade'],
          cause: 'The list was stored by a shared cache, which gave it to others (age: 4).',
          common: sampleCommonality(),
        },
      ],
      affected: [
        {
          patient: 36,
          name: 'Ada Zqxjkmgd',
          email: 'zqxjdfgw@patients.crosstalk.example',
          practice: 'Quayside Health Centre',
          things: { listed: 5, viewed: 1 },
          viewers: { listed: 3, viewed: 1 },
          kinds: ['title of a consultation (its reason)'],
          routes: ['GET /me/history'],
          firstAt: first,
          lastAt: last,
        },
      ],
      affectedLeftOut: 0,
      pairs: [
        {
          owner: 'patient 36',
          viewer: 'patient 41',
          things: { listed: 5, viewed: 1 },
          routes: ['GET /me/history'],
          firstAt: first,
          lastAt: last,
        },
      ],
      pairsLeftOut: 2,
    },
    timeline: [
      { at: startedAt + 3_000, what: 'the load began' },
      { at: first, what: 'first sight by foreign-listing (GET /me/history)' },
    ],
    contained: sampleContained(),
    cutShort: null,
    evidence: [{ file: 'history.ndjson', bytes: 362_657, sha256: 'ab'.repeat(32) }],
    evidenceLeftOut: 0,
  };
}
