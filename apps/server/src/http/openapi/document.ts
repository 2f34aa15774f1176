import {
  responseHeaders,
  requestHeaders,
  type ResponseSpec,
  type ResponseHeaderName,
  type Body,
  type Operation,
} from './operation.ts'
import type { JsonSchema } from './descriptions/schema-descriptions.ts'
import { createSchemas, refTo, toParameters, type SchemaName } from './schemas.ts'

/** The parts of OpenAPI 3.1 that this document uses. */
export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } }
  servers: { url: string }[]
  tags: { name: Operation['tag']; description: string }[]
  paths: Record<string, Partial<Record<Operation['method'], OperationObject>>>
  components: {
    schemas: Record<string, JsonSchema>
    responses: Record<string, ResponseObject>
    securitySchemes: Record<string, JsonSchema>
  }
}

export interface OperationObject {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security: Record<string, string[]>[]
  parameters?: ParameterObject[]
  requestBody?: { required: boolean; content: Record<string, MediaType> }
  responses: Record<string, ResponseObject | { $ref: string }>
}

interface ParameterObject {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: JsonSchema
}

interface MediaType {
  schema: JsonSchema
  examples?: NonNullable<Body['examples']>
}

interface ResponseObject {
  description: string
  headers?: Record<string, unknown>
  content?: Record<string, MediaType>
}

/** The operations as OpenAPI 3.1. @param options.models names of the server's models */
export function createOpenApiDocument(
  operations: readonly Operation[],
  options: { models: readonly string[]; version: string; serverUrl: string },
): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  for (const operation of operations) {
    ;(paths[operation.path] ??= {})[operation.method] = toOperationObject(operation)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ingestion server',
      version: options.version,
      description: 'Builds, filters, promotes and deletes search indices from a media catalog.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: options.serverUrl }],
    tags: [
      {
        name: 'Tasks',
        description: 'Each change to an index is a task, which runs in the background.',
      },
      { name: 'Indices', description: 'The indices and aliases in OpenSearch.' },
      { name: 'Tokens', description: 'Authentication.' },
      { name: 'Service', description: 'Health, metrics and documentation of the server.' },
    ],
    paths,
    components: {
      schemas: createSchemas(options.models),
      responses: toProblems(),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A token with the scope of the operation, or with scope `admin`. Callers on the machine of the server ' +
            'need none until the first token is created.',
        },
      },
    },
  }
}

const problemTitles: Readonly<Record<number, string>> = {
  400: 'The request is invalid; `errors` lists all violations.',
  401: 'The token is missing or invalid.',
  403: 'The caller is not authorized for this.',
  404: 'The resource does not exist.',
  409: 'The request conflicts with the current state; `code` is the reason.',
  413: 'The body is too large.',
  415: 'The Content-Type is not `application/json`.',
  422: 'The idempotency key was used for another request.',
  500: 'Unexpected error; the log has the details.',
  501: 'This server does not support this.',
  502: 'OpenSearch or the database refused the request.',
  503: 'OpenSearch or the database is unavailable; retry later.',
}

function toProblems(): Record<string, ResponseObject> {
  return Object.fromEntries(
    Object.entries(problemTitles).map(([status, description]) => [
      problemName(status),
      {
        description,
        headers: toHeaders(['X-Request-Id', ...(status === '503' ? (['Retry-After'] as const) : [])]),
        content: { 'application/problem+json': { schema: { $ref: refTo('Problem') } } },
      },
    ]),
  )
}

function problemName(status: string | number): string {
  return `Problem${status}`
}

function toOperationObject(operation: Operation): OperationObject {
  const parameters = toParameterObjects(operation)
  const { body, description } = operation
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(description !== undefined && { description }),
    security: operation.scope === null ? [] : [{ token: [operation.scope] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: toRequestBody(body) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.responses).map(([status, response]) => [status, toResponse(response)]),
      ),
      ...Object.fromEntries(
        problemStatuses(operation).map((status) => [
          String(status),
          { $ref: `#/components/responses/${problemName(status)}` },
        ]),
      ),
    },
  }
}

function problemStatuses({ problems = [], body, scope }: Operation): number[] {
  const statuses = new Set([...problems, 403, 500])
  // Probes send no parameters and accept any type.
  if (scope !== null) for (const status of [400, 401, 503]) statuses.add(status)
  if (body !== undefined) for (const status of [413, 415]) statuses.add(status)
  return [...statuses].sort((a, b) => a - b)
}

const pathSchemas: Readonly<Record<string, JsonSchema>> = {
  id: { type: 'string', format: 'uuid' },
  name: { type: 'string', minLength: 1 },
  alias: { type: 'string', minLength: 1 },
  model: { type: 'string', minLength: 1 },
  document: { type: 'string', minLength: 1 },
}

function toParameterObjects({ path, query, headers = [] }: Operation): ParameterObject[] {
  const pathNames = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  return [
    ...pathNames.map((name) => ({
      name,
      in: 'path' as const,
      required: true,
      schema: pathSchemas[name] ?? { type: 'string' },
    })),
    ...(query === undefined ? [] : toParameters(query)).map((parameter) => ({
      ...parameter,
      in: 'query' as const,
    })),
    ...headers.map((name) => ({ name, in: 'header' as const, required: false, ...requestHeaders[name] })),
  ]
}

function toRequestBody({ schema, required, examples }: Body) {
  const content = { schema: { $ref: refTo(schema) }, ...(examples !== undefined && { examples }) }
  return { required, content: { 'application/json': content } }
}

function toResponse({ description, content, headers = [] }: ResponseSpec): ResponseObject {
  return {
    description,
    headers: toHeaders(['X-Request-Id', ...headers]),
    ...(content !== undefined && {
      content: Object.fromEntries(
        Object.entries(content).map(([type, schema]) => [type, { schema: toContentSchema(type, schema) }]),
      ),
    }),
  }
}

function toContentSchema(mediaType: string, schema: SchemaName | null): JsonSchema {
  if (schema !== null) return { $ref: refTo(schema) }
  return { type: mediaType === 'application/json' ? 'object' : 'string' }
}

function toHeaders(names: readonly ResponseHeaderName[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, responseHeaders[name]]))
}
