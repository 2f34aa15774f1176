import { execFile } from 'node:child_process'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const runFile = promisify(execFile)

/**
 * Copies what `docker build` would send: the files of the checkout that its .dockerignore lets through. Files that Git
 * ignores are left out, because a fresh clone doesn't have them.
 */
export async function copyContext(
  root: string,
  ignoreFile: string,
  target: string,
): Promise<readonly string[]> {
  const { stdout } = await runFile('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  })
  const isIgnored = parseDockerignore(await readFile(ignoreFile, 'utf8'))
  const files = stdout.split('\0').filter((file) => file !== '' && !isIgnored(file))
  for (const file of files) {
    await mkdir(dirname(join(target, file)), { recursive: true })
    await cp(join(root, file), join(target, file), { verbatimSymlinks: true })
  }
  return files
}

/** The last pattern that matches a file, or a folder above it, decides. `!` lets it through. */
export function parseDockerignore(text: string): (file: string) => boolean {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isIgnored: !line.startsWith('!'), pattern: toPattern(line.replace(/^!/, '')) }))
  return (file) => {
    const parts = file.split('/')
    const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    const last = patterns.findLast(({ pattern }) => paths.some((path) => pattern.test(path)))
    return last?.isIgnored ?? false
  }
}

/** `*` matches names that begin with a dot too, other than in a shell. */
function toPattern(glob: string): RegExp {
  const parts = glob.replace(/\/$/, '').split(/(\*\*\/|\*)/)
  const source = parts.map((part) =>
    part === '**/' ? '(?:.*/)?' : part === '*' ? '[^/]*' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&'),
  )
  return new RegExp(`^${source.join('')}$`)
}
