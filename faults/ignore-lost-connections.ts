/**
 * postgres.js 3.4 writes to a connection that was closed a moment before (`nextWrite`), where nothing can catch it. Faults
 * do that to the writers' connections, and the writers notice the loss by themselves. Any other error ends the process.
 */
export function ignoreLostConnections(): void {
  process.on('uncaughtException', (error: Error) => {
    if (/null \(reading 'write'\)/.test(error.message) && /\bnextWrite\b/.test(error.stack ?? '')) return
    console.error(error)
    process.exit(3)
  })
}
