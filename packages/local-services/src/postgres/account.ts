import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** The user that Postgres runs as when we are root, which it refuses. */
export interface Account {
  uid: number
  gid: number
}

const fallback: Account = { uid: 65534, gid: 65534 } // nobody on Linux, where /etc/passwd doesn't say

/** The unprivileged user to run Postgres as, or undefined when we aren't root and it runs as ourselves. */
export async function chooseAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  for (const line of users.split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (name === 'nobody' && Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  return fallback
}

/** Whether that user can get into a folder: may pass through it and through every folder above it. */
export async function canReach(folder: string, account: Account): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (path === dirname(path)) return true
  }
}
