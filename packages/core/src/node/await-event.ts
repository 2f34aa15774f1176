import type { Socket } from 'node:net'

/**
 * The first argument of a socket's next event of this name.
 *
 * @param failures messages for a socket that is silent for `timeoutMs`, which destroys it, or that closes first
 * @throws Error when the connection fails, closes, or is silent for too long
 */
export function awaitEvent<Value = void>(
  socket: Socket,
  event: 'data' | 'secureConnect',
  timeoutMs: number,
  failures: { timeout: string; close: string },
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onTimeout = () => socket.destroy(new Error(failures.timeout))
    const onClose = () => reject(new Error(failures.close))
    socket.setTimeout(timeoutMs).on('timeout', onTimeout).on('error', reject).on('close', onClose)
    socket.once(event, (value: Value) => {
      socket.setTimeout(0)
      socket.off('timeout', onTimeout).off('error', reject).off('close', onClose)
      resolve(value)
    })
  })
}
