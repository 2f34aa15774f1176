import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'
import { expect } from 'vitest'

const screenshotsDir = resolve(import.meta.dirname, '../../../../../test-results/dashboard')
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
]

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
      const { violations } = await new AxeBuilder({ page }).analyze()
      for (const { id, nodes } of violations)
        findings.push(`${where}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  expect(findings).toEqual([])
}
