import { defineConfig } from 'vitest/config';

// Two projects: `unit` (beside the code, no processes of ours) and `e2e` (starts the real clinic, k6 and the command line).
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
          include: ['{fixtures,harness,scenarios,reports,mocks,docs/examples}/**/*.e2e.test.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
