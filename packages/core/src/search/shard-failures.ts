import { SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import { isTransient } from './classify-search-error.ts'
import { describeCause, listShardFailures } from './describe-search-error.ts'

/**
 * Checks that an operation on an index succeeded on each shard that it reached. OpenSearch responds to some with status
 * 200 although shards refused them: a flush, and a block on an index.
 *
 * @param operation for the message, such as `the flush of image-20231106`
 * @param body of the response
 * @throws SearchRefusedError with the reason of a shard, for example a missing right to requests of shards
 * @throws SearchUnavailableError for a reason that may be over later
 */
export function requireAllShards(operation: string, body: unknown): void {
  const failures = listShardFailures(body)
  const [first] = failures
  if (first === undefined) return
  const causes = { ...first.reason, failed_shards: failures }
  const text = `${operation} failed on ${failures.length} ${failures.length === 1 ? 'shard' : 'shards'}: ${describeCause(causes)}`
  const details = { type: first.reason.type, shard: first.shard }
  throw failures.every(({ status }) => status === 'FORBIDDEN') && !isTransient(403, causes)
    ? new SearchRefusedError(`OpenSearch refused a request: ${text}`, { details })
    : new SearchUnavailableError(`OpenSearch can't do this now: ${text}`, { details })
}
