// The same page of a clinic with a bug: the assertion goes red with whose video it was and where, and so does the oracle, also
// where the last page that was looked at is right.
import { expect, test } from 'crosstalk/playwright';
import { createOracle } from '../../harness/playwright/oracle.ts';

test.use({ crosstalkSeed: 'browser', clinicBugs: ['cache-key-lacks-owner'] });

test('somebody else’s recordings go red', async ({ page, browser, clinic, patient, otherPatient }) => {
  const oracle = createOracle();
  oracle.watch(page.context(), patient);
  const others = await browser.newPage();
  await clinic.signIn(others, otherPatient);
  await clinic.signIn(page, patient);
  // The cache keeps it for ten seconds.
  await others.goto(`${clinic.url}/me/rewatch`, { waitUntil: 'commit' });
  await page.goto(`${clinic.url}/me/rewatch`);
  await expect(others).toShowOnly(otherPatient);
  await expect(page).not.toShowOnly(patient);
  await page.goto(`${clinic.url}/`);
  await expect(page).toShowNobody();
  await expect(oracle.verify()).rejects.toThrow(/patient 4 +network +title 0 +answer of .*\/me\/rewatch/);
  await others.close();
});
