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
