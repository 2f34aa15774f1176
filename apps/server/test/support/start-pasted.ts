import { runProcess } from '@ingestion-server/core/testing/run-process.ts'
import { root } from './docs-blocks.ts'

/** Starts a server by a command, and stops it as soon as it listens. @param env with a free port */
export async function startPasted(command: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { stop } = await runProcess({ program: 'bash', args: ['-c', command], cwd: root, env, isGroup: true })
  await stop()
}
