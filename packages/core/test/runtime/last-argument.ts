/** Options of a process, on Node, Deno and Bun: JSON in its last argument. */
export function readLastArgument(): unknown {
  const globals = globalThis as unknown as { Deno?: { args: string[] }; process: { argv: string[] } }
  return JSON.parse(String((globals.Deno?.args ?? globals.process.argv).at(-1)))
}
