import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Its default leaves a core to the terminal: on a machine of two the files would run one after the other.
    maxWorkers: '100%',
    setupFiles: ['tests/helpers/with-resolvers.ts'],
  },
});
