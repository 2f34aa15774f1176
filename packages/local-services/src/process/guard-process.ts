import { spawn } from 'node:child_process'
import { Socket } from 'node:net'

/**
 * Ends a process when this process ends. A small shell waits for the end of a pipe that only this process holds open,
 * so it also notices SIGKILL.
 *
 * @param pid negative for a group of processes
 * @returns ends the guard; call it when the guarded process has ended
 */
export function guardProcess(pid: number, stopSignal: NodeJS.Signals): () => void {
  const script = `read -r nothing
kill -s ${stopSignal.slice(3)} -- ${pid} 2>/dev/null || exit 0
for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -s 0 -- ${pid} 2>/dev/null || exit 0; done
kill -s KILL -- ${pid}`
  const shell = spawn('/bin/sh', ['-c', script], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.once('error', () => undefined) // without a shell the next start ends the process, see end-stale-process.ts
  shell.unref()
  if (shell.stdin instanceof Socket) shell.stdin.unref()
  return () => {
    shell.kill('SIGKILL')
    shell.stdin.destroy()
  }
}
