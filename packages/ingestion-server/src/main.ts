#!/usr/bin/env node
import process from 'node:process'
import { runProcess } from '@ingestion-server/cli'
import { programName } from '@ingestion-server/cli/program-name'

const [command, ...args] = process.argv.slice(2)
const { env, execPath, argv } = process
const program = `${programName({ env, execPath, script: argv[1], cwd: process.cwd() })} ${command}`

// Each is loaded when it is called: the command line starts without the server.
if (command === 'start') {
  const { start } = await import('./start.ts')
  await start({ program, args })
} else if (command === 'migrate') {
  const { runMigrate } = await import('@ingestion-server/server/migrate')
  process.exitCode = await runMigrate({ program, args })
} else {
  await runProcess([
    { name: 'start', description: 'starts a server: start --help' },
    { name: 'migrate', description: 'creates or updates the tables of the tasks database: migrate --help' },
  ])
}
