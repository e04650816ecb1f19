// Reads the folder of runs for the page of many runs. Whatever stands there is taken as it is: a run that is damaged, unfinished or
// no run at all takes nothing away from the others, and no link leads out of the folder.
import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { judgedRun, type RunEntry, type RunSite, type ScoreEntry } from '../../reports/run-site-entry.ts';
import { calibrationSchema } from '../calibration/calibration.ts';
import { runsIn } from '../run-folder.ts';
import { readVerdict } from './named-run.ts';
import { Problem } from './problem.ts';
import { reportFiles } from './write-reports.ts';

const runsMax = 200;
const calibrationBytesMax = 64 * 1_048_576;
export const calibrationName = 'calibration';

/** What may be asked of a run, as long as it is a file and no link. */
const shownFiles = ['report.html', ...Object.keys(reportFiles), 'drill.json', 'history.ndjson'];

type Read = { readonly entry: RunEntry; readonly changed: string };

/** Keeps what it read of each run until its verdict's file changes: reading hundreds of them anew at each look would take long. */
export function runsOverview(folder: string): () => Promise<RunSite> {
  let known = new Map<string, Read>();
  return async () => {
    const named = (await runsIn(folder)).filter((name) => name !== calibrationName && isRun(path.join(folder, name)));
    // Names begin with the time, so the last by name are the newest.
    const newest = named.toReversed().slice(0, runsMax);
    known = new Map(newest.map((name) => [name, readRun(folder, name, known.get(name))]));
    const runs = [...known.values()].map(({ entry }) => entry).sort(byStart);
    return {
      folder: path.basename(folder),
      runs,
      runsLeftOut: named.length - runs.length,
      scores: scoresIn(folder),
    };
  };
}

/** A folder is one if it has anything that a drill leaves. */
function isRun(folder: string): boolean {
  return ['drill.json', 'history.ndjson', 'verdict.json'].some((file) => isPlainFile(path.join(folder, file)));
}

const isPlainFile = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

function readRun(folder: string, name: string, before: Read | undefined): Read {
  const run = path.join(folder, name);
  const file = path.join(run, 'verdict.json');
  const stat = lstatSync(file, { throwIfNoEntry: false });
  const files = [...new Set(shownFiles)].filter((each) => isPlainFile(path.join(run, each)));
  const changed = `${stat?.mtimeMs} ${stat?.size} ${files}`;
  if (before?.changed === changed) return before;
  if (stat === undefined) {
    const why =
      'It is still going on, or ended before it was judged: `npx crosstalk report` with its folder judges it.';
    return { changed, entry: { kind: 'no-verdict', name, why, files } };
  }
  try {
    if (!stat.isFile()) throw new Problem('verdict.json is no file');
    return { changed, entry: { ...judgedRun(name, readVerdict(run)), files } };
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll(`${run}${path.sep}`, '') : String(error);
    return { changed, entry: { kind: 'damaged', name, why, files } };
  }
}

/** Newest first; what has no time of its own goes by its name, which begins with one. */
function byStart(a: RunEntry, b: RunEntry): number {
  if (a.kind === 'judged' && b.kind === 'judged') return b.startedAt - a.startedAt;
  return a.name < b.name ? 1 : -1;
}

function scoresIn(folder: string): ScoreEntry[] {
  const calibration = path.join(folder, calibrationName);
  return entriesIn(calibration)
    .filter((entry) => entry.isFile() && /^[\w-]{1,60}\.json$/.test(entry.name))
    .flatMap(({ name }) => scoreIn(calibration, name))
    .slice(0, 8);
}

function entriesIn(folder: string): Dirent[] {
  try {
    return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()
      ? readdirSync(folder, { withFileTypes: true })
      : [];
  } catch {
    return [];
  }
}

/** None for a file that is no calibration of this release. */
function scoreIn(folder: string, name: string): ScoreEntry[] {
  const file = path.join(folder, name);
  try {
    if (lstatSync(file).size > calibrationBytesMax) return [];
    const { summary, endedAt, complete } = calibrationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const { scorePercent, bugsFound, bugsTried, falseAlarms } = summary;
    const page = name.replace(/\.json$/, '.html');
    const shown = isPlainFile(path.join(folder, page)) ? page : null;
    return [{ name, scorePercent, bugsFound, bugsTried, falseAlarms, endedAt, complete, page: shown }];
  } catch {
    return [];
  }
}
