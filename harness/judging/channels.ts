// Which channels a run may be judged by: those on which the alarm rang, before and after the load. A deployment that re-encodes its
// recordings loses the canary in their bytes and keeps the one in their picture: then pixels stand in for bytes.
import type { AlarmChannel } from '../oracle.ts';
import { alarmChannels, type ChannelReport, type Verdict } from '../verdict.ts';

type AlarmTest = Verdict['alarm']['tests'][number];

export interface Channels {
  readonly reports: readonly ChannelReport[];
  /** Recordings are judged by their pixels alone. */
  readonly pixelsForBytes: boolean;
}

const rangThere = 'the alarm rang';
const silent = 'the alarm did not ring';
const lost = 'recordings came without the canary in their bytes, as re-encoded ones do';

export function channelsOf(tests: readonly AlarmTest[], wanted: readonly AlarmChannel[]): Channels {
  const of = (channel: AlarmChannel): AlarmTest[] => tests.filter((test) => test.channel === channel);
  const rang = (channel: AlarmChannel): boolean => wanted.includes(channel) && of(channel).every((test) => test.rang);
  // Delivered, and silent both times: one that rang once may be silent for any reason.
  const bytesLost = of('bytes').length > 0 && of('bytes').every((test) => !test.rang && test.delivered === true);
  const pixelsForBytes = bytesLost && rang('pixels');
  const why = (channel: AlarmChannel): string => {
    if (rang(channel)) return rangThere;
    if (channel === 'pixels' && !wanted.includes(channel)) return 'no browser took part; `--browser 4` adds four';
    if (channel !== 'bytes' || !bytesLost) return silent;
    return pixelsForBytes
      ? `${lost}; they are judged by their pixels`
      : `${lost}; with \`--browser 4\` they can be judged by their pixels`;
  };
  const report = (channel: AlarmChannel): ChannelReport => ({ channel, judged: rang(channel), why: why(channel) });
  return { reports: alarmChannels.map(report), pixelsForBytes };
}
