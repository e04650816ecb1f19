// The pages that people read, in a real browser: nobody is kept out by how they are made, nothing of them runs or loads, they fit a
// telephone, and the report of a large run opens at once.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { historyBuilder, options } from '../../harness/checks/history-builder.ts';
import { type RunSiteServer, serveRuns } from '../../harness/cli/run-site-server.ts';
import { writeReports } from '../../harness/cli/write-reports.ts';
import { judge } from '../../harness/judge.ts';
import { timelineOf } from '../../harness/judging/timeline.ts';
import type { Report } from '../../harness/report.ts';
import { containPage } from '../../reports/contain.ts';
import { html } from '../../reports/html.ts';
import { incidentPage } from '../../reports/incident.ts';
import { pageHtml } from '../../reports/page-html.ts';
import { reportOf, sampleInconclusive, sampleLeak, samplePass } from '../../reports/sample.ts';
import { sampleContained, sampleIncident } from '../../reports/sample-incident.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Found {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What keeps people out, in one line each. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Found[];
  return found.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html.slice(0, 200)}`);
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

let folder: string;
let site: RunSiteServer;

/** Two weeks of runs, one an hour apart: most pass, some leak, some prove nothing, one is damaged. */
function writeRuns(): void {
  const hourMs = 3_600_000;
  const kinds = [samplePass, samplePass, sampleLeak, samplePass, sampleInconclusive, samplePass];
  for (let index = 0; index < 26; index++) {
    const { verdict } = (kinds[index % kinds.length] ?? samplePass)();
    const later = index * hourMs;
    const opportunities = Math.round(verdict.opportunities * (0.7 + 0.3 * Math.sin(index / 3)));
    const times = { startedAt: verdict.startedAt + later, endedAt: verdict.endedAt + later };
    const run = path.join(folder, `20261123-${100_000 + index}-000-seed-${index}`);
    mkdirSync(run);
    writeReports({ path: run }, reportOf({ ...verdict, ...times, opportunities, id: path.basename(run) }));
  }
  const damaged = path.join(folder, '20261124-000000-000-seed-1');
  mkdirSync(damaged);
  writeFileSync(path.join(damaged, 'verdict.json'), '{');
}

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-pages-'));
  writeRuns();
  site = await serveRuns(folder, 0);
});
test.afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`the site and a report keep nobody out, ${width} px, ${colorScheme}`, async ({ browser }) => {
      // A page that may run nothing lets nothing look at it either.
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(site.url);
      await expect(page.getByRole('heading', { level: 3 })).toHaveCount(27);
      expect(await barriers(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await page.getByText('Files of').first().click();
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      const leaks = page.getByRole('heading', { level: 3 }).filter({ hasText: /LEAK/ });
      const report = leaks.getByRole('link').first();
      await page.goto(pathToFileURL(path.join(folder, (await report.getAttribute('href')) ?? '')).href);
      await expect(page.getByRole('heading', { level: 1 })).toContainText('LEAK');
      expect(await barriers(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await context.close();
    });
  }
}

const pages = {
  'incident pack': () => incidentPage(sampleIncident()),
  'containment drill': () => containPage(sampleContained(), 'run-1'),
};
for (const [name, document] of Object.entries(pages)) {
  test(`the page of the ${name} keeps nobody out, at any width, light and dark`, async ({ browser }) => {
    const file = path.join(folder, `${name}.html`);
    writeFileSync(file, pageHtml(document()));
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [360, 1280]) {
        const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
        const page = await context.newPage();
        await page.goto(pathToFileURL(file).href);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        expect(await barriers(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        await context.close();
      }
    }
  });
}

test('the site looks as it is meant to under its own policy, and leads to each report', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('requestfailed', (request) => complaints.push(request.url()));
  await page.goto(site.url);
  // The style sheet was let in: an unstyled list would have its numbers.
  await expect(page.getByRole('list').last()).toHaveCSS('list-style-type', 'none');
  await page.getByRole('link', { name: 'Its report' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('main')).not.toHaveCSS('max-width', 'none');
  expect(complaints).toEqual([]);
});

/** An hour's drill: 100,000 operations of 400 patients, faults all along, and a leak in each of 300 routes. */
function largeReport(): Report {
  const { lines, ...history } = historyBuilder();
  for (let patient = 0; patient < 400; patient++) history.enrolled(patient, [0, 1]);
  history.phase('load', 0, 3_600_000);
  for (let index = 0; index < 100; index++)
    history.fault(`cache-flush-${index}`, index * 36_000 + 5_000, index * 36_000 + 9_000, { kind: 'cache-flush' });
  for (let index = 0; index < 100_000; index++) {
    const patient = index % 400;
    const owner = index % 331 === 0 ? (patient + 7) % 400 : patient;
    history.does(patient, 'view-history', {
      sees: [[owner, 'title']],
      at: index * 36,
      exchange: { route: `/lists/number-${index % 300}`, node: `app-${index % 12}`, version: index % 2 ? 'v1' : 'v2' },
    });
  }
  const verdict = judge(lines, options);
  return { verdict, timeline: timelineOf(lines, verdict), repeat: 'npx crosstalk run --duration 1h' };
}

test('the report of 100,000 operations is small, and opens at once', async ({ page }) => {
  const report = largeReport();
  expect(report.verdict.operations).toBe(100_000);
  expect(report.verdict.findings.length).toBeGreaterThan(100);
  const text = html(report);
  expect(Buffer.byteLength(text)).toBeLessThan(5_000_000);
  const file = path.join(folder, 'large.html');
  writeFileSync(file, text);
  const beganAt = Date.now();
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // Told, not held: a slow machine is no fault of the page.
  console.log(
    `the report of 100,000 operations: ${Math.round(Buffer.byteLength(text) / 1_024)} KiB, open after ${Date.now() - beganAt} ms`,
  );
});
