import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import tseslint from 'typescript-eslint'

/** Folders of packages/core/src, each with those that it may import from: arrows point one way. */
const coreLayers = {
  contract: [],
  database: [],
  node: ['database'],
  documents: [],
  models: ['contract', 'documents'],
  rows: ['contract', 'database', 'documents', 'models'],
  search: ['contract', 'documents'],
  tasks: ['contract', 'database', 'documents', 'models', 'rows', 'search'],
  actions: ['contract', 'database', 'documents', 'models', 'rows', 'search', 'tasks'],
}

/** The same for apps/server/src. */
const serverLayers = {
  auth: [],
  resources: [],
  observability: ['resources'],
  webhooks: ['observability', 'resources'],
  engine: ['observability', 'webhooks'],
  http: ['auth', 'observability', 'resources'],
  composition: ['auth', 'engine', 'http', 'observability', 'resources', 'webhooks'],
  edge: ['composition', 'http', 'observability', 'webhooks'],
}

/** Every transaction goes through `inTransaction`, which believes a commit by its command tag alone. */
const oneWayToATransaction = {
  files: ['packages/core/src/**/*.ts', 'apps/*/src/**/*.ts', 'apps/*/src/**/*.svelte'],
  ignores: ['**/*.test.ts', 'packages/core/src/database/transaction.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      {
        selector:
          'CallExpression[callee.property.type="Identifier"][callee.property.name=/^(transaction|begin|reserve|withTransaction|beginTransaction)$/]:not([callee.object.name="action"])',
        message: 'use inTransaction of packages/core/src/database',
      },
      {
        selector:
          'TaggedTemplateExpression > TemplateLiteral > TemplateElement[value.raw=/^\\s*(begin|commit|rollback)\\b/i]',
        message: 'use inTransaction of packages/core/src/database',
      },
    ],
  },
}

const runtimeGlobals = [
  'process',
  'Buffer',
  'global',
  '__dirname',
  '__filename',
  'require',
  'setImmediate',
  'Deno',
  'Bun',
]

const runtimeImports = {
  regex:
    '^(node:|(fs|path|os|stream|http|https|net|tls|crypto|zlib|util|events|child_process|worker_threads)$)',
  message: 'this runs on Node, Deno, Bun and workerd: use web standards',
}

/** Up, and then down into the tests of another folder; those of the own package are directly above. */
const othersTests = {
  regex: '^(\\.\\./)+([^./][^/]*/)+test/',
  message: 'import from the testing entry of the package, such as @ingestion-server/core/testing',
}

/**
 * A rule for each folder of a source that has layers.
 *
 * @param options.onNode folders that may use Node's modules
 * @param options.onlyIndex whether a folder's outside is its index.ts
 */
const layerRules = (source, layers, { onNode, onlyIndex }) =>
  Object.entries(layers).map(([folder, allowed]) => {
    const refused = Object.keys(layers).filter((other) => other !== folder && !allowed.includes(other))
    const patterns = [
      !onNode.includes(folder) && runtimeImports,
      refused.length > 0 && {
        regex: `^(\\.\\./)+(${refused.join('|')})/`,
        message: `${folder} may import from: ${allowed.join(', ') || 'nothing'}`,
      },
      onlyIndex && {
        regex: `^(\\.\\./)+(${Object.keys(layers).join('|')})/(?!index\\.ts$)`,
        message: "import another folder's index.ts",
      },
      onlyIndex && {
        regex: `^\\.\\./(?!(overview|preflight|${Object.keys(layers).join('|')})/)[^./]+/`,
        message: 'move what actions share out of the folder of an action',
      },
    ]
    return {
      files: [`${source}/${folder}/**/*.ts`],
      ignores: ['**/*.test.ts'],
      rules: { 'no-restricted-imports': ['error', { patterns: patterns.filter(Boolean) }] },
    }
  })

export default defineConfig(
  globalIgnores([
    '**/dist',
    '**/node_modules',
    '.data',
    'test-results',
    '**/.svelte-kit',
    '**/build',
    '**/.temp',
    'packages/*/api',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Node's test-like runners and async port methods that a memory implementation needs no await for.
      '@typescript-eslint/require-await': 'off',
      'no-console': 'error',
      // Values with functions, not classes: there is no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // The compiler knows which names there are.
      'no-undef': 'off',
      // Links come from route.ts, and the dashboard has no base path.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: [
      'packages/core/src/**/*.ts',
      'packages/sdk/src/**/*.ts',
      'apps/server/src/{auth,edge,http,resources}/**/*.ts',
    ],
    ignores: ['**/*.test.ts', 'packages/core/src/node/**'],
    rules: {
      'no-restricted-globals': ['error', ...runtimeGlobals],
      'no-restricted-imports': ['error', { patterns: [runtimeImports] }],
    },
  },
  // What needs sockets has an entry of its own, which the others don't import.
  ...layerRules('packages/core/src', coreLayers, { onNode: ['node'], onlyIndex: true }),
  ...layerRules('apps/server/src', serverLayers, {
    onNode: ['composition', 'engine', 'observability', 'webhooks'],
    onlyIndex: false,
  }),
  oneWayToATransaction,
  {
    files: ['scripts/**', 'bench/**', 'deploy/**', 'faults/**', '**/test/**', '**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [othersTests] }],
    },
  },
  {
    files: [
      'scripts/**',
      'bench/**',
      'deploy/**',
      'faults/**',
      '**/test/**',
      '**/*.test.ts',
      'packages/local-services/**',
      'apps/dashboard/scripts/**',
      'apps/dashboard/host.js',
      '*.config.*',
      '**/*.config.*',
    ],
    rules: { 'no-console': 'off', 'max-lines': 'off' },
    languageOptions: {
      globals: { console: 'readonly', process: 'readonly', setTimeout: 'readonly', URL: 'readonly' },
    },
  },
  {
    files: ['deploy/docker/*.mjs'],
    languageOptions: { globals: { fetch: 'readonly', AbortSignal: 'readonly' } },
  },
)
