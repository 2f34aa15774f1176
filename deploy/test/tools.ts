import { join } from 'node:path'
import { cacheDirOf } from '@ingestion-server/local-services'
import { fetchWheels } from '../tools/fetch-wheels.ts'

export const deployDir = join(import.meta.dirname, '..')
export const rootDir = join(deployDir, '..')
export const tools = () => fetchWheels(cacheDirOf(process.env))
