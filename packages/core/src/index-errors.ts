import { IngestionError } from './errors.ts'

/** An index is not what it was made to be: an index template, or somebody's hand, gave it something else. */
export class IndexDiffersError extends IngestionError {
  override readonly name = 'IndexDiffersError'
  readonly code = 'index_differs'
  /** @param templates names of the index templates that match its name */
  constructor(index: string, differences: readonly string[], templates: readonly string[]) {
    const cause =
      templates.length > 0
        ? `index template ${templates.join(', ')} matches its name; take this out of the template or ` +
          'the name out of its patterns'
        : 'undo that'
    super(
      `index ${index} is not as it was asked for: ${differences.join('; ')}; ${cause}, and retry the task`,
      {
        details: { index, differences, templates },
      },
    )
  }
}

/** Nothing can be read from or written to a closed index; only its aliases and settings can change, or it can go. */
export class IndexClosedError extends IngestionError {
  override readonly name = 'IndexClosedError'
  readonly code = 'index_closed'
  constructor(index: string, cause?: unknown) {
    super(`index ${index} is closed; open it first (POST /${index}/_open), and try again`, {
      details: { index },
      cause,
    })
  }
}

/** An index that was verified is another one by now: it lost documents, or takes no writes. */
export class IndexChangedError extends IngestionError {
  override readonly name = 'IndexChangedError'
  readonly code = 'index_changed'
  /** @param advice what would help */
  constructor(
    index: string,
    differences: readonly string[],
    advice = 'undo that or rebuild the index, or set allow_changed to serve it anyway',
  ) {
    super(`index ${index} is not as it was when it was verified: ${differences.join('; ')}; ${advice}`, {
      details: { index, differences },
    })
  }
}

/** An alias that is to be moved finds other documents than those of its index. */
export class AliasAlteredError extends IngestionError {
  override readonly name = 'AliasAlteredError'
  readonly code = 'alias_altered'
  constructor(alias: string, index: string, alters: readonly string[]) {
    super(
      `alias ${alias} has a ${alters.join(' and a ')} on ${index}, which a move would drop or leave in the way; ` +
        `remove alias ${alias} from ${index}, or add it anew without, and retry`,
      { details: { alias, index, alters } },
    )
  }
}

/** The cluster has no room for an index, or this server lacks rights, so that a task would fail at its end. */
export class ClusterUnfitError extends IngestionError {
  override readonly name = 'ClusterUnfitError'
  readonly code = 'cluster_unfit'
  constructor(index: string, checks: readonly { check: string; detail: string }[]) {
    const reasons = checks.map(({ check, detail }) => `${check}: ${detail}`).join('; ')
    super(`index ${index} can't be built on this cluster now: ${reasons}`, { details: { index, checks } })
  }
}

/** Each time the task repaired documents, something else was written to the index too. */
export class WrittenByOthersError extends IngestionError {
  override readonly name = 'WrittenByOthersError'
  readonly code = 'verification_failed'
  constructor(index: string) {
    super(
      `whenever documents of index ${index} were repaired, other documents were written to it too, so it can't be ` +
        'called equal to the database; find out what else writes to it, and retry the task',
      { details: { index } },
    )
  }
}
