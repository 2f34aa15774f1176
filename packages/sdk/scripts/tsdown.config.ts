import { fileURLToPath } from 'node:url'
import { defineConfig } from 'tsdown'
import { flattenContract } from './flatten-contract.ts'

const packageDir = fileURLToPath(new URL('..', import.meta.url))
const contractEntry = fileURLToPath(new URL('../../core/src/contract/index.ts', import.meta.url))
const flatContractId = '/flat-contract.d.ts'

/** The contract is types only, so it never is in the code; in the .d.ts its plain form takes its place. */
const flatContract = {
  name: 'flat-contract',
  resolveId: {
    order: 'pre' as const,
    handler: (id: string) => (id === '@ingestion-server/core/contract' ? flatContractId : undefined),
  },
  load: (id: string) => (id === flatContractId ? flattenContract(contractEntry) : undefined),
}

export default defineConfig({
  cwd: packageDir,
  entry: 'src/index.ts',
  platform: 'neutral',
  target: 'es2022',
  // The emitter that needs no type checker, so what is exported says its types.
  dts: { generator: 'oxc' },
  checks: { bundlerTimings: false },
  // The plugin for .d.ts resolves imports by itself, so this one has to come before it, not after as others do.
  inputOptions: (options) => ({ ...options, plugins: [flatContract, options.plugins] }),
})
