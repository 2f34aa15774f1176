/**
 * postgres.js 3.4 may write to a connection that was just closed (`nextWrite`). Nothing can catch that error. Faults
 * cause it in the writers' connections, which notice the loss by themselves. Any other error ends the process.
 */
export function ignoreLostConnections(): void {
  process.on('uncaughtException', (error: Error) => {
    if (/null \(reading 'write'\)/.test(error.message) && /\bnextWrite\b/.test(error.stack ?? '')) return
    console.error(error)
    process.exit(3)
  })
}
