import type { variables } from './config.ts'

type VariableName = keyof typeof variables.shape

export interface VariableMeaning {
  /** Markdown, with links relative to docs/reference. */
  meaning: string
  /** Markdown: the value when the variable is not set, where the schema has none. */
  unset?: string
}

/** The server's variables by heading of docs/reference/configuration.md, which is generated from them. */
export const variableMeanings = {
  Services: {
    DATABASE_URL: { meaning: 'the catalog; see [Postgres](../how-to/postgres.md)' },
    TASKS_DATABASE_URL: {
      meaning:
        'where tasks and the job queue are stored, in schemas `ingestion` and `ingestion_queue`; preferably Postgres 17 or later',
      unset: '`DATABASE_URL`',
    },
    CATALOG_SCHEMA: { meaning: 'schema of the catalog tables' },
    OPENSEARCH_URL: {
      meaning: 'may contain user and password; see [OpenSearch role](../how-to/opensearch-role.md)',
    },
    OPENSEARCH_CA_FILE: { meaning: "certificate of the authority that signed OpenSearch's certificate" },
    OPENSEARCH_COMPRESSION: {
      meaning:
        '`true` gzips requests to OpenSearch: a fifth of the bytes for 10 to 20 µs of CPU per document',
      unset: 'off if OpenSearch is on this machine',
    },
    SENSITIVE_TERMS_URL: {
      meaning: '[terms that filtered indices leave out](sensitive-terms.md): an http, https or file URL',
    },
  },
  'HTTP interface': {
    HOST: { meaning: 'listen address; anything but a loopback address requires `API_TOKEN`' },
    PORT: { meaning: 'listen port; 0: any free port' },
    PUBLIC_URL: {
      meaning: 'where clients reach the server; used for `status_check`',
      unset: 'URL of the request',
    },
    API_TOKEN: {
      meaning:
        'a bearer token with all rights, at least 16 characters; see [Authentication](../how-to/authentication.md)',
    },
    CORS_ORIGINS: {
      meaning:
        'origins of web pages that may call the API, such as `https://app.example.org`; `*` requires `API_TOKEN`',
    },
    WEBHOOK_SECRET: { meaning: '`whsec_…`; signs webhooks' },
    WEBHOOK_ALLOWED_HOSTS: {
      meaning:
        'hosts that webhooks may call: `ci.example.org,*.example.net:8443`; without a port 80 and 443, `:*` for any port; requires `WEBHOOK_SECRET`',
    },
    WEBHOOK_ALLOW_PRIVATE: { meaning: 'whether webhooks may call private addresses' },
  },
  Workers: {
    ROLE: { meaning: 'same as `--role`: `all`, `api` or `worker`' },
    HEALTH_PORT: {
      meaning:
        'port on which a worker serves `/livez`, `/readyz` and `/metrics`; if `HOST` is not a loopback address, `/metrics` requires a token, `API_TOKEN` or one with the scope `read`',
    },
    MAX_CONCURRENT: { meaning: 'workers in this process' },
    MAX_WORKERS_PER_TASK: { meaning: 'maximum workers for one task; use the same value in all processes' },
    CLUSTER_MAX_WORKERS: { meaning: 'maximum workers in all processes together' },
    TURN_SECONDS: { meaning: 'time slice: how long a worker stays with a task while other tasks wait' },
    POLL_INTERVAL_SECONDS: {
      meaning: 'interval of the reconcile loop, which makes sure that every active task has a job',
    },
    LEASE_SECONDS: { meaning: 'how long a worker may be silent before others take over' },
    OUTAGE_TIMEOUT_SECONDS: { meaning: 'how long a task waits for an unavailable service before it fails' },
    CATALOG_TIMEOUT_SECONDS: {
      meaning: 'how long a catalog statement may return nothing before it is cancelled and retried',
    },
    CATCH_UP_OVERLAP_SECONDS: {
      meaning:
        'only for tables without transaction ids: how long a transaction may stay open; see [Guarantees](../explanation/guarantees.md)',
    },
    ROWS_PER_ITEM: { meaning: 'approximate number of rows of a work item' },
    MAX_IN_FLIGHT: {
      meaning:
        "maximum concurrent bulk requests of one worker; it starts with two and adds more while they don't queue",
    },
    TARGET_BODY_LENGTH: { meaning: 'size of a bulk request in bytes' },
    SLICE_SECONDS: {
      meaning:
        'only on [platforms with module workers](../how-to/deploy.md#other-runtimes): how long one call works on tasks',
    },
  },
  'Indices and retention': {
    INDEX_SHARDS: { meaning: 'primary shards of new indices', unset: 'by size' },
    INDEX_REPLICAS: { meaning: 'replicas of new indices', unset: 'by number of data nodes' },
    CLONE_TIMEOUT_SECONDS: {
      meaning: 'how long a clone may take to become healthy before the index is copied instead',
    },
    PROMOTE_TIMEOUT_SECONDS: { meaning: 'how long POINT_ALIAS waits for an index to become healthy' },
    PROMOTE_MIN_RATIO: {
      meaning: "minimum number of documents of a promoted index, as a share of the live one's",
    },
    EXPUNGE_MIN_RATIO: {
      meaning: 'share of deleted documents above which a filtered index is rewritten without them; 1: never',
    },
    ROLLBACK_WINDOW_SECONDS: { meaning: "how long an index that was live can't be deleted" },
    FRESHNESS_TARGETS: {
      meaning:
        'how old the data of each model may be, such as `image=24h,audio=7d` (`m`, `h` or `d`); shown by `GET /index` and the dashboard',
    },
    RETENTION_DAYS: {
      meaning: 'how long ended tasks are kept; 0: forever ([details](task-data.md#how-long-data-is-kept))',
    },
  },
  'Logs and traces': {
    LOG_LEVEL: { meaning: '`debug` logs a line for each item and request' },
    OTEL_EXPORTER_OTLP_ENDPOINT: {
      meaning: 'collector that receives spans, such as `http://localhost:4318`',
    },
    OTEL_SERVICE_NAME: { meaning: 'service name in spans', unset: '`ingestion-server`' },
    OTEL_RESOURCE_ATTRIBUTES: {
      meaning: 'more resource attributes: `deployment.environment=staging,team=search%20infra`',
    },
  },
} as const satisfies Record<string, Partial<Record<VariableName, VariableMeaning>>>
