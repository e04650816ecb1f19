import { existsSync } from 'node:fs';
import { chromium, defineConfig } from '@playwright/test';

/** Playwright's own Chromium where it could be downloaded, else the system's. */
function chromiumPath(): string | undefined {
  if (existsSync(chromium.executablePath())) return undefined;
  const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = [process.env.CROSSTALK_CHROMIUM ?? '', ...usual].find((file) => existsSync(file));
  if (found) return found;
  throw new Error(
    "no Chromium: run `npx playwright install chromium`, install your system's package (`apt-get install chromium`), or set CROSSTALK_CHROMIUM to its path",
  );
}

const executablePath = chromiumPath();

// Traces stay off: they hold whole pages and can't be redacted.
export default defineConfig({
  testDir: 'scenarios/browser',
  retries: 0,
  workers: 1,
  timeout: 60_000,
  reporter: 'list',
  use: { trace: 'off' },
  projects: [
    {
      name: 'chromium',
      use: {
        browserName: 'chromium',
        launchOptions: {
          ...(executablePath && { executablePath }),
          args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
        },
      },
    },
  ],
});
