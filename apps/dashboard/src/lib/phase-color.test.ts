import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { phases } from '@ingestion-server/core/contract'
import { expect, test } from 'vitest'
import { phaseColor } from './phase-color.ts'

test('each phase has a colour among the tokens', () => {
  const tokens = readFileSync(resolve(import.meta.dirname, '../styles/tokens.css'), 'utf8')
  // `done` takes no time.
  const shown = phases.filter((phase) => phase !== 'done')
  const colors = shown.map((phase) => /--color-phase-[a-z-]+/.exec(phaseColor(phase))?.[0])
  expect(colors.filter((color) => color === undefined || !tokens.includes(`${color}:`))).toEqual([])
})
