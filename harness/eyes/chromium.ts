// Which Chromium the harness and its tests use: the one that was named, else Playwright's own, else the system's.
import { existsSync } from 'node:fs';
import { chromium, type LaunchOptions } from '@playwright/test';

export interface FoundChromium {
  /** Undefined for Playwright's own, which it finds by itself. */
  readonly path: string | undefined;
  readonly origin: 'CROSSTALK_CHROMIUM' | 'Playwright' | 'system';
}

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export const chromiumAdvice =
  "no Chromium: run `npx playwright install chromium`, install your system's package (`apt-get install chromium`), or set CROSSTALK_CHROMIUM to its path";

/** `null` where there is none; `chromiumAdvice` says what to do. Throws when CROSSTALK_CHROMIUM names no file. */
export function findChromium(exists: (file: string) => boolean = existsSync): FoundChromium | null {
  const named = process.env.CROSSTALK_CHROMIUM;
  if (named) {
    if (exists(named)) return { path: named, origin: 'CROSSTALK_CHROMIUM' };
    throw new Error(`CROSSTALK_CHROMIUM names ${named}, and there is no such file: correct it, or unset it`);
  }
  if (exists(chromium.executablePath())) return { path: undefined, origin: 'Playwright' };
  const path = usualPaths.find(exists);
  return path === undefined ? null : { path, origin: 'system' };
}

/** For `chromium.launch` and for `use.launchOptions`. Chromium refuses its sandbox to root, and containers run as root. */
export function launchOptions({ path }: FoundChromium): LaunchOptions {
  return {
    ...(path !== undefined && { executablePath: path }),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  };
}

export function requireChromium(): FoundChromium {
  const found = findChromium();
  if (found === null) throw new Error(chromiumAdvice);
  return found;
}
