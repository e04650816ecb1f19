// Re-encodes a video by the ffmpeg of this machine, bounded in time, size and threads.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Derivation } from './objects.ts';

export const ffmpegEncoder = 'libvpx';

const timeoutMs = 30_000;
const videoBytesMax = 16 * 1024 * 1024;

// What comes in is a stranger's: it is taken for a WebM and for nothing that could name other files.
const input = ['-protocol_whitelist', 'file', '-f', 'matroska', '-threads', '1'];
// The picture alone: titles, tags and the encoder's name stay behind.
const pictureOnly = ['-map', '0:v:0', '-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'];
// The first speed at which a code of a hundred pixels is still drawn sharply.
const encoding = ['-c:v', ffmpegEncoder, '-deadline', 'realtime', '-cpu-used', '8', '-crf', '12', '-b:v', '800k'];
const limits = ['-threads', '1', '-g', '16', '-fs', String(videoBytesMax)];

export const reencodeByFfmpeg: Derivation = async (sourcePath, targetPath) => {
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y'];
  const args = [...quiet, ...input, '-i', `file:${sourcePath}`, ...pictureOnly, ...encoding, ...limits];
  const output = ['-f', 'webm', `file:${targetPath}`];
  const bounds = { timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
  await promisify(execFile)('ffmpeg', [...args, ...output], bounds).catch(({ stderr, killed }) => {
    throw new Error(killed ? `ffmpeg took more than ${timeoutMs} ms` : `ffmpeg: ${String(stderr).trim()}`);
  });
};
