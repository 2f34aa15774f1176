import { IndexReplacedError } from '../../errors.ts'
import { findAliasTargets, putSettings, replaceOwnWriteAlias, writeAliasName } from '../../search/index.ts'
import type { NextStep, StepContext } from '../../tasks/index.ts'
import { checkRequest, type CheckedMove } from './check-request.ts'
import { toPlanExceptions } from './exceptions.ts'
import {
  changesOf,
  earlierState,
  isOnly,
  requestOf,
  type AliasChange,
  type PointAliasState,
} from './state.ts'

/**
 * Records the current target of each alias, adds a write alias to the new ones, and corrects settings that a load left
 * on them. The next phase waits for them to be healthy.
 *
 * @throws the first precondition failure
 */
export async function plan(context: StepContext): Promise<NextStep> {
  const { task, search, settings, store } = context
  const request = requestOf(task)
  const check = await checkRequest({ search, settings, records: store, taskId: task.id }, request)
  if (check.preconditionFailures[0]) throw check.preconditionFailures[0]

  const earlier = earlierState(context)
  const before = earlier ? changesOf(task, earlier) : []
  const changes: AliasChange[] = []
  const restored: string[] = []
  const isPair = check.moves.length > 1
  for (const move of check.moves) {
    // A write alias names one index, because settings are put through it. Both aliases may point to one index.
    const isSecond = changes.some(({ to }) => to.name !== move.index)
    const number = isPair ? (task.lastStage + 1) * 2 + (isSecond ? 1 : 0) : task.lastStage + 1
    const change = await describeChange(context, move, { before, writeAlias: writeAliasName(task, number) })
    changes.push(change)
    restored.push(...(await prepareIndex(context, move, change.writeAlias, isPair)))
  }
  // The pair of an earlier run may have had another copy.
  for (const { to } of before) {
    if (changes.every((change) => change.to.name !== to.name)) {
      await replaceOwnWriteAlias(search, to.name, task.id, null)
    }
  }
  const [own, filtered] = changes
  if (!own) throw new IndexReplacedError(task.index)
  const state: PointAliasState = {
    uuid: own.to.uuid,
    mark: own.writeAlias,
    from: [...own.from],
    liveBefore: own.liveBefore,
    restored: [...new Set([...(earlier?.restored ?? []), ...restored])],
    warnings: check.warnings,
    filtered: filtered
      ? {
          ...filtered.to,
          mark: filtered.writeAlias,
          from: [...filtered.from],
          liveBefore: filtered.liveBefore,
        }
      : null,
    exceptions: toPlanExceptions(check.exceptions),
  }
  return { kind: 'phase', phase: 'promoting', items: [{ payload: null }], state }
}

async function describeChange(
  { search, store, task }: StepContext,
  { alias, check: { target } }: CheckedMove,
  { before, writeAlias }: { before: readonly AliasChange[]; writeAlias: string },
): Promise<AliasChange> {
  if (!target) throw new IndexReplacedError(task.index)
  const from = await findAliasTargets(search, alias)
  // An earlier run may have moved the alias and died before it recorded that, so the previous target is the one it
  // recorded.
  const earlier = before.find((change) => change.alias === alias)
  const { name, uuid } = target
  const isMoved = earlier?.to.uuid === uuid && isOnly(from, uuid)
  const previous = isMoved ? earlier.from : from
  // An alias that is where it belongs does not go back.
  const liveBefore = !isOnly(previous, uuid) && (await store.wasLive(alias, { uuid, notOfTask: task.id }))
  return { alias, from: previous, to: { name, uuid }, writeAlias, liveBefore }
}

/** Adds the write alias and corrects settings. @returns what was corrected, a few words each */
async function prepareIndex(
  { search, task }: StepContext,
  { index, check: { restore } }: CheckedMove,
  writeAlias: string,
  isPair: boolean,
): Promise<string[]> {
  await replaceOwnWriteAlias(search, index, task.id, writeAlias)
  const names = Object.keys(restore)
  if (names.length === 0) return []
  // Through the alias: a late call doesn't find it and changes nothing.
  await putSettings(search, { index, alias: writeAlias }, restore)
  return names.map((name) => (isPair ? `${index}: setting ${name}` : `setting ${name}`))
}
