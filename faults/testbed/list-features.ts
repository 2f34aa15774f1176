import { findLibfaketime, ServiceFailedError } from '@ingestion-server/local-services'
import { canMountDisk } from './small-disk.ts'

/** What some kinds of faults need of the machine; if it is missing, the run reports that and leaves them out. */
export type Feature = 'own OpenSearch' | 'tmpfs' | 'libfaketime'

/** The features of this machine. Missing ones are reported. */
export async function listFeatures(
  openSearchUrl: string | undefined,
  onProgress: (message: string) => void,
): Promise<Set<Feature>> {
  const features = new Set<Feature>()
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
