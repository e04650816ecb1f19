// What a job on GitHub Actions shows by itself: annotations beside the change, and the summary on the job's page. Elsewhere, nothing.
import { appendFileSync, statSync } from 'node:fs';
import { annotations } from '../../reports/annotations.ts';
import { summary } from '../../reports/summary.ts';
import type { Report } from '../report.ts';

/** GitHub shows nothing at all of a longer one. */
const stepSummaryBytesMax = 1_048_576;

export function tellGitHub(
  report: Report,
  out: { write(text: string): unknown },
  env: NodeJS.ProcessEnv = process.env,
): void {
  if (env.GITHUB_ACTIONS === 'true') out.write(annotations(report));
  const file = env.GITHUB_STEP_SUMMARY;
  if (file === undefined || file === '') return;
  const text = summary(report);
  const there = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (there + Buffer.byteLength(text) > stepSummaryBytesMax) return;
  try {
    appendFileSync(file, text);
  } catch (error) {
    // The verdict does not hang on where it is shown.
    out.write(`the step summary can't be written: ${error instanceof Error ? error.message : error}\n`);
  }
}
