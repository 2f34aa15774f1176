// Makes `npm start` and `npm test` work on a fresh clone: installs the packages of the lockfile, then runs the command
// with the Node among them. Needs only Node 20 and npm.
import { Buffer } from 'node:buffer'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath, URL } from 'node:url'

const commands = {
  start: 'scripts/start.ts',
  test: 'scripts/test.ts',
  bench: 'bench/main.ts',
  hostile: 'scripts/hostile.ts',
  faults: 'faults/main.ts',
  services: 'scripts/services.ts',
  pack: 'scripts/pack.ts',
  release: 'scripts/release.ts',
  sbom: 'scripts/sbom.ts',
  access: 'scripts/access.ts',
  cli: 'packages/cli/src/main.ts',
  docs: 'scripts/docs.ts',
}
const minNode = [22, 18] // runs TypeScript without a build
const root = fileURLToPath(new URL('..', import.meta.url))
const binaries = join(root, 'node_modules', '.bin')
const stamp = join(root, 'node_modules', '.installed')

/** Inputs of an installation: lockfile, manifests and platform. */
function hashInputs() {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => join(parent, name)) : [],
  )
  const manifests = ['.', 'bench', 'deploy', 'faults', ...folders].map((folder) =>
    join(folder, 'package.json'),
  )
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

async function install() {
  const inputs = hashInputs()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // Not to standard output, which a program may read from the command.
  console.error(`Installing dependencies with ${packageManager} …`)
  const startedAt = performance.now()
  // CI: no prompt if it has to recreate node_modules.
  const env = { ...process.env, CI: 'true' }
  const args = ['-y', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only']
  const { exitCode, output } = await run('npx', args, env, 'pipe')
  if (exitCode !== 0) {
    console.error(output)
    console.error(
      `The installation failed. After a change of dependencies, run: npx ${packageManager} install`,
    )
    process.exit(exitCode)
  }
  writeFileSync(stamp, inputs)
  console.error(`Installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

/** The Node of node_modules if there is one (Linux), otherwise the current one, if it is new enough. */
function chooseNode() {
  const local = join(binaries, 'node')
  if (existsSync(local) && spawnSync(local, ['--version']).status === 0) return local
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > minNode[0] || (major === minNode[0] && minor >= minNode[1])) return process.execPath
  console.error(
    `This is Node ${process.versions.node}, and Node ${minNode.join('.')} or later is needed here; install it from https://nodejs.org`,
  )
  process.exit(1)
}

/** Runs a program to its end and forwards signals. */
function run(file, args, env, stdio) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, env, stdio: ['inherit', stdio, stdio] })
    const output = []
    child.stdout?.on('data', (data) => output.push(data))
    child.stderr?.on('data', (data) => output.push(data))
    const forward = (signal) => {
      // At a terminal Ctrl-C also reaches the child directly, and a second signal would end it immediately.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    const end = (exitCode, error = '') => {
      for (const signal of signals) process.off(signal, forward)
      resolve({ exitCode, output: `${Buffer.concat(output)}${error}` })
    }
    child.once('error', ({ message }) => end(127, `${file}: ${message}`))
    child.once('close', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}

const [command, ...args] = process.argv.slice(2)
const script = commands[command]
if (script === undefined) {
  console.error(`usage: node scripts/bootstrap.mjs ${Object.keys(commands).join('|')} [argument …]`)
  process.exit(command === '--help' || command === '-h' ? 0 : 2)
}
// Node and Deno from npm would trust only their own certificates, and not that of a company's proxy.
process.env.NODE_USE_SYSTEM_CA ??= '1'
process.env.DENO_TLS_CA_STORE ??= 'system,mozilla'
await install()
const env = {
  ...process.env,
  PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}`,
  // For the commands that its output names.
  INGESTION_CLI_NAME:
    process.env.npm_lifecycle_event === 'cli' ? 'npm run -s cli --' : 'node scripts/bootstrap.mjs cli',
}
const { exitCode, output } = await run(chooseNode(), [join(root, script), ...args], env, 'inherit')
if (output !== '') console.error(output)
process.exitCode = exitCode
