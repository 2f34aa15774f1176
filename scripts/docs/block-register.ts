import type { CodeBlock } from './code-blocks.ts'

/** What runs a block of code, or why nothing can. */
export type RegisteredBlocks = {
  page: string
  /** Default `sh`. */
  language?: string
  /** The beginning of the only block that is meant; absent: all blocks of the language in the page. */
  starts?: string
} & (
  | {
      /** Path of the test that runs them. */
      test: string
      /** Text of that test that shows it, where this is not the path of the page. */
      mentions?: string
    }
  | { /** Why no test can. */ reason: string }
)

const readme = 'apps/server/test/readme.test.ts'
const packages = 'packages/ingestion-server/test/packages.test.ts'
const deployReadme = 'deploy/test/readme.test.ts'
const untilStopped = 'runs until Ctrl-C with services of its own; scripts/bare-machine.sh runs it'
const registry =
  'installs from the registry; the packages are installed from their tarballs in packages.test.ts'
const drawing = 'a drawing'

/**
 * Every block of code in README, docs and the READMEs of packages. scripts/docs/pages.test.ts fails on a block that is
 * not listed here. Commands of this product in blocks that no test runs are at least parsed: check-commands.ts.
 */
export const blockRegister: readonly RegisteredBlocks[] = [
  { page: 'README.md', language: '', reason: drawing },
  { page: 'README.md', starts: 'npm start', reason: untilStopped },
  { page: 'README.md', starts: 'npm test', reason: 'is what runs the tests' },
  { page: 'README.md', starts: "curl -X POST -H 'Content", test: readme },
  { page: 'README.md', starts: 'curl http://localhost:8001/task/<task_id>', test: readme },
  { page: 'README.md', starts: "curl 'http://127.0.0.1:<port>", test: readme },
  { page: 'README.md', starts: "curl -X POST -H 'Prefer", test: readme },
  { page: 'README.md', starts: 'npm run -s cli', test: readme },
  { page: 'README.md', language: 'ts', test: readme },
  {
    page: 'CONTRIBUTING.md',
    reason:
      'each takes minutes, runs until Ctrl-C, or is a part of npm test; the names of scripts and paths are checked',
  },
  {
    page: 'apps/dashboard/README.md',
    reason:
      'npx installs from the registry; packages.test.ts starts the packed dashboard with these variables',
  },
  {
    page: 'deploy/README.md',
    starts: 'docker build',
    reason:
      'needs a container engine; the paths are checked, and deploy/test/image runs the steps of the Dockerfile',
  },
  { page: 'deploy/README.md', starts: 'kubectl', test: deployReadme },
  { page: 'deploy/README.md', language: 'yaml', test: deployReadme },
  { page: 'deploy/README.md', starts: 'mkdir -p /opt', test: readme },
  {
    page: 'deploy/README.md',
    starts: 'systemctl',
    reason: 'needs systemd; readme.test.ts looks for the units',
  },
  { page: 'deploy/README.md', language: 'ini', test: 'deploy/test/systemd.test.ts' },
  { page: 'deploy/README.md', starts: 'npm install', test: packages, mentions: 'deploy/cloudflare: ' },
  { page: 'deploy/README.md', starts: 'deno task', test: packages, mentions: 'deploy/%s: ' },
  { page: 'deploy/README.md', starts: 'bun install', test: packages, mentions: 'deploy/%s: ' },
  { page: 'deploy/README.md', starts: 'vitest run', reason: 'is a part of npm test' },
  { page: 'packages/core/README.md', reason: registry },
  {
    page: 'packages/core/README.md',
    language: 'ts',
    test: packages,
    mentions: '@ingestion-server/core/README.md',
  },
  { page: 'packages/core/src/documents/README.md', language: '', reason: drawing },
  { page: 'packages/ingestion-server/README.md', starts: 'export DATABASE_URL', reason: registry },
  {
    page: 'packages/ingestion-server/README.md',
    starts: 'npx ingestion-server start --demo',
    reason: untilStopped,
  },
  { page: 'packages/ingestion-server/README.md', starts: 'npx ingestion-server reindex', reason: registry },
  { page: 'packages/ingestion-server/README.md', starts: 'npm install', reason: registry },
  { page: 'packages/sdk/README.md', reason: registry },
  {
    page: 'packages/sdk/README.md',
    language: 'ts',
    // Compiles them.
    test: 'packages/sdk/scripts/check-package.ts',
    mentions: "join(packageDir, 'README.md')",
  },
  { page: 'docs/explanation/architecture.md', language: '', reason: drawing },
  { page: 'docs/explanation/performance.md', reason: 'takes minutes to hours' },
  { page: 'docs/explanation/reliability.md', reason: 'takes minutes to hours' },
  { page: 'docs/explanation/verification.md', test: readme },
  { page: 'docs/how-to/authentication.md', test: readme },
  { page: 'docs/how-to/back-up.md', starts: 'pg_dump', test: 'apps/server/test/back-up.test.ts' },
  { page: 'docs/how-to/back-up.md', starts: 'pg_restore', test: 'apps/server/test/back-up.test.ts' },
  { page: 'docs/how-to/back-up.md', starts: 'npm run -s cli', test: readme },
  {
    page: 'docs/how-to/behind-a-proxy.md',
    language: 'nginx',
    reason: 'needs nginx; proxies.test.ts sends what it sends',
  },
  {
    page: 'docs/how-to/behind-a-proxy.md',
    language: '',
    reason: 'needs Caddy; proxies.test.ts sends what it sends',
  },
  {
    page: 'docs/how-to/behind-a-proxy.md',
    language: 'yaml',
    reason: 'needs Traefik; it is parsed, and proxies.test.ts sends what it sends',
  },
  { page: 'docs/how-to/deploy.md', test: readme },
  { page: 'docs/how-to/monitor.md', test: readme },
  { page: 'docs/how-to/move-from-python.md', test: readme },
  {
    page: 'docs/how-to/opensearch-role.md',
    reason:
      'needs the security plugin; TEST_OPENSEARCH_ROLE=plugin makes the same calls (packages/core/test/support/least-role.ts)',
  },
  { page: 'docs/how-to/roll-back.md', test: readme },
  { page: 'docs/how-to/run-locally.md', reason: untilStopped },
  { page: 'docs/how-to/tune.md', test: readme },
  { page: 'docs/reference/command-line.md', test: readme },
  { page: 'docs/reference/command-line.md', language: 'text', reason: 'generated output of --help' },
  { page: 'docs/reference/http-api.md', test: readme },
  { page: 'docs/reference/sdk.md', language: 'ts', reason: 'generated declarations, from the compiler' },
  { page: 'docs/reference/task-data.md', language: 'sql', test: readme },
  { page: 'docs/tutorial/first-index.md', test: readme },
  { page: 'docs/tutorial/first-index.md', language: 'ts', test: readme },
]

export const isMeant = (entry: RegisteredBlocks, { page, language, code }: CodeBlock): boolean =>
  entry.page === page && (entry.language ?? 'sh') === language && code.startsWith(entry.starts ?? '')
