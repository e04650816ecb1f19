// Made-up findings for the tests of this folder: a list that went to others, recordings played, an own item missing.
import type { Commonality, DeclaredReport, Finding, Violation } from '../harness/verdict.ts';

export const startedAt = Date.UTC(2026, 10, 22, 18, 53, 2, 120);

export function sampleViolation(change: Partial<Violation> = {}): Violation {
  return {
    rule: 'foreign-listing',
    viewer: 41,
    owner: 36,
    item: 'title 2',
    reach: 'listed',
    operation: 's-0041-2#7',
    session: 's-0041-2',
    scenario: 'cross-the-deploy',
    action: 'view-history',
    route: 'GET /me/history',
    status: 200,
    at: startedAt + 31_400,
    node: 'app-2',
    version: 'v2',
    requestId: '6f0c1d9e-4a52',
    traceId: '3c5ab2bc1dbd7a0d13afe4a19e9be27f',
    faultsOpen: ['deploy-upgrade'],
    window: 'deploy-upgrade-4',
    where: 'body',
    encoding: 'plain',
    afterAbort: false,
    barrier: 'same-instant-12',
    ...change,
  };
}

export function sampleDeclared(): DeclaredReport {
  return {
    kind: 'capability-url',
    route: 'GET /files/{name}',
    answers: 11,
    withoutSession: 1,
    byOthers: 6,
    afterTheEnd: 4,
    things: 3,
    owners: 3,
    readers: 5,
  };
}

export function sampleCommonality(): Commonality {
  return {
    traitsTried: 42,
    correction: 'Holm',
    compared: {
      requests: { exposed: 21, others: 311 },
      owners: { exposed: 9, others: 87 },
      viewers: { exposed: 11, others: 72 },
    },
    rows: [
      {
        of: 'request',
        trait: 'came while deploy-upgrade was open',
        exposedWith: 21,
        exposed: 21,
        othersWith: 33,
        others: 311,
        lift: null,
        liftAtLeast: 13.4,
        p: 3.1e-19,
        pAdjusted: 1.3e-17,
        implied: ['came while deploy-upgrade was open, or within 10 s after it'],
      },
      {
        of: 'owner',
        trait: 'had booked or held an appointment within the hour before',
        exposedWith: 8,
        exposed: 9,
        othersWith: 30,
        others: 87,
        lift: 12.2,
        liftAtLeast: 1.6,
        p: 0.0012,
        pAdjusted: 0.048,
      },
    ],
  };
}

export function sampleListingFinding(examples = 9): Finding {
  const first = sampleViolation();
  return {
    rule: 'foreign-listing',
    route: first.route,
    summary:
      'The history of one patient was answered with the consultations of another while two versions shared one cache.',
    cause: 'The list was stored by a shared cache, which gave it to others (age: 4). It has no `Cache-Control`.',
    listed: 14,
    viewed: 0,
    owners: 9,
    viewers: 11,
    count: 37,
    nodes: ['app-1', 'app-2', 'app-3'],
    versions: ['v1', 'v2'],
    faultsOpen: ['deploy-upgrade'],
    first,
    common: sampleCommonality(),
    examples: Array.from({ length: examples }, (_, index) =>
      sampleViolation({
        viewer: 41 + index,
        owner: 8 + index * 4,
        item: `title ${index % 3}`,
        at: first.at + index * 1_370,
        node: `app-${(index % 3) + 1}`,
        version: index % 2 === 0 ? 'v1' : 'v2',
        requestId: `6f0c1d9e-${4_000 + index * 37}`,
      }),
    ),
  };
}

export function sampleRecordingFinding(): Finding {
  const first = sampleViolation({
    rule: 'foreign-recording',
    viewer: 52,
    owner: 24,
    item: 'recording 5',
    reach: 'viewed',
    action: 'watch',
    route: 'GET /recordings/{id}/content',
    status: 206,
    at: startedAt + 33_870,
    requestId: '6f0c1d9e-77b1',
    where: 'body',
    afterAbort: true,
    barrier: null,
  });
  return {
    ...sampleListingFinding(0),
    rule: 'foreign-recording',
    route: first.route,
    summary: 'Patients played recordings that belong to others: the links came from a history that was not theirs.',
    listed: 0,
    viewed: 2,
    owners: 2,
    viewers: 2,
    count: 3,
    nodes: ['app-2'],
    versions: ['v2'],
    first,
    examples: [{ ...first, viewer: 57, owner: 12, at: first.at + 4_200, afterAbort: false }],
  };
}

export function sampleMissingFinding(): Finding {
  const first = sampleViolation({
    rule: 'missing-own',
    viewer: 44,
    owner: 44,
    item: 'title 0',
    at: startedAt + 36_020,
  });
  return {
    ...sampleListingFinding(0),
    rule: 'missing-own',
    summary: 'Items of a patient’s own were not on their list.',
    listed: 0,
    owners: 1,
    viewers: 1,
    count: 1,
    nodes: ['app-2'],
    versions: ['v2'],
    first,
  };
}
