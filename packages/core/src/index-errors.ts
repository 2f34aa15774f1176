import { IngestionError } from './errors.ts'

/** An index differs from what was requested: an index template or another client changed it. */
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
      `index ${index} differs from what was requested: ${differences.join('; ')}; ${cause}, and retry the task`,
      {
        details: { index, differences, templates },
      },
    )
  }
}

/**
 * A closed index can't be read or written; it can only be opened, deleted, or have its aliases and settings changed.
 */
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

/** A verified index has changed since: it lost documents or refuses writes. */
export class IndexChangedError extends IngestionError {
  override readonly name = 'IndexChangedError'
  readonly code = 'index_changed'
  /** @param advice what to do about it */
  constructor(
    index: string,
    differences: readonly string[],
    advice = 'undo that or rebuild the index, or set allow_changed to serve it anyway',
  ) {
    super(`index ${index} has changed since it was verified: ${differences.join('; ')}; ${advice}`, {
      details: { index, differences },
    })
  }
}

/** An alias that is to be moved has a filter or routing, which changes what searches find. */
export class AliasAlteredError extends IngestionError {
  override readonly name = 'AliasAlteredError'
  readonly code = 'alias_altered'
  constructor(alias: string, index: string, alters: readonly string[]) {
    super(
      `alias ${alias} has a ${alters.join(' and a ')} on ${index}, which a move would drop or keep; ` +
        `remove alias ${alias} from ${index}, or add it again without a filter or routing, and retry`,
      { details: { alias, index, alters } },
    )
  }
}

/** The cluster has no room for an index, or this server lacks rights that the task needs later. */
export class ClusterUnfitError extends IngestionError {
  override readonly name = 'ClusterUnfitError'
  readonly code = 'cluster_unfit'
  constructor(index: string, checks: readonly { check: string; detail: string }[]) {
    const reasons = checks.map(({ check, detail }) => `${check}: ${detail}`).join('; ')
    super(`index ${index} can't be built on this cluster now: ${reasons}`, { details: { index, checks } })
  }
}

/** Something else wrote to the index each time the task repaired documents. */
export class WrittenByOthersError extends IngestionError {
  override readonly name = 'WrittenByOthersError'
  readonly code = 'verification_failed'
  constructor(index: string) {
    super(
      `another client wrote to index ${index} each time its documents were repaired, so it can't be ` +
        'verified; find out what else writes to it, and retry the task',
      { details: { index } },
    )
  }
}

/** A request names a model that this server does not have. */
export class ModelNotFoundError extends IngestionError {
  override readonly name = 'ModelNotFoundError'
  readonly code = 'model_not_found'
  /** @param models names of the existing models */
  constructor(model: string, models: readonly string[]) {
    super(`there is no model ${model}; the models are ${models.join(', ')}`, { details: { model } })
  }
}

/** A model's two aliases were to move together, and no filtered copy belongs to the index. */
export class FilteredCopyMissingError extends IngestionError {
  override readonly name = 'FilteredCopyMissingError'
  readonly code = 'filtered_copy_missing'
  /** @param found the index that the request names as its copy; null: it names none */
  constructor(index: string, alias: string, found: string | null) {
    super(
      (found === null
        ? `no index was filtered from ${index}, so alias ${alias} can't move with it; `
        : `${found} was not filtered from ${index}, so alias ${alias} can't move with it; `) +
        'create a filtered index from it first, or move one alias without with_filtered',
      { details: { index, alias, ...(found !== null && { filtered_index: found }) } },
    )
  }
}
