import { actionFacts, taskFilterSchema } from '@ingestion-server/core'
import { failedDocumentQuerySchema } from '../routes/failed-document-page.ts'
import { eventQuerySchema } from '../routes/task-events.ts'
import { itemQuerySchema } from '../routes/task-detail.ts'
import { submissionQuerySchema } from '../routes/task.ts'
import { answerTask, serviceOperations, tokenOperations } from './other-operations.ts'
import { taskExamples } from './examples.ts'
import { json, type Answer, type Operation } from './operation.ts'

const scheduled: Answer = {
  description: 'Accepted. `status_check` says where to see how the task is.',
  content: json('ScheduledTask'),
  headers: ['Location', 'Retry-After', 'Preference-Applied'],
}
const planned: Answer = {
  description: 'With `dry_run`: what the task would do, and what stands in its way. Nothing was done.',
  content: json('TaskPlan'),
}
const submissionHeaders = ['Idempotency-Key', 'Ingestion-Actor', 'Prefer'] as const
/** The actions that need another scope than the operation. */
const scopeNote = Object.values(actionFacts)
  .filter(({ scope }) => scope !== 'write')
  .map(({ name, scope }) => `${name} needs scope \`${scope}\`.`)
  .join(' ')
/** Statuses with which a task or its plan can be refused immediately. */
const refusals = [403, 404, 409, 422, 501, 502]

const taskOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/task',
    id: 'createTask',
    tag: 'Tasks',
    summary: 'Make a task',
    description:
      'The work runs in the background; what can be known at once is answered at once. ' +
      `${scopeNote} ` +
      '`Prefer: wait=N` keeps the answer back until the task has ended, N seconds at most.',
    scope: 'write',
    query: submissionQuerySchema,
    headers: submissionHeaders,
    body: { schema: 'TaskRequest', required: true, examples: taskExamples },
    answers: { 200: planned, 202: scheduled },
    problems: refusals,
  },
  {
    method: 'get',
    path: '/task',
    id: 'listTasks',
    tag: 'Tasks',
    summary: 'List tasks, newest first',
    scope: 'read',
    query: taskFilterSchema,
    answers: { 200: { description: 'A page of tasks.', content: json('TaskPage') } },
  },
  {
    method: 'get',
    path: '/task/{id}',
    id: 'getTask',
    tag: 'Tasks',
    summary: 'Show a task',
    description:
      'Done is `active: false`, good is `error: null`. `Prefer: wait=N` waits until status, phase or progress ' +
      'change, N seconds at most.',
    scope: 'read',
    headers: ['Prefer'],
    answers: {
      200: {
        description: 'The task as it is now.',
        content: json('Task'),
        headers: ['Retry-After', 'Preference-Applied'],
      },
    },
    problems: [404],
  },
  {
    method: 'patch',
    path: '/task/{id}',
    id: 'limitTask',
    tag: 'Tasks',
    summary: 'Change how fast a task may be',
    description:
      'Running workers hear of it within seconds. Null lifts a limit; what is absent stays as it is.',
    scope: 'write',
    headers: ['Ingestion-Actor'],
    body: {
      schema: 'TaskLimitsPatch',
      required: true,
      examples: {
        slower: { summary: 'At most 500 documents a second', value: { documents_per_second: 500 } },
      },
    },
    answers: { 200: { description: 'The task with its new limits.', content: json('Task') } },
    problems: [404, 409],
  },
  {
    method: 'post',
    path: '/task/{id}/cancel',
    id: 'cancelTask',
    tag: 'Tasks',
    summary: 'Cancel a task',
    description:
      'The half-built index is removed, unless `keep_index` is true. The task has ended when that is done.',
    scope: 'write',
    headers: ['Ingestion-Actor'],
    body: {
      schema: 'CancelRequest',
      required: false,
      examples: { keep: { summary: 'Keep what was built so far', value: { keep_index: true } } },
    },
    answers: { 202: answerTask('The task, being cancelled or cancelled already.') },
    problems: [404, 409],
  },
  {
    method: 'post',
    path: '/task/{id}/retry',
    id: 'retryTask',
    tag: 'Tasks',
    summary: 'Run a failed or cancelled task again',
    description: 'A failed task goes on from its checkpoints, a cancelled one starts over. ' + scopeNote,
    scope: 'write',
    headers: ['Ingestion-Actor'],
    answers: { 202: answerTask('The task, queued again.') },
    problems: [404, 409],
  },
  {
    method: 'get',
    path: '/task/{id}/events',
    id: 'listTaskEvents',
    tag: 'Tasks',
    summary: 'What happened to a task',
    description:
      'JSON: a page of what was kept. With `Accept: text/event-stream` the same as it happens, each with its id, ' +
      'and in between `progress` with the whole task, at most once a second. A comment is sent every 15 s. The ' +
      'stream ends after the event that ended the task; asked for more after that, the answer is 204.',
    scope: 'read',
    query: eventQuerySchema,
    headers: ['Last-Event-ID'],
    answers: {
      200: {
        description: 'Events in the order in which they happened.',
        content: { ...json('TaskEventPage'), 'text/event-stream': null },
      },
      204: { description: 'Nothing more will come: the task has ended, and its last event was seen.' },
    },
    problems: [404],
  },
  {
    method: 'get',
    path: '/task/{id}/items',
    id: 'listTaskItems',
    tag: 'Tasks',
    summary: 'The work items of a task',
    description: 'Ranges of ids, how far each is, and which worker has it.',
    scope: 'read',
    query: itemQuerySchema,
    answers: { 200: { description: 'A page of items.', content: json('TaskItemPage') } },
    problems: [404],
  },
  {
    method: 'get',
    path: '/task/{id}/rates',
    id: 'listTaskRates',
    tag: 'Tasks',
    summary: 'How fast a task was, over time',
    scope: 'read',
    answers: {
      200: { description: 'Documents in stretches of time, for a chart.', content: json('TaskRates') },
    },
    problems: [404],
  },
  {
    method: 'get',
    path: '/task/{id}/callback',
    id: 'getTaskCallback',
    tag: 'Tasks',
    summary: 'How the callback of a task fares',
    description: 'Of its last attempt; known for a week after the end.',
    scope: 'read',
    answers: { 200: { description: 'The callback as it is now.', content: json('TaskCallback') } },
    problems: [404],
  },
  {
    method: 'get',
    path: '/task/{id}/failed_documents',
    id: 'listFailedDocuments',
    tag: 'Tasks',
    summary: 'Rows that OpenSearch refused',
    description:
      'Each with the beginning of its document; `body=full` gives all of it, on pages that end sooner where it is long.',
    scope: 'read',
    query: failedDocumentQuerySchema,
    answers: {
      200: { description: 'A page of rows with the reasons, by id.', content: json('FailedDocumentPage') },
    },
    problems: [404],
  },
  {
    method: 'post',
    path: '/task/{id}/failed_documents/redrive',
    id: 'redriveFailedDocuments',
    tag: 'Tasks',
    summary: 'Try the refused rows again',
    description: 'A failed task is retried; one that succeeded in spite of them writes only these.',
    scope: 'write',
    headers: ['Ingestion-Actor'],
    answers: { 202: answerTask('The task, queued again.') },
    problems: [404, 409],
  },
]

const indexOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/index',
    id: 'listIndices',
    tag: 'Indices',
    summary: 'List indices and aliases of all models',
    scope: 'read',
    answers: {
      200: { description: 'For each model its indices, newest first.', content: json('IndexList') },
    },
    problems: [502],
  },
  {
    method: 'get',
    path: '/index/{name}',
    id: 'getIndex',
    tag: 'Indices',
    summary: 'Show an index',
    scope: 'read',
    answers: { 200: { description: 'The index.', content: json('Index') } },
    problems: [404, 502],
  },
  {
    method: 'post',
    path: '/index/{alias}/rollback',
    id: 'rollBackAlias',
    tag: 'Indices',
    summary: 'Point an alias to where it pointed before',
    description: 'Makes a POINT_ALIAS task.',
    scope: 'write',
    query: submissionQuerySchema,
    headers: submissionHeaders,
    body: { schema: 'SubmissionOptions', required: false },
    answers: { 200: planned, 202: scheduled },
    problems: refusals,
  },
  {
    method: 'get',
    path: '/stat/{name}',
    id: 'statName',
    tag: 'Indices',
    summary: 'Whether a name is an index or an alias',
    scope: 'read',
    answers: { 200: { description: 'What the name is, and what it goes with.', content: json('Stat') } },
    problems: [502],
  },
]

/** All operations of the server. */
export const operations: readonly Operation[] = [
  ...taskOperations,
  ...indexOperations,
  ...tokenOperations,
  ...serviceOperations,
]
