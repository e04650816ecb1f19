// Which channels a run may be judged by: those on which the alarm rang, before and after the load. A deployment that re-encodes its
// recordings loses the canary in their bytes and keeps the one in their picture: then pixels stand in for bytes.
import type { AlarmChannel } from './oracle.ts';
import type { ChannelReport, Verdict } from './verdict.ts';

type AlarmTest = Verdict['alarm']['tests'][number];

export interface Channels {
  readonly reports: readonly ChannelReport[];
  /** Recordings are judged by their pixels alone. */
  readonly pixelsForBytes: boolean;
}

export function channelsOf(tests: readonly AlarmTest[], wanted: readonly AlarmChannel[]): Channels {
  const rang = (channel: AlarmChannel): boolean => wanted.includes(channel) && of(channel).every((test) => test.rang);
  const of = (channel: AlarmChannel): AlarmTest[] => tests.filter((test) => test.channel === channel);
  // Delivered, and silent both times: one that rang once may be silent for any reason.
  const bytesLost = of('bytes').length > 0 && of('bytes').every((test) => !test.rang && test.delivered === true);
  const pixelsForBytes = bytesLost && rang('pixels');
  const why: Readonly<Record<AlarmChannel, string>> = {
    list: rang('list') ? 'the alarm rang' : 'the alarm did not ring',
    bytes: rang('bytes')
      ? 'the alarm rang'
      : pixelsForBytes
        ? 'recordings came without the canary in their bytes, as re-encoded ones do; they are judged by their pixels'
        : bytesLost
          ? 'recordings came without the canary in their bytes, as re-encoded ones do; with `--browser 4` they can be judged by their pixels'
          : 'the alarm did not ring',
    pixels: !wanted.includes('pixels')
      ? 'no browser took part; `--browser 4` adds four'
      : rang('pixels')
        ? 'the alarm rang'
        : 'the alarm did not ring',
  };
  return {
    reports: (['list', 'bytes', 'pixels'] as const).map((channel) => ({
      channel,
      judged: rang(channel),
      why: why[channel],
    })),
    pixelsForBytes,
  };
}
