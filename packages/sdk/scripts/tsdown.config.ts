import { fileURLToPath } from 'node:url'
import { defineConfig } from 'tsdown'
import { flattenContract } from './flatten-contract.ts'

const packageDir = fileURLToPath(new URL('..', import.meta.url))
const contractEntry = fileURLToPath(new URL('../../core/src/contract/index.ts', import.meta.url))
const flatContractId = '/flat-contract.d.ts'

/** Of the contract only types are imported, so it is not in the code; in the .d.ts its plain form replaces it. */
const flatContract = {
  name: 'flat-contract',
  resolveId: {
    order: 'pre' as const,
    handler: (id: string) => (id === '@ingestion-server/core/contract' ? flatContractId : undefined),
  },
  load: (id: string) => (id === flatContractId ? flattenContract(contractEntry) : undefined),
}

/** Each entry is built by itself, so that it imports nothing, not even what another one has too. */
const entries = { index: 'src/index.ts', actions: 'src/action-facts.ts' }

export default Object.entries(entries).map(([name, file], at) =>
  defineConfig({
    cwd: packageDir,
    entry: { [name]: file },
    // The first build empties the folder.
    clean: at === 0,
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    // The emitter without a type checker: exports have explicit types.
    dts: { generator: 'oxc' },
    checks: { bundlerTimings: false },
    // The .d.ts plugin resolves imports itself, so this one has to run before it, not after as others do.
    inputOptions: (options) => ({ ...options, plugins: [flatContract, options.plugins] }),
  }),
)
