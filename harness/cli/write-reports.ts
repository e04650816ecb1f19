// Every file that tells of a run, and the format that writes it: the one list of them.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ctrf } from '../../reports/ctrf.ts';
import { gitlab } from '../../reports/gitlab.ts';
import { html } from '../../reports/html.ts';
import { junit } from '../../reports/junit.ts';
import { openmetrics } from '../../reports/openmetrics.ts';
import { sarif } from '../../reports/sarif.ts';
import { summary } from '../../reports/summary.ts';
import type { Report } from '../report.ts';
import type { RunFolder } from '../run-folder.ts';

export const reportFiles: Readonly<Record<string, (report: Report) => string>> = {
  'verdict.json': ({ verdict }) => `${JSON.stringify(verdict, null, 2)}\n`,
  'report.html': html,
  'summary.md': summary,
  'junit.xml': junit,
  'ctrf.json': ctrf,
  'results.sarif': sarif,
  'gl-code-quality-report.json': gitlab,
  'metrics.txt': openmetrics,
};

export function writeReports(folder: Pick<RunFolder, 'path'>, report: Report): void {
  for (const [name, format] of Object.entries(reportFiles)) writeFileSync(path.join(folder.path, name), format(report));
}
