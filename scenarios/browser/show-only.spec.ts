// `toShowOnly` against any page, the way somebody's own suite would write it: a page that shows the patient passes, the same page
// with somebody else's thing on it goes red, and says whose, where and what. No clinic: the pages are answered from here.
import { expect, type PlantedPatient, patientOf, pictureOf, test } from 'crosstalk/playwright';
import { canaryOf } from '../../fixtures/canary.ts';
import { recordingItem } from '../../fixtures/domain.ts';

const address = 'http://clinic.example/history';

interface Shown {
  readonly html: string;
  /** What else the page asks for. */
  readonly files?: Readonly<Record<string, { readonly contentType: string; readonly body: string | Buffer }>>;
}

const titleOf = ({ consultations }: PlantedPatient): string => consultations[0]?.title ?? '';

async function codeOf({ run, index }: PlantedPatient): Promise<string> {
  const { webp } = await pictureOf(canaryOf(run, index, 'recording', recordingItem(0, 0)));
  return `data:image/webp;base64,${Buffer.from(webp).toString('base64')}`;
}

const frameOf = (html: string): Shown => ({
  html: '<iframe src="http://video.example/player" width="400" height="300"></iframe>',
  files: { 'http://video.example/player': { contentType: 'text/html', body: html } },
});

/** Each shows the patient in one way only; `seen` is what must be said of it when it is somebody else's. */
const pages: readonly {
  readonly name: string;
  show(patient: PlantedPatient): Shown | Promise<Shown>;
  readonly seen: RegExp;
}[] = [
  {
    name: 'a static page',
    show: (patient) => ({ html: `<h2>${titleOf(patient)}</h2>` }),
    seen: /patient 4 +text +title 0 +<h2> at \d+,\d+ \(\d+x\d+\)/,
  },
  {
    name: 'a link',
    show: ({ email }) => ({ html: `<a href="mailto:${encodeURIComponent(email)}">write</a>` }),
    seen: /patient 4 +attribute +email 0 +href of <a> at/,
  },
  {
    name: 'a picture',
    show: async (patient) => ({ html: `<img src="${await codeOf(patient)}" width="160">` }),
    seen: /patient 4 +pixels +recording 0 +<img> at/,
  },
  {
    name: 'a canvas',
    show: async (patient) => ({
      html: `<canvas width="198" height="198"></canvas><script>
        const image = new Image();
        image.onload = () => document.querySelector('canvas').getContext('2d').drawImage(image, 0, 0);
        image.src = '${await codeOf(patient)}';
      </script>`,
    }),
    seen: /patient 4 +pixels +recording 0 +<canvas> at/,
  },
  {
    name: 'a video',
    show: async (patient) => ({
      html: '<video src="/recording" controls preload="none" width="264"></video>',
      files: {
        'http://clinic.example/recording': {
          contentType: 'video/webm',
          body: Buffer.from(await patient.recordingOf(0)),
        },
      },
    }),
    seen: /patient 4 +pixels +recording 0 +<video> at/,
  },
  {
    name: 'a frame of another origin',
    show: (patient) => frameOf(`<p>${titleOf(patient)}</p>`),
    seen: /patient 4 +text +title 0 +<p> at .* in frame http:\/\/video\.example\/player/,
  },
  {
    name: 'a picture in a frame of another origin',
    show: async (patient) => frameOf(`<img src="${await codeOf(patient)}" width="160">`),
    seen: /patient 4 +pixels +recording 0 +<img> at .* in frame http:\/\/video\.example\/player/,
  },
  {
    name: 'a shadow root',
    show: (patient) => ({
      html: `<div></div><script>document.querySelector('div').attachShadow({ mode: 'open' }).innerHTML = '<b>' + atob('${btoa(titleOf(patient))}') + '</b>'</script>`,
    }),
    seen: /patient 4 +text +title 0 +<b> at/,
  },
  {
    name: 'Web Storage',
    show: (patient) => ({ html: `<script>localStorage.last = decodeURI('${encodeURI(titleOf(patient))}')</script>` }),
    seen: /patient 4 +local-storage +title 0 +localStorage "last"/,
  },
];

for (const { name, show, seen } of pages) {
  test(`${name} that shows the patient passes, and somebody else's goes red`, async ({
    page,
    patient,
    otherPatient,
  }) => {
    let shown = await show(patient);
    await page.route(/\/\/(clinic|video)\.example\//, (route) => {
      const file = shown.files?.[route.request().url()];
      return route.fulfill(file ?? { contentType: 'text/html', body: `<!doctype html>${shown.html}` });
    });
    await page.goto(address);
    await expect(page).toShowOnly(patient);
    await expect(page).not.toShowNobody();

    shown = await show(otherPatient);
    await page.goto(address);
    const complaint = await complaintOf(() => expect(page).toShowOnly(patient));
    expect(complaint).toContain("of somebody else's data on http://clinic.example/history");
    expect(complaint).toMatch(seen);
    await expect(page).not.toShowOnly(patient);
    await expect(page).toShowOnly([patient, otherPatient]);
  });
}

test('a page that shows nothing proves nothing', async ({ page, patient }) => {
  await page.setContent('<p>Please sign in.</p>');
  await expect(page).toShowNobody();
  await expect(page).toShowOnly(patient, { evenNothing: true });
  const quick = expect.configure({ timeout: 500 });
  expect(await complaintOf(() => quick(page).toShowOnly(patient))).toContain('so nothing was proved');
  expect(await complaintOf(() => quick(page).not.toShowOnly(patient))).toContain('something was expected to be');
});

test('what is the patient’s own may come late', async ({ page, patient }) => {
  const title = JSON.stringify(titleOf(patient));
  await page.setContent(`<script>setTimeout(() => document.body.append(${title}), 700)</script>`);
  await expect(page).toShowOnly(patient);
});

test('the same patient of another run is somebody else', async ({ page, patient }) => {
  const earlier = patientOf(patient.index, { run: patient.run + 1 });
  await page.setContent(`<p>${titleOf(patient)}</p><p>${titleOf(earlier)}</p>`);
  const complaint = await complaintOf(() => expect(page).toShowOnly(patient));
  expect(complaint).toContain(`patient 0 of another run (${patient.run + 1})`);
  expect(complaint).toMatch(/1 sight of somebody else's data/);
  await expect(page).not.toShowNobody();
});

test('a page that can’t be looked at in full proves nothing', async ({ page, patient }) => {
  const quick = expect.configure({ timeout: 500 });
  await page.setContent(`<p>${titleOf(patient)}</p><video width="100" height="100"></video>`);
  expect(await complaintOf(() => quick(page).toShowOnly(patient))).toContain('1 of 1 videos did not play');
  await quick(page).toShowOnly(patient, { evenPartly: true });
});

test('patients are named by object, by number, or several at once', async ({ page, patient }) => {
  await page.setContent(`<p>${titleOf(patient)}</p>`);
  await expect(page).toShowOnly(0);
  await expect(page).toShowOnly([3, 0]);
  expect(await complaintOf(() => expect(page).toShowOnly(1))).toContain("1 sight of somebody else's data:");
  expect(await complaintOf(() => expect(page).toShowOnly([]))).toContain('write toShowNobody()');
});

/** Without the colours. */
async function complaintOf(assertion: () => Promise<unknown>): Promise<string> {
  const thrown = await assertion().then(
    () => null,
    (error: Error) => error.message,
  );
  expect(thrown, 'the assertion must fail').not.toBeNull();
  return String(thrown).replace(/\u001b\[\d+m/g, '');
}
