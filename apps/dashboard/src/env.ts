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
    description: 'Postgres with the dashboard’s users, sessions and audit log, in schema `dashboard`',
    schema: url(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/dashboard'),
  },
  INGESTION_URL: {
    description: 'The ingestion server; default http://127.0.0.1:8001',
    schema: (value: string | undefined) =>
      url(['http:', 'https:'], 'http://localhost:8001')(value) ?? 'http://127.0.0.1:8001',
  },
  INGESTION_TOKEN: {
    description: 'A token of the ingestion server with the scopes admin and delegate',
    schema: (value: string | undefined) => value || undefined,
  },
  INGESTION_PUBLIC_URL: {
    description: 'Where users reach the ingestion server, for the commands to copy; default INGESTION_URL',
    schema: url(['http:', 'https:'], 'https://ingestion.example.org'),
  },
  DASHBOARD_URL: {
    description: 'Where users reach the dashboard, for the set-up link',
    schema: url(['http:', 'https:'], 'https://dashboard.example.org'),
  },
  ENVIRONMENT: { description: 'Shown in the header, red when it is production', schema: text('development') },
  SESSION_IDLE_MINUTES: {
    description: 'Minutes without use after which a session ends; default 120',
    schema: minutes(120),
  },
  SESSION_MAX_MINUTES: {
    description: 'Minutes after the sign-in at which a session ends; default 720',
    schema: minutes(720),
  },
})
