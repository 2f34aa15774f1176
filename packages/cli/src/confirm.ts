import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { UsageError, type CliIo } from './cli-io.ts'

/**
 * Asks the user to type a name, before an action that can't be undone.
 *
 * @throws UsageError when something else was typed, or there is no terminal; the signal's reason
 */
export async function confirmName(
  { stdin, stderr, signal }: CliIo,
  question: string,
  name: string,
): Promise<void> {
  if (stdin.isTTY !== true)
    throw new UsageError(
      `there is no terminal to confirm the deletion of ${name}; pass --yes to delete it without confirmation`,
    )
  const lines = createInterface({ input: stdin, output: stderr, terminal: false })
  try {
    stderr.write(`${question} Type ${name} to confirm: `)
    const [answer] = (await Promise.race([
      once(lines, 'line', { signal }),
      once(lines, 'close', { signal }).then(() => ['']),
    ])) as [string]
    if (answer.trim() !== name) throw new UsageError('not confirmed, so nothing was deleted')
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    lines.close()
  }
}
