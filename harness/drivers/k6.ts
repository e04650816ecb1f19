// The k6 driver: thousands of sessions, each lane a virtual user that derives its plan from the seed and performs it with the
// same interpreter as the node driver. Here k6 is prepared, given its start, listened to and stopped.
//
//     plan, accounts ─► private files ─┐            ┌─► target
//     adapter, scenarios ─► bundle ────┴─► k6 ──────┤
//            start, recordings ◄── desk ◄──┘        └─► history lines on stdout ─► emit
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseLine } from '../history-file.ts';
import type { Target } from '../targets/target.ts';
import { barriers, barrierWaitMaxMs } from './barrier.ts';
import { placeIn } from './blame.ts';
import { openBoard } from './board.ts';
import type { DriveInput, Load } from './drive.ts';
import type { K6Binary } from './k6-binary.ts';
import { bundleForK6 } from './k6-bundle.ts';
import { k6Files } from './k6-config.ts';
import { openDesk } from './k6-desk.ts';
import { accountsFor, clinicianAccountsFor, configFor } from './k6-files.ts';
import { makeK6Folder } from './k6-folder.ts';
import { type K6End, type K6Process, startK6 } from './k6-process.ts';

export interface K6PrepareInput extends Omit<DriveInput, 'loadStartedAt'> {
  readonly k6: K6Binary;
  /** Absolute path of a module that exports `target`. */
  readonly targetModule: string;
  /** Absolute path of a module that exports `scenarios`. */
  readonly scenariosModule: string;
  /** Another script than the driver's own: see K6BundleInput. */
  readonly entryModule?: string;
  /** What k6 may take; by default most of what the machine has. */
  readonly memoryBytesMax?: number;
  /** Where the private folder with the accounts is made for as long as the load lasts: among the temporary files by default. */
  readonly tempFolder?: string;
}

/** What k6 may take to load everything: a start, and the script once for each user. */
const loadMaxMs = 60_000;
const loadMaxMsPerUser = 100;

/** Resolves once k6 could begin at once. Rejects with k6's last words when it can't even start. */
export async function prepareK6(input: K6PrepareInput): Promise<Load> {
  const { signal } = input;
  const folder = await makeK6Folder(input.tempFolder);
  let startedAt = Date.now();
  const { turns } = input;
  const meetings = barriers(() => Date.now() - startedAt, signal, barrierWaitMaxMs, turns);
  const desk = await openDesk({
    makeRecording: input.recording,
    meet: meetings.meet,
    board: openBoard(),
    ...(turns && { takeTurn: turns.take }),
  });
  let k6: K6Process | undefined;
  const close = async (): Promise<void> => {
    k6?.stop();
    await k6?.ended.catch(() => {});
    await desk.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const startWaitMs = loadMaxMs + loadMaxMsPerUser * input.plan.lanes;
    await writeFiles(folder, input, desk.url, startWaitMs);
    const { memoryBytesMax } = input;
    k6 = startK6({
      k6Path: input.k6.path,
      folder,
      ...(memoryBytesMax !== undefined && { memoryBytesMax }),
      take: (line) => takeLine(line, input.emit),
    });
    const ended = stoppedBy(signal, k6);
    await readyWithin(startWaitMs, desk.asked, ended, input);
    return {
      async drive(loadStartedAt) {
        startedAt = loadStartedAt;
        desk.start({ loadStartedAt });
        const end = await ended;
        if (end.code !== 0 && !signal.aborted) throw deathOf(end, 'before the load was over', input.target);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Accounts are secrets: the folder is for nobody else (mkdtemp sees to that), and neither are the files. */
async function writeFiles(folder: string, input: K6PrepareInput, desk: string, startWaitMs: number): Promise<void> {
  const { targetModule, scenariosModule, entryModule } = input;
  const write = (name: string, content: unknown): Promise<void> =>
    writeFile(path.join(folder, name), JSON.stringify(content), { mode: 0o600, flag: 'wx' });
  await Promise.all([
    bundleForK6({
      targetModule,
      scenariosModule,
      ...(entryModule && { entryModule }),
      outFile: path.join(folder, k6Files.bundle),
    }),
    write(k6Files.config, configFor(input, desk, startWaitMs)),
    write(k6Files.accounts, accountsFor(input)),
    write(k6Files.clinicians, clinicianAccountsFor(input)),
  ]);
}

function stoppedBy(signal: AbortSignal, k6: K6Process): Promise<K6End> {
  if (signal.aborted) k6.stop();
  signal.addEventListener('abort', k6.stop);
  const ended = k6.ended.finally(() => signal.removeEventListener('abort', k6.stop));
  // Whoever awaits it later sees the error; until then it is not one that nobody handles.
  ended.catch(() => {});
  return ended;
}

async function readyWithin(
  limitMs: number,
  asked: Promise<void>,
  ended: Promise<K6End>,
  { signal, target }: Pick<K6PrepareInput, 'signal' | 'target'>,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const message = `k6 had not loaded its users after ${limitMs} ms: the machine is too slow for so many sessions; ask for fewer`;
    timer = setTimeout(() => reject(new Error(message)), limitMs);
  });
  const early = ended.then((end) => {
    if (!signal.aborted) throw deathOf(end, 'before the load began', target);
  });
  await Promise.race([asked, early, tooLong]).finally(() => clearTimeout(timer));
}

function takeLine(text: string, emit: DriveInput['emit']): boolean {
  if (!text.startsWith('{"v":')) return false;
  const parsed = parseLine(text);
  if ('problem' in parsed)
    throw new Error(`k6 wrote a history line that is ${parsed.problem}; without it the run can't be judged`);
  emit(parsed.line);
  return true;
}

function deathOf({ code, lastWords }: K6End, when: string, { source }: Pick<Target, 'source'>): Error {
  const frames = lastWords.join('\n');
  const said = frames.split('\n').filter((line) => !/^\s*at /.test(line));
  const place = source === undefined ? null : placeIn(frames, source.path);
  return new Error(
    `k6 ended ${when}, ${code === null ? 'by a signal' : `with code ${code}`}${place === null ? '' : `, in ${place}`}. ` +
      `It said last: ${said.length > 0 ? said.join(' | ') : 'nothing'}. Correct what it names, or drive with --driver node`,
  );
}
