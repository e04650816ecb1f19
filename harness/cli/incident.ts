// `crosstalk incident`: makes of a finished run what those need who must answer for a leak.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { affectedCsv } from '../../reports/affected-csv.ts';
import { incidentPage } from '../../reports/incident.ts';
import { pageHtml } from '../../reports/page-html.ts';
import { pageMarkdown } from '../../reports/page-markdown.ts';
import { type ContainReport, containReportSchema } from '../containment/report.ts';
import { readHistory } from '../history-file.ts';
import { evidenceIndex } from '../incident/evidence-index.ts';
import type { Incident } from '../incident/incident.ts';
import { incidentOf } from '../incident/incident-of.ts';
import { type RunFolder, readKeptDrill } from '../run-folder.ts';
import { exitCodes } from '../verdict.ts';
import { adapterTarget } from './deployment.ts';
import { namedRun, readVerdict } from './named-run.ts';
import { Problem } from './problem.ts';

export const packFiles = ['incident.html', 'incident.md', 'incident.json', 'affected.csv'] as const;

export function addIncident(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('incident')
    .argument('[run]', 'the folder of a run', 'runs/latest')
    .option('--out <folder>', 'where the pack is written (default: the run’s folder)')
    .description(
      'make the incident pack of a finished run: who could see whom, who did, evidence, and what the law asks',
    )
    .addHelpText('after', '\nExample:\n  $ npx crosstalk incident runs/latest')
    .action(async (named: string, { out }: { readonly out?: string }) => {
      const folder = namedRun(named);
      const incident = await gather(folder);
      const to = path.resolve(out ?? folder.path);
      writePack(incident, to);
      process.stdout.write(said(incident, to));
      finish(exitCodes.PASS);
    });
}

async function gather(folder: RunFolder): Promise<Incident> {
  const verdict = readVerdict(folder.path);
  const { drill } = readKeptDrill(folder);
  const { declares } = await adapterTarget(drill.target.adapter);
  const { lines } = await readHistory(folder.history);
  const { files, leftOut } = await evidenceIndex(folder.path, new Set(packFiles));
  return incidentOf({
    lines,
    verdict,
    declares,
    strict: drill.strict,
    contained: readChecked(
      path.join(folder.path, 'contain.json'),
      (json): ContainReport => containReportSchema.parse(json),
    ),
    evidence: files,
    evidenceLeftOut: leftOut,
  });
}

/** null: there is no such file. */
function readChecked<T>(file: string, check: (json: unknown) => T): T | null {
  if (!existsSync(file)) return null;
  try {
    return check(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
    throw new Problem(`${file} is not what this version writes (${why}); without it the pack would be wrong`);
  }
}

function writePack(incident: Incident, folder: string): void {
  const page = incidentPage(incident);
  const texts: Readonly<Record<(typeof packFiles)[number], string>> = {
    'incident.html': pageHtml(page),
    'incident.md': pageMarkdown(page),
    'incident.json': `${JSON.stringify(incident, null, 2)}\n`,
    'affected.csv': affectedCsv(incident),
  };
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(texts)) writeFileSync(path.join(folder, file), text);
}

function said({ run, exposure }: Incident, folder: string): string {
  const what =
    exposure === null
      ? `no incident to tell of (${run.verdict})`
      : `${exposure.owners} patients concerned: ${exposure.reach.listed.owners} listed, ${exposure.reach.viewed.owners} viewed; ${exposure.viewers} recipients`;
  return `${what}\n${packFiles.map((file) => `  ${path.join(path.relative('.', folder), file)}\n`).join('')}`;
}
