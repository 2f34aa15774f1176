import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const packages = ['psycopg2-binary==2.9.10', 'opensearch-py==3.0.0']
const folder = join(import.meta.dirname, '..', '.data', 'cache', 'bench-python')

export const pythonScript = join(import.meta.dirname, 'contestants', 'python.py')

/** A Python virtual environment with the packages of the contestant; null without Python. */
export function preparePython(): string | null {
  const python = join(folder, 'bin', 'python')
  const isReady = () => spawnSync(python, ['-c', 'import psycopg2, opensearchpy']).status === 0
  if (existsSync(python) && isReady()) return python
  console.log(`installing ${packages.join(', ')}`)
  const made = spawnSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' })
  if (made.status !== 0) return null
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'inherit' })
  return isReady() ? python : null
}
