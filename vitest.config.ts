import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take more than a minute. At the end of a run, one of them would keep a single worker busy. */
const longest = [
  'faults/test/short-form',
  'packages/core/test/exactness/exactness',
  'packages/ingestion-server/test/packages',
  'apps/server/test/crashes',
  'deploy/test/image/image',
  'apps/server/test/readme',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((name) => moduleId.endsWith(`${name}.test.ts`))
      return place === -1 ? longest.length : place
    }
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}

/** What a test waits for takes as long as the machine, which computes beside it, lets it. */
const expect = { poll: { timeout: 20_000 } }
/**
 * Real services on two cores: what takes a second alone may take ten beside the other suites. Some hooks build packages
 * or an image and install what these need, from registries that may not respond at once.
 */
const patient = { testTimeout: 300_000, hookTimeout: 900_000, expect: { poll: { timeout: 90_000 } } }
const services = [
  'packages/*/test/**/*.test.ts',
  'apps/*/test/**/*.test.ts',
  'faults/test/**/*.test.ts',
  'deploy/test/image/*.test.ts',
]

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          // Property tests take some seconds where others compute beside them.
          testTimeout: 30_000,
          // Importing the sources anew for each file takes three times as long as the tests.
          isolate: false,
          expect,
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'deploy',
          include: ['deploy/test/*.test.ts'],
          ...patient,
        },
      },
      {
        test: {
          name: 'services',
          include: services,
          exclude: ['apps/dashboard/test/browser/**'],
          globalSetup: ['packages/core/test/global-setup.ts', 'apps/server/test/global-setup.ts'],
          ...patient,
          isolate: false,
          // One more than cores: a suite often waits for its services, with a core unused.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['apps/dashboard/test/browser/**/*.test.ts'],
          globalSetup: ['apps/dashboard/test/browser/global-setup.ts', 'apps/server/test/global-setup.ts'],
          ...patient,
          // Each file has a server, a dashboard and a browser of its own.
          fileParallelism: false,
        },
      },
    ],
  },
})
