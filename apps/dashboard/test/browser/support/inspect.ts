import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import axe from 'axe-core'
import type { Page } from 'playwright'
import { expect } from 'vitest'

const screenshotsDir = resolve(import.meta.dirname, '../../../../../test-results/dashboard')
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
]

/**
 * Runs all rules of axe in the page as it is. Its wrapper for Playwright loads axe anew for each run, and a second page
 * for the report, which takes seven times as long.
 *
 * @param disabled rules that don't apply
 * @returns each violated rule with its elements
 */
export async function findViolations(page: Page, disabled: readonly string[] = []): Promise<string[]> {
  const rules = Object.fromEntries(disabled.map((rule) => [rule, { enabled: false }]))
  // Once for each document.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async (rules) => {
    const loaded = window as unknown as { axe: typeof axe }
    const options: axe.RunOptions = { rules, reporter: 'no-passes', resultTypes: ['violations'] }
    const { violations } = await loaded.axe.run(options)
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  }, rules)
}

/**
 * Checks a page in both color schemes and three widths: no axe findings, no horizontal overflow; takes screenshots.
 * Leaves it light and wide.
 *
 * @param name of the screenshots, without the color scheme and the width
 */
export async function inspect(page: Page, name: string): Promise<void> {
  await mkdir(screenshotsDir, { recursive: true })
  const findings: string[] = []
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const size of sizes) {
      const where = `${name}-${colorScheme}-${size.width}`
      await page.setViewportSize(size)
      await page.screenshot({ path: join(screenshotsDir, `${where}.png`), fullPage: true })
      const needed = await page.evaluate(() => document.documentElement.scrollWidth)
      if (needed > size.width) findings.push(`${where}: needs a width of ${needed}`)
      for (const violation of await findViolations(page)) findings.push(`${where}: ${violation}`)
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  expect(findings).toEqual([])
}
