import { json, type Answer, type Operation } from './operation.ts'

export function answerTask(description: string): Answer {
  return { description, content: json('Task'), headers: ['Location', 'Retry-After'] }
}

export const tokenOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/token',
    id: 'listTokens',
    tag: 'Tokens',
    summary: 'List tokens, newest first',
    scope: 'admin',
    answers: { 200: { description: 'All tokens, without their secrets.', content: json('TokenList') } },
  },
  {
    method: 'post',
    path: '/token',
    id: 'createToken',
    tag: 'Tokens',
    summary: 'Make a token',
    description:
      'As soon as a token is defined one is demanded of every caller, on this machine too. Unless the server was ' +
      'started with API_TOKEN, the first must have scope `admin`.',
    scope: 'admin',
    headers: ['Ingestion-Actor'],
    body: {
      schema: 'NewToken',
      required: true,
      examples: {
        monitoring: { summary: 'For a monitoring system', value: { name: 'monitoring', scopes: ['read'] } },
      },
    },
    answers: {
      201: {
        description: 'The token, and its secret: the only time that it is shown.',
        content: json('CreatedToken'),
        headers: ['Location'],
      },
    },
    problems: [409],
  },
  {
    method: 'delete',
    path: '/token/{id}',
    id: 'revokeToken',
    tag: 'Tokens',
    summary: 'Revoke a token',
    scope: 'admin',
    headers: ['Ingestion-Actor'],
    answers: { 200: { description: 'The token, which opens nothing any more.', content: json('Token') } },
    problems: [404, 409],
  },
]

export const serviceOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/',
    id: 'getService',
    tag: 'Service',
    summary: 'What this is, and where to go on',
    scope: null,
    answers: { 200: { description: 'Name, version and links.', content: json('Service') } },
  },
  {
    method: 'get',
    path: '/livez',
    id: 'getLiveness',
    tag: 'Service',
    summary: 'Whether the process answers',
    scope: null,
    answers: { 200: { description: 'It does.', content: json('Alive') } },
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'getReadiness',
    tag: 'Service',
    summary: 'Whether the services that it needs answer',
    scope: null,
    answers: { 200: { description: 'They do.', content: json('Ready') } },
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'getMetrics',
    tag: 'Service',
    summary: 'Metrics for Prometheus',
    scope: 'read',
    answers: { 200: { description: 'Text in the exposition format.', content: { 'text/plain': null } } },
    problems: [501],
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'getOpenApi',
    tag: 'Service',
    summary: 'This document',
    scope: null,
    answers: { 200: { description: 'OpenAPI 3.1.', content: { 'application/json': null } } },
  },
  {
    method: 'get',
    path: '/docs',
    id: 'getDocs',
    tag: 'Service',
    summary: 'This document, for people',
    scope: null,
    answers: { 200: { description: 'A page without scripts.', content: { 'text/html': null } } },
  },
]
