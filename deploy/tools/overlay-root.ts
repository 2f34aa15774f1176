import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { readFile, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tryRun, type RunResult } from './run.ts'

/** A root directory made of this machine's `/` with a layer over it, without the folders that a base image lacks. */
export interface OverlayRoot {
  /** Folder of the layer, on another file system than `/`. */
  layer: string
  /** Folder that overlayfs needs to write to the layer; absent: the root is read-only. */
  work?: string
  /** Folders of this machine that are empty there: the repository, home folders. */
  hidden: readonly string[]
  mounts?: readonly { source: string; target: string }[]
  env: Readonly<Record<string, string>>
  /** `10001:10001`; absent: root. */
  user?: string
  command: readonly string[]
}

/**
 * What it takes to reach package registries, as they are set up on this machine. Not all of npm's variables: `npm test`
 * sets those of this installation too, such as its prefix.
 */
const networkVariables =
  /^(npm_config_(registry|ca|cafile|strict_ssl|(https?_)?proxy|noproxy)$|(https?|no)_proxy$|NODE_EXTRA_CA_CERTS$|NODE_USE_SYSTEM_CA$|SSL_CERT_(FILE|DIR)$)/i

const enter = `
root=$1 options=$2 hidden=$3 mounts=$4
shift 4
mount -t overlay overlay -o "$options" "$root"
mode=ro
case $options in *upperdir*) mode=rw ;; esac
npmrc=$(cat /root/.npmrc 2>/dev/null || true)
for folder in $hidden; do [ -d "$root$folder" ] && mount -t tmpfs tmpfs "$root$folder"; done
[ -z "$npmrc" ] || [ $mode = ro ] || printf '%s\\n' "$npmrc" >"$root/root/.npmrc"
for folder in $hidden; do [ -d "$root$folder" ] && mount -o "remount,$mode" "$root$folder"; done
for mount in $mounts; do
  mkdir -p "$root\${mount#*:}"
  mount --bind "\${mount%%:*}" "$root\${mount#*:}"
done
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/dev/shm"
exec "$@" "$root" /usr/bin/env -i`

/**
 * Programs and their arguments up to the command: in namespaces that end with it.
 *
 * @param root an empty folder, on which the root is mounted
 */
function enterCommand(root: string, options: OverlayRoot): string[] {
  const { layer, work, hidden, mounts = [], env, user, command } = options
  const lower = work === undefined ? `lowerdir=${layer}:/` : `lowerdir=/,upperdir=${layer},workdir=${work}`
  const bind = mounts.map(({ source, target }) => `${source}:${target}`).join(' ')
  const drop =
    user === undefined
      ? ['chroot']
      : ['setpriv', '--no-new-privs', 'chroot', `--userspec=${user}`, '--groups=']
  const fromHere = work === undefined ? {} : pickNetworkVariables()
  const variables = Object.entries({
    ...fromHere,
    PATH: imagePath,
    HOME: work === undefined ? '/' : '/root',
    ...env,
  })
  // Quoted words of the script: the command follows `env -i`.
  const words = [...variables.map(([name, value]) => `${name}=${value}`), ...command].map(quote).join(' ')
  return [
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    'bash',
    '-euc',
    `${enter} ${words}`,
    'enter',
    root,
    lower,
    hidden.join(' '),
    bind,
    ...drop,
  ]
}

const imagePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const quote = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`

function pickNetworkVariables(): Record<string, string> {
  const found = Object.entries(process.env).filter(([name]) => networkVariables.test(name))
  return Object.fromEntries(found.map(([name, value]) => [name, value ?? '']))
}

/** Runs a command to its end. @throws Error without root or overlayfs */
export async function runInRoot(options: OverlayRoot): Promise<RunResult> {
  requireRoot()
  const root = createRootFolder()
  try {
    return await tryRun('unshare', enterCommand(root, options))
  } finally {
    await rmdir(root)
  }
}

const createRootFolder = () => mkdtempSync(join(tmpdir(), 'image-root-'))

/** A process in a root of its own, as a container engine starts it. */
export interface Container {
  /** Both outputs so far. */
  output(): string
  exited: Promise<number | null>
  /** Its first process, which gets the signals. */
  initPid(): Promise<number>
  signal(name: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Runs a program in the same root, as the same user. */
  exec(command: readonly string[]): Promise<RunResult>
}

/** Starts a process in a root of its own. @throws Error without root or overlayfs */
export function startInRoot(options: OverlayRoot & { user: string }): Container {
  requireRoot()
  const root = createRootFolder()
  const child = spawn('unshare', enterCommand(root, options), { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = once(child, 'close').then(async ([code]) => {
    await rmdir(root)
    return code as number | null
  })
  const initPid = () => findInit(child)
  return {
    output: () => output,
    exited,
    initPid,
    async signal(name) {
      process.kill(await initPid(), name)
    },
    async exec(command) {
      const [uid = '', gid = ''] = options.user.split(':')
      const variables = Object.entries({ PATH: imagePath, ...options.env }).map(
        ([name, value]) => `${name}=${value}`,
      )
      const enterIt = ['--target', String(await initPid()), '--mount', '--pid', '--root', '--wd=/']
      const asUser = ['setpriv', '--reuid', uid, '--regid', gid, '--clear-groups', '--no-new-privs']
      return tryRun('nsenter', [...enterIt, '--', ...asUser, 'env', '-i', ...variables, ...command])
    },
  }
}

/** The child of `unshare`, which is process 1 of the namespace. */
async function findInit(child: ChildProcess): Promise<number> {
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
  const [pid] = children.trim().split(' ')
  if (!pid) throw new Error('the container has no process')
  return Number(pid)
}

function requireRoot(): void {
  if (process.getuid?.() !== 0)
    throw new Error('the steps of the Dockerfile need root, to mount their file systems')
  if (!existsSync('/dev/shm')) throw new Error('the steps of the Dockerfile need /dev/shm, for their layers')
}
