// The page of a containment drill: how long each channel still showed what is another's, and whether own data came back.
import type { ChannelContained, ContainReport } from '../harness/containment/report.ts';
import type { Outcome } from '../harness/verdict.ts';
import { containTitles } from './contain-words.ts';
import type { Mood, PageDocument } from './page.ts';
import { count, dateAndTime, duration, plain, timeOfDay } from './text.ts';

const leads: Readonly<Record<Outcome, { readonly mood: Mood; readonly lead: string }>> = {
  PASS: { mood: 'pass', lead: 'Every channel that could be judged went dark, and own data came back' },
  LEAK: { mood: 'leak', lead: 'It was not contained in time' },
  INCONCLUSIVE: { mood: 'inconclusive', lead: 'It is not shown that it was contained' },
  ERROR: { mood: 'error', lead: 'Nothing was tested' },
};

const outcomeWords: Readonly<Record<ChannelContained['outcome'], string>> = {
  dark: 'dark',
  lit: 'STILL SHOWN',
  'not-judged': 'not judged',
};

export function containPage(report: ContainReport, run: string): PageDocument {
  const { verdict, pulledAt, releasedAt, pullMs, ownBackMs } = report;
  const moment = (at: number | null): string => (at === null ? 'never' : timeOfDay(at));
  const judged = report.channels.filter(({ outcome }) => outcome !== 'not-judged');
  const slowest = Math.max(0, ...judged.map(({ lastSightMs }) => lastSightMs ?? 0));
  return {
    title: `Containment drill · Crosstalk ${plain(run, 80)}`,
    source: `${plain(report.target, 80)} · ${dateAndTime(report.startedAt)}`,
    notice:
      'This is a drill with synthetic people. Some sessions were handed another’s credentials on purpose, so that there was something to contain.',
    ...leads[verdict],
    word: verdict,
    summary: report.reasons.map((reason) => plain(reason, 500)),
    figures: [
      {
        name: 'Last foreign sight',
        value: judged.length === 0 ? '–' : duration(slowest),
        words: 'after the pull, of all channels',
      },
      { name: 'Channels', value: `${judged.length}`, words: `judged, of ${report.channels.length}` },
      { name: 'Own data', value: ownBackMs === null ? 'not back' : duration(ownBackMs), words: 'after the release' },
    ],
    sections: [
      {
        title: 'Channels',
        hint: 'Seconds from the pull of the switch to the last time that a channel showed what is another’s.',
        blocks: [
          {
            kind: 'table',
            caption: 'Channels',
            head: [
              'Channel',
              'Outcome',
              'Last foreign sight',
              'Foreign before',
              'Foreign after',
              'Looks after',
              'Why not judged',
            ],
            rows: report.channels.map((channel) => [
              containTitles[channel.channel],
              outcomeWords[channel.outcome],
              channel.lastSightMs === null
                ? '–'
                : channel.lastSightMs === 0
                  ? 'none after the pull'
                  : duration(channel.lastSightMs),
              count(channel.foreignBefore),
              count(channel.foreignAfter),
              count(channel.probesAfter),
              plain(channel.why, 200),
            ]),
            leftOut: 0,
          },
        ],
      },
      {
        title: 'The drill',
        hint: 'What was leaking, and what was done.',
        blocks: [
          {
            kind: 'facts',
            facts: [
              ['Switch', plain(report.switch, 80)],
              ['Leak', plain(report.leak, 200)],
              ['Pulled', `${moment(pulledAt)}${pullMs === null ? '' : `, the call took ${duration(pullMs)}`}`],
              ['Released', moment(releasedAt)],
              [
                'Allowed',
                `${duration(report.limitMs)} after the pull; dark when nothing foreign was seen for ${duration(report.quietMs)}`,
              ],
              ['Looks', `every ${duration(report.probeEveryMs)} on each channel`],
            ],
          },
        ],
      },
    ],
  };
}
