// What a patient's eye meets on the rewatch page: the own recordings play in a real browser, the code in their picture names
// the owner, and nobody else's is there, nor was on the way.
import { expect, lookAt, test } from 'crosstalk/playwright';

test.use({ crosstalkSeed: 'browser' });

test('the rewatch page plays the own recordings, and only those', async ({ page, clinic, patient, oracle }) => {
  await clinic.signIn(page, patient);
  // A first picture is drawn when somebody first asks for it, and a page that came too early is not told.
  await expect
    .poll(
      async () => {
        await page.goto(`${clinic.url}/me/rewatch`);
        const pictures = page.locator('article img');
        return pictures.evaluateAll(
          (all) => all.length > 0 && all.every((one) => (one as HTMLImageElement).naturalWidth > 0),
        );
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  const links = page.getByRole('link', { name: /^Play / });
  await expect(links).toHaveCount(patient.consultations.length);
  await links.first().click();
  await expect(page.getByRole('region', { name: 'Player' }).locator('video')).toBeVisible();
  await expect(page).toShowOnly(patient);

  const { sights } = await lookAt(page, { channels: ['pixels'], media: true, pixelsFullPage: true });
  const shown = sights.map(({ canary, element }) => `${element} ${canary.kind} ${canary.item}`);
  expect(shown.filter((each) => each.startsWith('img')).sort()).toEqual([
    'img recording 0',
    'img recording 2',
    'img recording 4',
  ]);
  expect(shown.filter((each) => each.startsWith('video'))).toHaveLength(1);
  // The oracle speaks at the end; meanwhile others may be at the clinic.
  expect(oracle).toBeDefined();
});

test('a patient who signs out shows nobody', async ({ page, clinic, patient }) => {
  await clinic.signIn(page, patient);
  await page.goto(`${clinic.url}/me/rewatch`);
  await page.request.post(`${clinic.url}/auth/sign-out`);
  await page.goto(`${clinic.url}/me/rewatch`);
  await expect(page).toShowNobody();
});
