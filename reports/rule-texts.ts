// What each rule means and what to do about it, for pages that show a finding to somebody who has never heard of Crosstalk.
import type { RuleId } from '../harness/verdict.ts';

export interface RuleText {
  /** What was seen, in full sentences. */
  readonly meaning: string;
  /** Where to begin to look. */
  readonly firstAid: string;
  /** 0 to 10, on the scale that GitHub takes: from 9 on critical, from 7 high, from 4 medium. */
  readonly severity: string;
}

export const ruleTexts: Readonly<Record<RuleId, RuleText>> = {
  'foreign-recording': {
    meaning: 'The bytes or the picture of a recording reached somebody who had no right to it at that moment.',
    firstAid:
      'Look at what the recording’s address is made of, who is asked before it is served, and what caches it on the way.',
    severity: '9.8',
  },
  'session-swap': {
    meaning: 'A session was answered as somebody else, or one session’s value was handed to two clients.',
    firstAid:
      'Look for answers with Set-Cookie that are stored, for context shared between requests, and for connections reused out of step.',
    severity: '9.8',
  },
  'foreign-listing': {
    meaning: 'A list, a title, an id or a thumbnail of another patient’s consultation stood in somebody’s answer.',
    firstAid:
      'Look at the key under which the answer is cached, and at the filter of the query: both must name the owner.',
    severity: '9.1',
  },
  'foreign-identity': {
    meaning: 'A name, an e-mail address, a number or a booking of another patient stood in somebody’s answer.',
    firstAid: 'Look for state shared between requests, and for caches whose key lacks the owner.',
    severity: '9.1',
  },
  anonymous: {
    meaning: 'Personal data went to a client without a session, or by a signed link that should have expired.',
    firstAid: 'Look for a cache in front of the check, and for links that live longer than they say.',
    severity: '8.6',
  },
  afterlife: {
    meaning:
      'Personal data was still shown after sign-out, the end of consent, a proxy’s end, erasure, or a move away from the clinician.',
    firstAid: 'Look for what is kept beyond the revoking request: cached answers, sessions of other nodes, replicas.',
    severity: '7.5',
  },
  'misattributed-write': {
    meaning: 'What one patient wrote turned up under another, and never under themselves.',
    firstAid: 'Look at idempotency keys and at ids that are used again: neither may be valid beyond its owner.',
    severity: '8.8',
  },
  latent: {
    meaning:
      'Nothing has leaked, but headers allow a shared cache to keep a personal answer, or say that it came from one.',
    firstAid: 'Send Cache-Control: private, no-store with every personal answer.',
    severity: '5.3',
  },
  'missing-own': {
    meaning: 'Patients did not find what is their own. That is no leak, and so often its other half.',
    firstAid: 'Look for whose data was served instead, in the same moments.',
    severity: '3.7',
  },
};
