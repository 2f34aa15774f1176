import type { ActionFacts } from './action-facts.ts'

/**
 * How a REINDEX compares its index with the table before it completes: by number and checksums of ids (default), or
 * also field by field.
 */
const verificationDepths = ['ids', 'documents'] as const

/** Maximum number of failed documents stored per task; with one more it fails at once. */
export const maxFailedDocuments = 10_000

export const reindexFacts = {
  name: 'REINDEX',
  requestName: 'ReindexRequest',
  scope: 'write',
  method: 'reindex',
  command: 'reindex',
  label: 'Reindex',
  title: 'Build an index',
  verb: 'Build',
  description:
    'Reads all rows of a model from the database into a new index and verifies it. Aliases are not changed.',
  example: {
    summary: 'Build an index from the database',
    value: { model: 'image', action: 'REINDEX', index_suffix: '20231106' },
  },
  createsIndex: true,
  removesSensitive: false,
  writesDocuments: true,
  phases: {
    planning: 'first',
    loading: 'load',
    catching_up: 'finish',
    verifying: 'finish',
    mending: 'finish',
    redriving: 'redrive',
    restoring: 'finish',
  },
  fields: {
    index_suffix: {
      option: 'suffix',
      help: 'of the index to build; by default the server generates one',
      kind: 'new suffix',
    },
    max_failed: {
      option: 'max-failed',
      help: 'documents that OpenSearch may refuse before the task fails',
      kind: 'count',
      maximum: maxFailedDocuments,
    },
    verify: {
      option: 'verify',
      help: 'how the index is compared with the table: ids (default) or documents',
      kind: verificationDepths,
    },
    /** Share of the documents that are compared field by field, independent of `verify`. */
    verify_sample: {
      option: 'verify-sample',
      help: 'share of the documents to compare field by field, such as 0.01 (implies --verify documents)',
      kind: 'share',
    },
  },
} as const satisfies ActionFacts
