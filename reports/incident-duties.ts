// What the law asks of a notification, filled where the run knows and marked where only a person can: GDPR Article 33(3) (to the
// authority) and 45 CFR 164.404(c)(1) (to each individual). The asks are told in our words; the articles' own are binding.
import type { Exposure, Incident } from '../harness/incident/incident.ts';
import { containSentence } from './contain-words.ts';
import { bothWays, kindsText, when } from './incident-words.ts';
import type { Field } from './page.ts';
import { counted } from './text.ts';

const hourMs = 3_600_000;
const authorityHours = 72;
const individualDays = 60;

export function authorityFields(incident: Incident, exposure: Exposure): Field[] {
  return [
    {
      name: 'Article 33(1): by when',
      asks: 'Without undue delay, where feasible within 72 hours of becoming aware.',
      known: [
        `Had this been real and noticed at the first wrong answer, the 72 hours would end on ${when(exposure.firstAt + authorityHours * hourMs)}.`,
      ],
      personMust: 'When the controller became aware, and the reasons for any delay.',
    },
    {
      name: 'Article 33(3)(a): nature of the breach',
      asks: 'What happened; kinds and approximate number of people and of records concerned.',
      known: [incident.run.meaning, `People: ${peopleText(exposure)}.`, `Records: ${kindsText(exposure)}.`],
      personMust:
        'The figures for real people: a drill shows by which way and of what kind, not how many it was in earnest.',
    },
    {
      name: 'Article 33(3)(b): contact',
      asks: 'Name and contact details of the data protection officer or another contact point.',
      known: [],
      personMust: 'Name, telephone and e-mail of the data protection officer or contact point.',
    },
    {
      name: 'Article 33(3)(c): likely consequences',
      asks: 'What may follow for the people concerned.',
      known: consequences(exposure),
      personMust: 'The likely consequences for these people, and how grave they are.',
    },
    {
      name: 'Article 33(3)(d): measures',
      asks: 'What was done or is proposed against it, and against its effects.',
      known: containedTexts(incident, exposure),
      personMust: 'What was decided and done, by whom and when; what is proposed against it happening again.',
    },
  ];
}

export function individualFields(incident: Incident, exposure: Exposure): Field[] {
  return [
    {
      name: '164.404(b): by when',
      asks: 'Without unreasonable delay, at most 60 calendar days after discovery.',
      known: [
        `Had this been real and discovered at the first wrong answer: by ${when(exposure.firstAt + individualDays * 24 * hourMs)}.`,
      ],
      personMust: 'The date of discovery.',
    },
    {
      name: '164.404(c)(1)(A): what happened',
      asks: 'In brief, with the dates of the breach and of its discovery.',
      known: [
        incident.run.meaning,
        `From ${when(exposure.firstAt)} to ${when(exposure.lastAt)}; noticed by the drill in the first wrong answer.`,
      ],
      personMust: 'The same in plain language, for the people it is sent to.',
    },
    {
      name: '164.404(c)(1)(B): kinds of information',
      asks: 'Which kinds of unsecured protected health information were involved.',
      known: [kindsText(exposure)],
      personMust: null,
    },
    {
      name: '164.404(c)(1)(C): what individuals should do',
      asks: 'Steps to protect themselves from harm.',
      known: [],
      personMust: 'What you advise them to do.',
    },
    {
      name: '164.404(c)(1)(D): what is being done',
      asks: 'To investigate, to mitigate harm, to protect against further breaches.',
      known: containedTexts(incident, exposure),
      personMust: 'What the covered entity does.',
    },
    {
      name: '164.404(c)(1)(E): whom to ask',
      asks: 'Contact procedures, among them a toll-free number, an e-mail address, a web site or a postal address.',
      known: [],
      personMust: 'The contact procedures.',
    },
  ];
}

function peopleText({ owners, reach }: Exposure): string {
  return `${counted(owners, 'patient')} (synthetic) in all; ${bothWays(reach, ({ owners: some }) => counted(some, 'patient'))}`;
}

function consequences({ reach, kinds }: Exposure): string[] {
  const viewed =
    reach.viewed.things > 0
      ? [
          `${counted(reach.viewed.things, 'recording')} reached others whole or in part: what was said and shown in them may be known.`,
        ]
      : ['No recording is known to have been delivered.'];
  const named = kinds.some(({ kind }) => kind === 'name' || kind === 'e-mail address');
  return [
    ...viewed,
    named
      ? 'Names or addresses were among what was shown, so those who saw it may know whom it concerns.'
      : 'Neither names nor addresses were among what was shown; titles and pictures may still tell whom it concerns.',
  ];
}

export function containedTexts({ contained, cutShort }: Incident, exposure: Exposure): string[] {
  if (contained !== null) return containSentence(contained);
  const ended = cutShort === null ? 'It went on until the load ended' : `The load was ended (${cutShort})`;
  return [
    `Nothing was contained in this run. ${ended}; the last sight was at ${when(exposure.lastAt)}. To measure how fast it can be contained: crosstalk contain.`,
  ];
}
