import { onTestFinished } from 'vitest'
import { makeTemporaryFolder } from '../src/temporary-folder.ts'

/** The path of a folder that all users can enter, removed after the test. */
export async function makeTestFolder(): Promise<string> {
  const { path, release } = await makeTemporaryFolder('test')
  onTestFinished(release)
  return path
}
