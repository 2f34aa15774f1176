import { durationText } from '../../duration-text.ts'
import { DatabaseUnavailableError } from '../../errors.ts'
import type { AliasMove, ModelLock } from '../model-lock.ts'
import { answer, copy, isoNow, type MemoryState } from './memory-state.ts'

export function lastAliasMove({ aliasMoves }: MemoryState, alias: string): AliasMove | null {
  return aliasMoves.findLast((move) => move.alias === alias) ?? null
}

export function recentAliasMoves(
  { aliasMoves, now }: MemoryState,
  model: string,
  withinMs: number,
): AliasMove[] {
  const since = now() - withinMs
  return aliasMoves.filter((move) => move.model === model && Date.parse(move.movedAt) > since).toReversed()
}

/** What is written through the lock is put off to its end, so that it is void when `run` throws. */
export async function withModelLock<Result>(
  state: MemoryState,
  model: string,
  waitMs: number,
  run: (lock: ModelLock) => Promise<Result>,
): Promise<Result> {
  const free = await takeLock(state, model, waitMs)
  try {
    const writes: (() => void)[] = []
    const result = await run(createModelLock(state, writes))
    for (const write of writes) write()
    return result
  } finally {
    free()
  }
}

/** @returns what frees the lock */
async function takeLock({ locks }: MemoryState, model: string, waitMs: number): Promise<() => void> {
  const othersDone = locks.get(model) ?? Promise.resolve()
  let free = () => {}
  const ownDone = new Promise<void>((resolve) => {
    free = resolve
  })
  locks.set(
    model,
    othersDone.then(() => ownDone),
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeUp = new Promise<'time is up'>((resolve) => {
    timer = setTimeout(() => resolve('time is up'), waitMs)
  })
  const outcome = await Promise.race([othersDone, timeUp])
  clearTimeout(timer)
  if (outcome !== 'time is up') return free
  free()
  throw new DatabaseUnavailableError(
    `aliases or indices of model ${model} are being changed by another task; waited ${durationText(waitMs)} for it`,
  )
}

function createModelLock(state: MemoryState, writes: (() => void)[]): ModelLock {
  return {
    get: (taskId) => answer(() => state.tasks.get(taskId)?.record ?? null),
    getIndex: (uuid) => answer(() => state.indices.get(uuid) ?? null),
    lastAliasMove: (alias) => answer(() => lastAliasMove(state, alias)),
    recentAliasMoves: (model, withinMs) => answer(() => recentAliasMoves(state, model, withinMs)),
    assertHeld: () => Promise.resolve(),
    recordAliasMove: (move) =>
      answer(() => {
        const recorded = { ...copy(move), movedAt: isoNow(state) }
        writes.push(() => state.aliasMoves.push(recorded))
      }),
    removeIndex: (uuid) => answer(() => void writes.push(() => state.indices.delete(uuid))),
  }
}
