import type { Phase } from '@ingestion-server/sdk'

/**
 * The colour of a phase, the same in waterfalls, bands and badges, in light and dark.
 *
 * @returns a CSS value, or a muted colour for a phase that this version does not know
 * @example
 * <rect fill={phaseColor('catching_up')} /> // var(--color-phase-catching-up)
 */
export function phaseColor(phase: Phase): string {
  return `var(--color-phase-${phase.replaceAll('_', '-')}, var(--color-strong-line))`
}
