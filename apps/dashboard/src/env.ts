import { defineEnvVars } from '@sveltejs/kit/env'

/** Schemas also run during the build, without an environment; `settings.ts` checks required variables. */
function url(protocols: readonly string[], example: string) {
  return (value: string | undefined) => {
    if (value === undefined || value === '') return undefined
    // The message omits the value, which may contain a password.
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new Error(`must be a URL such as ${example}`)
    }
    return value.replace(/\/+$/, '')
  }
}

function minutes(fallback: number) {
  return (value: string | undefined) => {
    if (value === undefined || value === '') return fallback
    if (!/^[1-9]\d{0,6}$/.test(value)) throw new Error('must be a whole number of minutes from 1 on')
    return Number(value)
  }
}

const text = (fallback: string) => (value: string | undefined) => value || fallback

export const variables = defineEnvVars({
  DATABASE_URL: {
    description:
      'Postgres for users, sessions and the audit log, in schema `dashboard`; the dashboard migrates it',
    schema: url(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/dashboard'),
  },
  INGESTION_URL: {
    description: 'the ingestion server',
    schema: (value: string | undefined) =>
      url(['http:', 'https:'], 'http://localhost:8001')(value) ?? 'http://127.0.0.1:8001',
  },
  INGESTION_TOKEN: {
    description: 'a token of the ingestion server with the scopes `admin` and `delegate`',
    schema: (value: string | undefined) => value || undefined,
  },
  INGESTION_PUBLIC_URL: {
    description:
      'where users reach the ingestion server, for the commands on a task’s page; if not set, `INGESTION_URL`',
    schema: url(['http:', 'https:'], 'https://ingestion.example.org'),
  },
  DASHBOARD_URL: {
    description:
      'where users reach the dashboard; behind a proxy that does not pass on `Host` and `X-Forwarded-Proto`, forms are refused without it',
    schema: url(['http:', 'https:'], 'https://dashboard.example.org'),
  },
  ENVIRONMENT: {
    description: 'shown on every page, in red if it begins with `prod`',
    schema: text('development'),
  },
  SESSION_IDLE_MINUTES: {
    description: 'a session ends after this time without use',
    schema: minutes(120),
  },
  SESSION_MAX_MINUTES: {
    description: 'a session ends after this time in any case',
    schema: minutes(720),
  },
})
