import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { PackageName } from './pack-packages.ts'
import { stageForJsr } from './stage-jsr.ts'

const deno = resolve(import.meta.dirname, '../../packages/core/node_modules/.bin/deno')
const run = promisify(execFile)

/** Packages that are libraries; the programs need Node's registry. */
export const onJsr = ['@ingestion-server/core', '@ingestion-server/sdk'] as const satisfies PackageName[]

/**
 * Publishes a packed package on JSR. A version that is published already stays as it is.
 *
 * @param tarball as packPackages makes it
 * @param options.token of JSR; null: Deno identifies itself by the OpenID Connect token of GitHub Actions
 * @returns the output of Deno
 * @throws Error with that output when JSR refuses the package
 */
export async function publishToJsr(
  tarball: string,
  { isDryRun, token }: { isDryRun: boolean; token: string | null },
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ingestion-jsr-'))
  try {
    await run('tar', ['-xzf', tarball, '-C', folder])
    const staged = join(folder, 'staged')
    await mkdir(staged)
    await stageForJsr(join(folder, 'package'), staged)
    const options = isDryRun ? ['--dry-run'] : token === null ? [] : ['--token', token]
    // The staged files are in no repository.
    const { stderr } = await run(deno, ['publish', '--allow-dirty', ...options], {
      cwd: staged,
      env: { ...process.env, NO_COLOR: '1' },
    })
    return stderr
  } catch (error) {
    const { stderr = '', code } = error as { stderr?: string; code?: unknown }
    // eslint-disable-next-line preserve-caught-error -- its message has the arguments, and with them the token
    throw new Error(`deno publish of ${tarball} failed (${String(code)}):\n${stderr}`)
  } finally {
    await rm(folder, { recursive: true })
  }
}
