import {
  actionFacts,
  actionNames,
  aliasHistorySchema,
  buildListSchema,
  cancelRequestSchema,
  createdTokenSchema,
  createTaskRequestSchemas,
  documentPageSchema,
  explainedDocumentSchema,
  failedDocumentPageSchema,
  failedDocumentSchema,
  indexDetailsSchema,
  indexListSchema,
  indexSchema,
  newTokenSchema,
  problemSchema,
  scheduledTaskSchema,
  statSchema,
  submissionOptionsSchema,
  taskEventPageSchema,
  taskEventSchema,
  failedDocumentSummarySchema,
  taskItemPageSchema,
  taskItemSummarySchema,
  taskItemSchema,
  taskLimitsPatchSchema,
  taskPageSchema,
  taskPlanSchema,
  taskCallbackSchema,
  taskRatesSchema,
  taskSchema,
  taskSummarySchema,
  tokenListSchema,
  tokenSchema,
  type ActionName,
  type FieldFacts,
} from '@ingestion-server/core'
import { z } from 'zod'
import { describeSchemas } from './descriptions/describe-schemas.ts'
import type { JsonSchema } from './descriptions/schema-descriptions.ts'
import { healthSchemas } from './health-schemas.ts'

/** Response schemas. */
const responseSchemas = {
  Task: taskSchema,
  TaskPage: taskPageSchema,
  TaskSummary: taskSummarySchema,
  ScheduledTask: scheduledTaskSchema,
  TaskPlan: taskPlanSchema,
  TaskEvent: taskEventSchema,
  TaskEventPage: taskEventPageSchema,
  TaskItem: taskItemSchema,
  TaskItemPage: taskItemPageSchema,
  TaskItemSummary: taskItemSummarySchema,
  FailedDocumentSummary: failedDocumentSummarySchema,
  TaskRates: taskRatesSchema,
  TaskCallback: taskCallbackSchema,
  FailedDocument: failedDocumentSchema,
  FailedDocumentPage: failedDocumentPageSchema,
  Index: indexSchema,
  IndexList: indexListSchema,
  IndexDetails: indexDetailsSchema,
  AliasHistory: aliasHistorySchema,
  DocumentPage: documentPageSchema,
  ExplainedDocument: explainedDocumentSchema,
  BuildList: buildListSchema,
  Stat: statSchema,
  Token: tokenSchema,
  TokenList: tokenListSchema,
  CreatedToken: createdTokenSchema,
  Problem: problemSchema,
  ...healthSchemas,
}

/** Request schemas that don't depend on the models. */
const bodySchemas = {
  CancelRequest: cancelRequestSchema,
  TaskLimitsPatch: taskLimitsPatchSchema,
  NewToken: newTokenSchema,
  SubmissionOptions: submissionOptionsSchema,
}

export type SchemaName =
  | keyof typeof responseSchemas
  | keyof typeof bodySchemas
  | 'TaskRequest'
  | (typeof actionFacts)[ActionName]['requestName']

/** All components, generated from the contract. @param models names of the server's models */
export function createSchemas(models: readonly string[]): Record<string, JsonSchema> {
  const schemas = {
    ...convert(responseSchemas, 'output'),
    ...convert(bodySchemas, 'input'),
    ...convert(createTaskBodies(models), 'input'),
    TaskRequest: {
      description: 'The request of a task; its fields depend on the action.',
      oneOf: Object.values(actionFacts).map(({ requestName }) => ({ $ref: refTo(requestName) })),
    },
  }
  describeSchemas(schemas)
  return schemas
}

/** The parameters of a query, each with its schema. */
export function toParameters(query: z.ZodObject): { name: string; required: boolean; schema: JsonSchema }[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', override: dropRedundant })
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    required: required.includes(name),
    schema: schema as JsonSchema, // `true` and `false` are schemas too, but not used here
  }))
}

export function refTo(name: string): string {
  return `#/components/schemas/${name}`
}

/** For each action its request with the common fields. */
function createTaskBodies(models: readonly string[]): Record<string, z.ZodType> {
  const withOptions = (name: ActionName, known: readonly string[]): z.ZodObject =>
    createTaskRequestSchemas(known)[name].safeExtend(submissionOptionsSchema.shape)
  return Object.fromEntries(
    actionNames.map((name) => {
      const { fields, requestName } = actionFacts[name]
      const hasAlias = Object.values<FieldFacts>(fields).some(({ kind }) => kind === 'alias')
      // The aliases depend on the model: a schema for each model expresses that, unlike a check in code.
      const body = hasAlias
        ? z.union(models.map((model) => withOptions(name, [model])))
        : withOptions(name, models)
      return [requestName, body]
    }),
  )
}

function convert(schemas: Record<string, z.ZodType>, io: 'input' | 'output'): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id })
  const converted = z.toJSONSchema(registry, { io, uri: refTo, override: dropRedundant })
  return Object.fromEntries(
    Object.entries(converted.schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  )
}

/** Removes keywords that repeat the format beside them, or that a number is a number. */
function dropRedundant({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'uuid') delete jsonSchema.pattern
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
}
