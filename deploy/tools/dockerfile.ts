/** An instruction: its name in capitals, its flags (`--from=build`), and what follows. */
export interface Instruction {
  name: string
  flags: readonly string[]
  value: string
}

export interface Stage {
  name: string
  image: string
  instructions: readonly Instruction[]
}

/** The instructions of a Dockerfile that this project uses; hadolint checks the file itself. */
export function parseDockerfile(text: string): readonly Instruction[] {
  // Comments may stand between the lines of an instruction.
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line))
  const joined = lines.join('\n').replaceAll(/\\\n/g, ' ')
  return joined
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(parseInstruction)
}

function parseInstruction(line: string): Instruction {
  const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? []
  const flags: string[] = []
  let value = rest.trim()
  for (let match; (match = /^--\S+\s+/.exec(value)); value = value.slice(match[0].length))
    // HEALTHCHECK's flags belong to it, and so do those of COPY and RUN.
    flags.push(match[0].trim())
  return { name: name.toUpperCase(), flags, value }
}

/** @returns the stages, with the arguments before the first one in their image names */
export function listStages(instructions: readonly Instruction[]): readonly Stage[] {
  const values = new Map<string, string>()
  const stages: { name: string; image: string; instructions: Instruction[] }[] = []
  for (const instruction of instructions) {
    const stage = stages.at(-1)
    if (instruction.name === 'FROM') {
      const [, image = '', name = ''] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(instruction.value) ?? []
      stages.push({ name, image: expand(image, values), instructions: [] })
    } else if (stage === undefined) {
      const [, name = '', value = ''] = /^(\w+)(?:=(.*))?$/.exec(instruction.value) ?? []
      values.set(name, value)
    } else stage.instructions.push(instruction)
  }
  return stages
}

/** `a=1 b="c d"`, as ENV and LABEL have it. */
export function parsePairs(value: string): Record<string, string> {
  const pairs = [...value.matchAll(/([\w.-]+)=(?:"([^"]*)"|(\S*))/g)]
  return Object.fromEntries(
    pairs.map(([, name = '', quoted, plain]): [string, string] => [name, quoted ?? plain ?? '']),
  )
}

function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values.get(name) ?? '')
}
