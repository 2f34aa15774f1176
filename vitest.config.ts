import { defineConfig } from 'vitest/config'

const services = ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Property tests take some seconds where others compute beside them.
          testTimeout: 30_000,
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'services',
          include: services,
          globalSetup: ['packages/core/test/global-setup.ts'],
          // Real services on two cores: what takes a second alone may take ten beside the other suites.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
