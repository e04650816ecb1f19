// Which Chromium is taken: the named one first, and never silently another.
import { chromium } from '@playwright/test';
import { afterEach, expect, it, vi } from 'vitest';
import { findChromium, launchOptions } from './chromium.ts';

afterEach(() => vi.unstubAllEnvs());

const having =
  (...files: string[]) =>
  (file: string): boolean =>
    files.includes(file);

it('takes the named one, then Playwright’s, then the system’s', () => {
  const own = chromium.executablePath();
  vi.stubEnv('CROSSTALK_CHROMIUM', '/mine');
  expect(findChromium(having('/mine', own))).toEqual({ path: '/mine', origin: 'CROSSTALK_CHROMIUM' });
  vi.stubEnv('CROSSTALK_CHROMIUM', '');
  expect(findChromium(having(own, '/usr/bin/chromium'))).toEqual({ path: undefined, origin: 'Playwright' });
  expect(findChromium(having('/usr/bin/chromium'))).toEqual({ path: '/usr/bin/chromium', origin: 'system' });
  expect(findChromium(having())).toBeNull();
});

it('takes no other where the named one is missing', () => {
  vi.stubEnv('CROSSTALK_CHROMIUM', '/gone');
  expect(() => findChromium(having('/usr/bin/chromium'))).toThrow(/names \/gone/);
});

it('names a path only where Playwright would not find it', () => {
  expect(launchOptions({ path: undefined, origin: 'Playwright' })).not.toHaveProperty('executablePath');
  expect(launchOptions({ path: '/x', origin: 'system' })).toHaveProperty('executablePath', '/x');
});
