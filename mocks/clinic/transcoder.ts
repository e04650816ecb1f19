// `--transcode`: a recording is re-encoded on its way to where it is stored, as real deployments do. Its picture stays what it was; of
// its bytes nothing does. By ffmpeg where this machine has one that writes VP8 (the clinic's pages play WebM, its thumbnails are drawn
// from VP8), else by what comes with npm.
import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Derivation } from './objects.ts';
import { ffmpegEncoder, reencodeByFfmpeg } from './transcode-ffmpeg.ts';
import type { Truth } from './truth.ts';

export type TranscoderName = 'ffmpeg' | 'node';

const askTimeoutMs = 10_000;
/** In one process: the others wait, for there are patients to serve meanwhile. */
const atOnceCountMax = 2;

/** Which of the two there is. */
export async function findTranscoder(): Promise<TranscoderName> {
  const asked = promisify(execFile)('ffmpeg', ['-hide_banner', '-encoders'], { timeout: askTimeoutMs });
  const encoders = await asked.then(
    ({ stdout }) => stdout,
    () => '',
  );
  return encoders.includes(` ${ffmpegEncoder} `) ? 'ffmpeg' : 'node';
}

/** As a line to print. */
export function transcoderLine(name: TranscoderName): string {
  return name === 'ffmpeg'
    ? `recordings are re-encoded by ffmpeg (${ffmpegEncoder})`
    : `recordings are re-encoded in Node, key frames only: there is no ffmpeg with ${ffmpegEncoder} on the PATH`;
}

/** What is done to a recording on its way into the store; of whose consultation it is, for the truth to be told of the new bytes. */
export type Storing = (consultationId: string) => Derivation;

const reencodeHere: Derivation = async (sourcePath, targetPath) => {
  const here = await import('./transcode-here.ts');
  await here.reencodeHere(sourcePath, targetPath);
};

/** Null: the bytes are stored as they came. */
export function openStoring(name: TranscoderName | null, truth: Truth): Storing {
  if (name === null) return () => copyFile;
  const reencode = inTurn(name === 'ffmpeg' ? reencodeByFfmpeg : reencodeHere);
  return (consultationId) => async (sourcePath, targetPath) => {
    await reencode(sourcePath, targetPath).catch((error: unknown) => {
      console.error(
        `a recording of consultation ${consultationId} can't be re-encoded. ${String(error).slice(0, 500)}`,
      );
      throw error;
    });
    await truth.noteMedia(consultationId, await readFile(targetPath));
  };
}

function inTurn(reencode: Derivation): Derivation {
  const lanes = Array.from({ length: atOnceCountMax }, () => Promise.resolve());
  let nextLane = 0;
  return (sourcePath, targetPath) => {
    const lane = nextLane;
    nextLane = (nextLane + 1) % lanes.length;
    const done = (lanes[lane] ?? Promise.resolve()).then(() => reencode(sourcePath, targetPath));
    lanes[lane] = done.catch(() => {});
    return done;
  };
}
