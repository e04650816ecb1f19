// How a containment drill is told, on its own page and in an incident pack.
import type { ChannelContained, ContainChannel, ContainReport } from '../harness/containment/report.ts';
import { counted, dateAndTime, duration, plain } from './text.ts';

export const containTitles: Readonly<Record<ContainChannel, string>> = {
  lists: 'Lists and answers',
  bytes: 'Bytes of recordings',
  'open-pages': 'Pages and streams already open',
  'signed-links': 'Signed links already handed out',
  'shared-cache': 'Copies in a shared cache',
  notifications: 'Notifications and mail',
  'browser-caches': 'Browser caches',
  downloads: 'Downloads',
};

export function channelText({ outcome, lastSightMs, foreignAfter, probesAfter, why }: ChannelContained): string {
  if (outcome === 'not-judged') return `not judged: ${plain(why, 300)}`;
  const seen = `${counted(foreignAfter, 'foreign answer')} in ${counted(probesAfter, 'probe')} after the pull`;
  const last = lastSightMs === null || lastSightMs === 0 ? 'nothing foreign after the pull' : duration(lastSightMs);
  return outcome === 'dark' ? `dark, last foreign sight: ${last} (${seen})` : `STILL SHOWN after ${last} (${seen})`;
}

/** For a person who asks how it was contained. */
export function containSentence(report: ContainReport): string[] {
  const { pulledAt, channels, ownBackMs } = report;
  const what = `the switch ${plain(report.switch, 80)}`;
  if (pulledAt === null)
    return [
      `A containment drill was begun and ${what} was not pulled: ${report.reasons.map((text) => plain(text, 300)).join(' ')}`,
    ];
  return [
    `In a containment drill ${what} was pulled on ${dateAndTime(pulledAt)} (${report.verdict}).`,
    ...channels.map((channel) => `${containTitles[channel.channel]}: ${channelText(channel)}.`),
    ownBackMs === null
      ? 'Own data had not come back when the drill ended.'
      : `Own data was back ${duration(ownBackMs)} after the switch was released.`,
  ];
}
