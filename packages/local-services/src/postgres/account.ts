import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** The user that Postgres runs as if this process is root, because Postgres refuses to run as root. */
export interface Account {
  uid: number
  gid: number
}

const fallback: Account = { uid: 65534, gid: 65534 } // nobody on Linux, where /etc/passwd doesn't say

/** The unprivileged user for Postgres, or undefined if this process is not root. */
export async function chooseAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  for (const line of users.split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (name === 'nobody' && Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  return fallback
}

/** Whether the user can enter a folder: it needs search permission on it and all folders above it. */
export async function canReach(folder: string, account: Account): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (path === dirname(path)) return true
  }
}
