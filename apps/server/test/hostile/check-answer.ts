import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { hasProblemType } from '../../src/http/on-error.ts'
import type { OpenApiDocument, OperationObject } from '../../src/http/openapi/document.ts'
import type { RawAnswer } from './raw-http.ts'
import type { HostileRequest } from './hostile-requests.ts'

/** What no response may contain: stack frames, files of the server, its own SQL, addresses of services. */
const secrets =
  /\n\s+at \S+ \(|node_modules|main\.mjs|\/home\/|\/tmp\/|\/root\/|PostgresError|select .+ from |ECONNREFUSED/i

/** Statuses that Node sends by itself, before the server receives the request. */
const ofNode: ReadonlySet<number> = new Set([400, 408, 417, 431])

/** Describes the violation of the OpenAPI document by a response; null if there is none. */
export function createAnswerCheck(
  document: OpenApiDocument,
  hidden: readonly string[],
): (request: HostileRequest, answer: RawAnswer) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: false })
  // ajv-formats is CommonJS: its default export is a property there.
  formats.default(ajv)
  ajv.addSchema(JSON.parse(JSON.stringify(document).replaceAll('"#/', '"openapi#/')) as object, 'openapi')

  function fits(pointer: string, value: unknown): string | null {
    const check = (ajv.getSchema(pointer) ?? ajv.compile({ $ref: pointer })) as ValidateFunction
    return check(value) === true ? null : `does not fit its schema: ${ajv.errorsText(check.errors)}`
  }

  function checkProblem({ status, headers, body }: RawAnswer): string | null {
    // Responses to requests that Node's parser refuses have no body and no id.
    if (ofNode.has(status) && body.length === 0 && !headers.has('x-request-id')) return null
    if (headers.get('content-type') !== 'application/problem+json')
      return `problem is ${headers.get('content-type')}`
    const problem = parse(body)
    if (problem === undefined) return 'problem is no JSON'
    const { code, status: said } = problem as { code: string; status: number }
    if (!hasProblemType(code)) return `unknown code ${code}`
    if (said !== status) return `status ${status} is ${said} in the body`
    return fits('openapi#/components/schemas/Problem', problem)
  }

  function checkSuccess(
    operation: NonNullable<HostileRequest['operation']>,
    answer: RawAnswer,
  ): string | null {
    const { path, method } = operation
    const described = (document.paths[path] as Record<string, OperationObject>)[method]?.responses[
      answer.status
    ]
    if (described === undefined) return `status ${answer.status} is not described`
    const type = answer.headers.get('content-type')?.split(';')[0]
    if (type === undefined) return 'content' in described ? 'content is missing' : null
    if ('$ref' in described || !Object.hasOwn(described.content ?? {}, type))
      return `${type} is not described`
    if (!type.endsWith('json')) return null
    const [inPath, inType] = [path, type].map((part) => part.replaceAll('/', '~1'))
    return fits(
      `openapi#/paths/${inPath}/${method}/responses/${answer.status}/content/${inType}/schema`,
      parse(answer.body),
    )
  }

  return ({ operation, method, bytes }, answer) => {
    const { status, headers, body } = answer
    const all = [...headers.values(), body.toString('utf8')].join('\n')
    const shown = hidden.find((text) => all.includes(text)) ?? secrets.exec(all)?.[0]
    // The page and the OpenAPI document contain paths as examples.
    if (shown !== undefined && !(status === 200 && !headers.get('content-type')?.includes('problem')))
      return `shows ${JSON.stringify(shown)}`
    // `501` means that an action does not exist, which is not a defect.
    // On a busy machine, a service may not respond to the check of a probe in time.
    const isNotReady = status === 503 && isProbe(bytes) && (method === 'HEAD' || body.includes('"not_ready"'))
    if (status >= 500 && status !== 501 && !isNotReady)
      return `status ${status}: ${body.toString('utf8').slice(0, 300)}`
    if (headers.get('x-content-type-options') !== 'nosniff' && headers.has('x-request-id'))
      return 'has no nosniff'
    if (method === 'HEAD') return null
    if (status >= 400) return checkProblem(answer)
    return operation === null ? null : checkSuccess(operation, answer)
  }
}

const isProbe = (request: Uint8Array) =>
  /^[A-Z]+ \/readyz\b/.test(Buffer.from(request.subarray(0, 40)).toString('latin1'))

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
