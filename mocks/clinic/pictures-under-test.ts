// For tests: real recordings of test patients, and whose they are by what their pictures show.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { canaryOf, decodeCanary } from '../../fixtures/canary.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { recording } from '../../fixtures/recordings.ts';
import type { Said } from './clinic-under-test.ts';
import { settledHistory, type TestPatient } from './patient-under-test.ts';

const run = 5;
/** What a page shows a thumbnail at. */
const shownAtPixels = 160;

type Numbered = Pick<TestPatient, 'number'>;

export const tokenIn = ({ number }: Numbered): string => canaryOf(run, patientIndex(number), 'recording', 0);

export const videoOf = ({ number }: Numbered): Promise<Uint8Array> => recording(run, patientIndex(number), 0);

/** The number of the patient whose recording this is a picture of, or null where no canary can be read at the size of a page's thumbnail. */
export async function ownerShown(picture: Uint8Array): Promise<number | null> {
  // Left to itself the reader fetches its WebAssembly from the internet.
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true });
  const shown = await sharp(picture).resize(shownAtPixels, shownAtPixels, { fit: 'inside' }).png().toBuffer();
  const codes = await readBarcodes(new Uint8Array(shown), { formats: ['QRCode'] });
  return decodeCanary(codes[0]?.text ?? '')?.owner ?? null;
}

/** The thumbnails of all of the patient's recordings, once they are made; throws after ten seconds. */
export async function settledThumbnails(patient: TestPatient): Promise<readonly Said[]> {
  for (let round = 0; round < 100; round += 1) {
    const recordings = (await settledHistory(patient)).flatMap((consultation) => consultation.recordings);
    const said = await Promise.all(recordings.map((one) => patient.ask(one.thumbnailHref)));
    if (said.every(({ status }) => status === 200)) return said;
    await pause(100);
  }
  throw new Error(`the thumbnails of ${patient.mark} were not made in time`);
}

/** Every other patient whose picture stands among this one's thumbnails, as `viewer<owner`. */
export async function foreignPictures(patient: TestPatient): Promise<readonly string[]> {
  const owners = (await settledThumbnails(patient)).map(({ bytes }) => ownerShown(bytes));
  const foreign = (await Promise.all(owners)).filter((owner) => owner !== patient.number);
  return foreign.map((owner) => `${patient.mark}<${owner ?? 'nothing readable'}`);
}
