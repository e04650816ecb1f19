// `npm run bench`: the scan, the people, the recordings, and what the oracle costs in k6 and in a browser. Ratios are taken within one run.
import { patientIndex } from '../fixtures/domain.ts';
import { person } from '../fixtures/people.ts';
import { recording } from '../fixtures/recordings.ts';
import { benchK6 } from './drivers/k6-bench.ts';
import { benchEyes } from './eyes/bench.ts';
import { benchScan } from './scan/bench.ts';

interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const perSecond = (count: number, startedAt: number): number => (1_000 * count) / (performance.now() - startedAt);

function benchPeople(first: number): Row {
  const count = 5_000;
  const startedAt = performance.now();
  for (let index = 0; index < count; index++) person('bench', 1, patientIndex(first + index));
  return {
    name: `patients, from number ${first.toLocaleString('en')}`,
    value: perSecond(count, startedAt),
    unit: '/s',
  };
}

async function benchRecordings(): Promise<Row> {
  const count = 200;
  const startedAt = performance.now();
  for (let index = 0; index < count; index++) await recording(1, patientIndex(index), 0);
  return { name: 'videos of 8 s, one at a time', value: perSecond(count, startedAt), unit: '/s' };
}

function print({ name, value, unit }: Row): void {
  const figure = value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
  process.stdout.write(`${name.padEnd(64)} ${figure.padStart(10)} ${unit}\n`);
}

benchPeople(0);
for (const first of [0, 2_300_000]) print(benchPeople(first));
print(await benchRecordings());
for (const row of await benchScan()) print(row);
const eyes = await benchEyes(100);
if (eyes) {
  const { loadCount, expectedCount, readCount, misreadCount, medianMs, p95Ms } = eyes;
  print({ name: `codes read on ${loadCount} pages, of ${expectedCount}`, value: readCount, unit: '' });
  print({ name: 'codes read as another than they are', value: misreadCount, unit: '' });
  print({ name: 'check of the pixels of a page of 8 thumbnails, median (aim 300)', value: medianMs, unit: 'ms' });
  print({ name: 'the same, 95 % of pages below', value: p95Ms, unit: 'ms' });
}
for (const { list, operationsPerSecondOff, operationsPerSecondOn, ratio } of await benchK6()) {
  print({ name: `k6, ${list}, oracle off`, value: operationsPerSecondOff, unit: 'operations/s' });
  print({ name: `k6, ${list}, oracle on`, value: operationsPerSecondOn, unit: 'operations/s' });
  print({ name: `k6, ${list}, on / off (aim 0.9, at least 0.75)`, value: ratio, unit: '' });
}
