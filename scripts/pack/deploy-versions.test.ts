import { expect, test } from 'vitest'
import { readDeployVersions, readVersion } from './deploy-versions.ts'

test('chart, image and runtime files name the version of the packages (npm run release -- --version)', async () => {
  const version = await readVersion()
  for (const [file, versions] of Object.entries(await readDeployVersions())) {
    expect(versions.length, file).toBeGreaterThan(0)
    expect(new Set(versions), file).toEqual(new Set([version]))
  }
})
