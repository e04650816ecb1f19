import { defineConfig } from 'vitest/config';

// Three projects: `unit` (beside the code, no processes of ours), `e2e` (starts the real clinic, k6 and the command line; two files at a time,
// for most of them wait most of the time), and `e2e-alone` (those that want the machine for themselves).
const endToEnd = '{fixtures,harness,scenarios,reports,mocks,docs/examples}/**/*.e2e.test.ts';
const alone = ['browser', 'calibrate', 'calibrate-quick', 'demo', 'k6'].map(
  (name) => `harness/cli/${name}.e2e.test.ts`,
);

/** What a slow machine takes to come round to what a test waits for; vitest's own second is for a quiet one. */
const pollMaxMs = 20_000;

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{fixtures,harness,scenarios,reports,mocks}/**/*.test.ts'],
          exclude: ['**/*.e2e.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: [endToEnd],
          exclude: [...alone, '**/node_modules/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          expect: { poll: { timeout: pollMaxMs } },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e-alone',
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          expect: { poll: { timeout: pollMaxMs } },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
