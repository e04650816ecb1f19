// The browser for `--browser`: which one there is, or why none can look. A drill without eyes where eyes were wanted is
// carried out all the same, and says in its verdict what was therefore not seen.
import type { Browser } from '@playwright/test';
import type { Target } from '../targets/target.ts';

export interface FoundBrowser {
  readonly name: string | null;
  readonly problem?: string | undefined;
  /** Absent: there is none. */
  readonly launch?: () => Promise<Browser>;
}

export async function findBrowser(target: Target): Promise<FoundBrowser> {
  if (target.pages === undefined) {
    return {
      name: null,
      problem: `the adapter of ${target.name} declares no pages, so no browser can act there: add \`pages\` to it (harness/targets/clinic-pages.ts is the example)`,
    };
  }
  // Loaded only where somebody wants to look: Playwright is large.
  const { chromiumAdvice, findChromium, launchOptions } = await import('../eyes/chromium.ts');
  const { chromium } = await import('@playwright/test');
  let found: ReturnType<typeof findChromium>;
  try {
    found = findChromium();
  } catch (error) {
    return { name: null, problem: error instanceof Error ? error.message : String(error) };
  }
  if (found === null) return { name: null, problem: chromiumAdvice };
  const launch = (): Promise<Browser> =>
    chromium.launch({
      ...launchOptions(found),
      // Playwright switches the back/forward cache off, which is one of the places where a last user's page lives on.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      // It would end this process too, before the faults are healed.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  try {
    const browser = await launch();
    const name = `Chromium ${browser.version()} (${found.origin}${found.path === undefined ? '' : `: ${found.path}`})`;
    await browser.close();
    return { name, launch };
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
    return { name: null, problem: `Chromium (${found.origin}) does not start: ${said}. ${chromiumAdvice}` };
  }
}
