import { createOpenApiDocument, type OperationObject } from '../../apps/server/src/http/openapi/document.ts'
import { listOperations } from '../../apps/server/src/http/operation.ts'
import { createAppHarness } from '@ingestion-server/server/testing/app-harness.ts'
import { code, toTable } from './markdown.ts'
import { describeType, listFields, type Schema } from './schema-fields.ts'

/** The operations and schemas of the OpenAPI document, of a server with the built-in models. */
export function describeHttpApi(): Record<string, string> {
  const document = createOpenApiDocument(listOperations(createAppHarness().app), {
    models: ['image', 'audio'],
    version: '',
    serverUrl: 'http://localhost:8001',
  })
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
  const overview = document.tags.map(({ name }) =>
    [
      // Schemas have headings too, such as Service.
      `### Operations on ${name.toLowerCase()}`,
      toTable(
        ['operation', 'effect', 'scope'],
        listed
          .filter(({ operation }) => operation.tags.includes(name))
          .map(({ call, operation }) => [
            code(call),
            `[${operation.summary}](#${operation.operationId.toLowerCase()})`,
            scopeOf(operation),
          ]),
      ),
    ].join('\n\n'),
  )
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) =>
    describeSchema(name, schema as Schema),
  )
  return {
    operations: overview.join('\n\n'),
    details: listed.map(({ call, operation }) => describeOperation(call, operation)).join('\n\n'),
    schemas: schemas.join('\n\n'),
  }
}

function scopeOf({ security }: OperationObject): string {
  const [scope] = security.flatMap((each) => Object.values(each).flat())
  return scope === undefined ? 'none' : code(scope)
}

function describeOperation(call: string, operation: OperationObject): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const body = requestBody?.content['application/json']?.schema as Schema | undefined
  const refused = Object.keys(responses).filter((status) => Number(status) >= 400)
  return [
    `### ${operationId}`,
    `${code(call)}: ${lowerFirst(summary)}. ${description ?? ''}`,
    ...(parameters.length === 0
      ? []
      : [
          toTable(
            ['parameter', 'in', 'value', 'meaning'],
            parameters.map(({ name, in: place, schema, description: meaning }) => [
              code(name),
              place,
              describeType(schema as Schema),
              meaning ?? (schema as Schema).description ?? '',
            ]),
          ),
        ]),
    ...(body === undefined
      ? []
      : [`Body: ${describeType(body)}${requestBody?.required ? '' : ', optional'}.`]),
    `Responses: ${[
      ...Object.entries(responses).flatMap(([status, response]) =>
        'description' in response && Number(status) < 400
          ? [`${status}${describeContent(response.content)}`]
          : [],
      ),
      `errors ${refused.join(', ')}`,
    ].join('; ')}.`,
  ].join('\n\n')
}

function describeContent(content: Record<string, { schema: unknown }> = {}): string {
  const types = Object.entries(content).map(([type, { schema }]) =>
    type === 'application/json' ? describeType(schema as Schema) : code(type),
  )
  return types.length === 0 ? '' : ` (${types.join(' or ')})`
}

function describeSchema(name: string, schema: Schema): string {
  const fields = listFields(schema)
  return [
    `### ${name}`,
    ...(schema.description === undefined ? [] : [schema.description]),
    fields.length === 0
      ? `${describeType(schema)}.`
      : toTable(
          ['field', 'value', 'meaning'],
          fields.map(({ path, type, isRequired, description }) => [
            code(path),
            isRequired ? type : `${type}, optional`,
            description,
          ]),
        ),
  ].join('\n\n')
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
