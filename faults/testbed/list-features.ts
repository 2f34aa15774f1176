import { findLibfaketime, ServiceFailedError } from '@ingestion-server/local-services'
import type { Need } from '../kinds/index.ts'
import { canMountDisk } from './small-disk.ts'

/** The features of this machine that kinds of faults need. Missing ones are reported. */
export async function listFeatures(
  openSearchUrl: string | undefined,
  onProgress: (message: string) => void,
): Promise<Set<Need>> {
  const features = new Set<Need>()
  if (openSearchUrl === undefined) features.add('own OpenSearch')
  if (await canMountDisk()) features.add('tmpfs')
  else onProgress('This user may not mount a tmpfs, so no disk is full')
  try {
    await findLibfaketime({ onProgress })
    features.add('libfaketime')
  } catch (error) {
    if (!(error instanceof ServiceFailedError)) throw error
    onProgress(`No clock is wrong: ${error.message}`)
  }
  return features
}
