import { existsSync } from 'node:fs';
import { defineConfig, firefox, type Project, webkit } from '@playwright/test';
import { launchOptions, requireChromium } from './harness/eyes/chromium.ts';

/** Chromium always, the others where Playwright's own are installed: they are no part of the system's packages. */
const others: Project[] = [firefox, webkit]
  .filter((browser) => existsSync(browser.executablePath()))
  .map((browser) => ({ name: browser.name(), use: { browserName: browser.name() as 'firefox' | 'webkit' } }));

// Traces stay off: they hold whole pages and can't be redacted.
export default defineConfig({
  testDir: 'scenarios/browser',
  retries: 0,
  workers: 1,
  timeout: 180_000,
  // Playwright's own 5 s are for a quiet machine.
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: { trace: 'off' },
  projects: [
    { name: 'chromium', use: { browserName: 'chromium', launchOptions: launchOptions(requireChromium()) } },
    ...others,
  ],
});
