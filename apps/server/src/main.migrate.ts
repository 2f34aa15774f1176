import { basename } from 'node:path'
import process from 'node:process'
import { runMigrate } from './run-migrate.ts'

const program = `node ${basename(process.argv[1] ?? 'migrate.mjs')}`
process.exitCode = await runMigrate({ program, args: process.argv.slice(2) })
