import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { copyContext } from './docker-context.ts'
import { listStages, parseDockerfile, parsePairs, type Instruction, type Stage } from './dockerfile.ts'
import { runInRoot } from './overlay-root.ts'
import { tryRun } from './run.ts'

/** The last stage, without a container engine. */
export interface BuiltImage {
  /** Changes of the last stage to the base image: the upper folder of an overlay. */
  layer: string
  env: Readonly<Record<string, string>>
  entrypoint: readonly string[]
  command: readonly string[]
  healthCheck: readonly string[]
  labels: Readonly<Record<string, string>>
  user: string
  remove(): Promise<void>
}

export interface BuildOptions {
  /** Root of the repository. */
  root: string
  dockerfile: string
  /** Stands for the base image's Node. */
  node: string
  /** Folders for `RUN --mount=type=cache`, by id. */
  caches: Readonly<Record<string, string>>
  onStep?(text: string): void
}

/**
 * Runs the steps of a Dockerfile as an engine would: each stage in a root of its own, whose lower layer is this machine's
 * Debian instead of the base image, with an empty home folder and none of the repository but the files that COPY names.
 * Needs root and overlayfs.
 *
 * @throws Error with the output of the step that failed
 */
export async function buildImage(options: BuildOptions): Promise<BuiltImage> {
  const { root, dockerfile } = options
  // Layers of an overlay must not be inside one another, so they are on another file system than `/`.
  const folder = await mkdtemp('/dev/shm/ingestion-image-')
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const context = join(folder, 'context')
    await copyContext(root, `${dockerfile}.dockerignore`, context)
    const stages = listStages(parseDockerfile(await readFile(dockerfile, 'utf8')))
    const layers = new Map<string, string>()
    let state: StageState | undefined
    for (const stage of stages) {
      const layer = join(folder, stage.name)
      state = await runStage(stage, { ...options, layer, layers, context })
      layers.set(stage.name, layer)
    }
    const last = stages.at(-1)?.name ?? ''
    for (const [name, layer] of layers) if (name !== last) await rm(layer, { recursive: true, force: true })
    await rm(context, { recursive: true })
    if (state === undefined) throw new Error(`${dockerfile} has no stage`)
    return { ...state, layer: join(folder, last), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

interface StageState {
  env: Record<string, string>
  entrypoint: readonly string[]
  command: readonly string[]
  healthCheck: readonly string[]
  labels: Record<string, string>
  user: string
}

interface StageOptions extends BuildOptions {
  layer: string
  layers: ReadonlyMap<string, string>
  context: string
}

async function runStage({ instructions }: Stage, options: StageOptions): Promise<StageState> {
  const { layer, layers, context, node, onStep } = options
  const state: StageState = { env: {}, entrypoint: [], command: [], healthCheck: [], labels: {}, user: '' }
  const args: Record<string, string> = {}
  let workdir = '/'
  await mkdir(join(layer, 'usr/local/bin'), { recursive: true })
  await cp(node, join(layer, 'usr/local/bin/node'))
  for (const instruction of instructions) {
    const { name, value } = instruction
    onStep?.(`${name} ${value}`)
    if (name === 'WORKDIR') {
      workdir = value
      await mkdir(join(layer, workdir), { recursive: true })
    } else if (name === 'ENV') Object.assign(state.env, parsePairs(value))
    else if (name === 'ARG') Object.assign(args, parsePairs(value))
    else if (name === 'LABEL') Object.assign(state.labels, parsePairs(expandArgs(value, args)))
    else if (name === 'USER') state.user = value
    else if (name === 'ENTRYPOINT') state.entrypoint = JSON.parse(value) as string[]
    else if (name === 'HEALTHCHECK') state.healthCheck = JSON.parse(value.replace(/^.*?CMD /, '')) as string[]
    else if (name === 'CMD') state.command = JSON.parse(value) as string[]
    else if (name === 'COPY') await copy(instruction, { layer, layers, context, workdir })
    else if (name === 'RUN') await runStep(instruction, options, { ...state.env, ...args }, workdir)
    else if (name !== 'EXPOSE' && name !== 'STOPSIGNAL') throw new Error(`unknown instruction: ${name}`)
  }
  return state
}

const expandArgs = (value: string, args: Readonly<Record<string, string>>) =>
  value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? '')

async function copy(
  { flags, value }: Instruction,
  {
    layer,
    layers,
    context,
    workdir,
  }: { workdir: string } & Pick<StageOptions, 'layer' | 'layers' | 'context'>,
): Promise<void> {
  const option = (name: string) => flags.find((flag) => flag.startsWith(`--${name}=`))?.slice(name.length + 3)
  const from = option('from')
  const source = from === undefined ? context : layers.get(from)
  if (source === undefined) throw new Error(`there is no stage ${from}`)
  const paths = value.split(/\s+/)
  const target = join(
    layer,
    (paths.at(-1) ?? '').startsWith('/') ? (paths.at(-1) ?? '') : join(workdir, paths.at(-1) ?? ''),
  )
  for (const path of paths.slice(0, -1)) {
    if (!existsSync(join(source, path))) throw new Error(`COPY: there is no ${path}`)
    const isIntoFolder = paths.length > 2
    await cp(join(source, path), isIntoFolder ? join(target, path) : target, {
      recursive: true,
      verbatimSymlinks: true,
    })
  }
  if (option('chown') === '0:0') await runOrThrow('chown', ['-R', '0:0', target])
  const mode = option('chmod')
  if (mode !== undefined) await runOrThrow('chmod', ['-R', mode, target])
}

async function runStep(
  { flags, value }: Instruction,
  { root, layer, caches }: StageOptions,
  env: Readonly<Record<string, string>>,
  workdir: string,
): Promise<void> {
  const mounts = flags
    .filter((flag) => flag.startsWith('--mount=type=cache,'))
    .map((flag) => {
      const id = /id=([^,]+)/.exec(flag)?.[1] ?? ''
      const target = /target=([^,]+)/.exec(flag)?.[1] ?? ''
      const source = caches[id]
      if (source === undefined) throw new Error(`no folder for the cache ${id}`)
      return { source, target }
    })
  const work = `${layer}-work`
  await mkdir(work, { recursive: true })
  const command = ['/bin/sh', '-ec', `cd '${workdir}'\n${value}`]
  const hidden = hiddenFolders(root)
  const { exitCode, output } = await runInRoot({ layer, work, hidden, mounts, env, command })
  if (exitCode !== 0) throw new Error(`RUN ${value}\nended with code ${exitCode}:\n${output}`)
}

/** What a base image doesn't have: the repository, home folders, and temporary files. */
export function hiddenFolders(root: string): readonly string[] {
  return [root, '/root', '/tmp']
}

async function runOrThrow(file: string, args: readonly string[]): Promise<void> {
  const { exitCode, output } = await tryRun(file, args)
  if (exitCode !== 0) throw new Error(`${file} ${args.join(' ')}: ${output}`)
}
