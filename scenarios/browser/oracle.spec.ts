// What the oracle of a test notices although no page shows it any more: an answer, a line of the console, a download, each seen
// and gone before the test's end.
import { expect, type PlantedPatient, test } from 'crosstalk/playwright';
import { createOracle } from '../../harness/playwright/oracle.ts';

/** For the body of an answer to be read, and a download to end, on a busy machine too. */
const passesWithinMs = 2_000;

const note = ({ consultations }: PlantedPatient): string => consultations[0]?.note ?? '';

const ways: readonly (readonly [name: string, script: (text: string) => string, seen: RegExp])[] = [
  ['an answer', () => "fetch('/api')", /patient 4 +network +note 0 +answer of http:\/\/clinic\.example\/api/],
  ['a line of the console', (text) => `console.warn('${text}')`, /patient 4 +console +note 0 +console\.warning/],
  [
    'a download',
    (text) =>
      `Object.assign(document.createElement('a'), { href: 'data:text/plain,${encodeURIComponent(text)}', download: 'a' }).click()`,
    /patient 4 +download +note 0 +a download/,
  ],
];

for (const [name, script, seen] of ways) {
  test(`${name} that has passed is remembered`, async ({ page, patient, otherPatient }) => {
    let answer = note(otherPatient);
    await page.route('http://clinic.example/**', (route) => {
      const isApi = route.request().url().endsWith('/api');
      return route.fulfill(
        isApi ? { json: { answer } } : { contentType: 'text/html', body: `<p>${note(patient)}</p>` },
      );
    });
    const verdictOf = async (text: string): Promise<string> => {
      const oracle = createOracle();
      oracle.watch(page.context(), patient);
      answer = text;
      await page.goto('http://clinic.example/');
      await page.evaluate(script(text));
      await page.waitForTimeout(passesWithinMs);
      await page.goto('http://clinic.example/');
      await expect(page).toShowOnly(patient);
      return oracle.verify().then(
        () => 'clean',
        (error: Error) => error.message,
      );
    };
    expect(await verdictOf(note(patient))).toBe('clean');
    expect(await verdictOf(note(otherPatient))).toMatch(seen);
  });
}

test('whoever asks for the oracle fails at the end', async ({ page, oracle, patient, otherPatient }) => {
  test.fail();
  oracle.watch(page.context(), patient);
  await page.setContent(`<script>console.log('${note(otherPatient)}')</script>`);
});

test('a context may be somebody else’s, or several people’s', async ({
  page,
  browser,
  oracle,
  patient,
  otherPatient,
}) => {
  oracle.watch(page.context(), [patient, otherPatient]);
  await page.setContent(`<p>${note(patient)} ${note(otherPatient)}</p>`);
  const other = await browser.newContext();
  oracle.watch(other, otherPatient);
  await (await other.newPage()).setContent(`<p>${note(otherPatient)}</p>`);
});
