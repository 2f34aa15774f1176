import type { CliIo } from '../cli-io.ts'
import {
  describeAliases,
  describeDocument,
  describeIndex,
  describeStat,
  indexListHeader,
  listIndex,
} from '../describe-index.ts'
import { parseName } from '../option-values.ts'
import type { Program } from '../root-command.ts'
import { createSession } from '../session.ts'

/** The commands that show indices. */
export function addIndexCommands(program: Program, io: CliIo): void {
  program
    .command('indices')
    .description('Lists the indices and aliases of all models, newest first.')
    .argument('[model]', 'only this model')
    .action(async (model, _options, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const { models } = await client.indices.list({ signal: io.signal })
      const wanted = models.filter((each) => model === undefined || each.model === model)
      if (output.json) return output.document({ models: wanted })
      for (const line of wanted.flatMap(describeAliases)) output.line(line)
      output.table([indexListHeader, ...wanted.flatMap(({ indices }) => indices.map(listIndex))])
    })

  program
    .command('index')
    .description('Shows an index.')
    .argument('<name>', 'for example image-20231106', parseName)
    .action(async (name, _options, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const index = await client.indices.get(name, { signal: io.signal })
      if (output.json) output.document(index)
      else output.table(describeIndex(index))
    })

  program
    .command('document')
    .description('Shows a document of an index or, if the index lacks it, why.')
    .argument('<index>', 'such as image-20231106', parseName)
    .argument('<id>', 'of the row', parseName)
    .action(async (name, id, _options, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const document = await client.indices.document(name, id, { signal: io.signal })
      if (output.json) output.document(document)
      else output.table(describeDocument(document))
    })

  program
    .command('stat')
    .description('Shows whether a name is an index, an alias, or neither.')
    .argument('<name>', 'name of an index or alias', parseName)
    .action(async (name, _options, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const stat = await client.indices.stat(name, { signal: io.signal })
      if (output.json) output.document(stat)
      else output.line(describeStat(name, stat))
    })
}
