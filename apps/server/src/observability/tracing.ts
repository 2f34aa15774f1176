import {
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  context,
  propagation,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Observer } from './observer.ts'
import type { RequestObserver } from './request-observer.ts'

export interface Tracing {
  observer: Observer
  requests: RequestObserver
  /** Sends the pending spans. */
  stop(): Promise<void>
}

export interface TracingOptions {
  /** URL of a collector, such as http://localhost:4318; spans go to `/v1/traces` there. */
  endpoint: string
  /** Resource attributes of the spans, including `service.name`. */
  attributes: Readonly<Record<string, string>>
  version: string
}

/** How long a process waits at its end for the export of the last spans. */
const maxFlushMs = 2_000

/**
 * OpenTelemetry spans of requests and of the steps of tasks, sent as OTLP over HTTP. A request continues the
 * caller's trace (W3C Trace Context). All steps of a task, on whatever machines, make one trace whose id is the
 * task's: both are 16 bytes.
 */
export function startTracing({ endpoint, attributes, version }: TracingOptions): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.version': version, ...attributes }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }) }),
    ],
  })
  const manager = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(manager)
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  const tracer = provider.getTracer('ingestion-server', version)

  async function inSpan<Result>(
    span: { name: string; kind: SpanKind; attributes: Attributes; parent: Context },
    run: (span: Span) => Promise<Result>,
  ): Promise<Result> {
    const { name, kind, attributes, parent } = span
    return await tracer.startActiveSpan(name, { kind, attributes }, parent, async (opened) => {
      try {
        return await run(opened)
      } catch (error) {
        opened.recordException(error as Error) // errors are all that is thrown
        opened.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
        throw error
      } finally {
        opened.end()
      }
    })
  }

  return {
    observer: {
      onStep: ({ taskId, requestId, model, action, phase, kind, ordinal, attempt }, run) =>
        inSpan(
          {
            name: `${phase} ${kind}`,
            kind: SpanKind.INTERNAL,
            parent: contextOfTask(taskId),
            attributes: {
              'ingestion.task_id': taskId,
              ...(requestId !== null && { 'ingestion.request_id': requestId }),
              'ingestion.model': model,
              'ingestion.action': action,
              'ingestion.phase': phase,
              'ingestion.attempt': attempt,
              ...(ordinal !== null && { 'ingestion.item': ordinal }),
            },
          },
          run,
        ),
      onBulk: ({ seconds, status, succeeded, refused, rejected }) => {
        const attributes = {
          'http.response.status_code': status,
          'ingestion.succeeded': succeeded,
          'ingestion.refused': refused,
          'ingestion.rejected': rejected,
        }
        const endedAt = Date.now()
        const startTime = new Date(endedAt - seconds * 1_000)
        tracer.startSpan('bulk', { kind: SpanKind.CLIENT, attributes, startTime }).end(endedAt)
      },
    },
    requests: async ({ method, path, requestId, header }, run) => {
      const carrier = { traceparent: header('traceparent') ?? '', tracestate: header('tracestate') ?? '' }
      const parent = propagation.extract(context.active(), carrier)
      const attributes = {
        'http.request.method': method,
        'url.path': path,
        'ingestion.request_id': requestId,
      }
      await inSpan({ name: method, kind: SpanKind.SERVER, attributes, parent }, async (span) => {
        const { status, route, taskId } = await run()
        span.updateName(`${method} ${route}`)
        span.setAttributes({ 'http.route': route, 'http.response.status_code': status })
        if (taskId !== undefined) span.setAttribute('ingestion.task_id', taskId)
        if (taskId !== undefined) span.addLink({ context: spanContextOfTask(taskId) })
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      })
    },
    async stop() {
      // A collector that does not accept spans must not delay the stop, or make it fail.
      const sent = provider.shutdown().catch(() => undefined)
      await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, maxFlushMs).unref())])
      context.disable()
      propagation.disable()
    },
  }
}

function contextOfTask(taskId: string): Context {
  return trace.setSpanContext(context.active(), spanContextOfTask(taskId))
}

/** The same in every process, so that all spans of a task are in one trace. */
function spanContextOfTask(taskId: string) {
  const traceId = taskId.replaceAll('-', '')
  return { traceId, spanId: traceId.slice(16), traceFlags: TraceFlags.SAMPLED, isRemote: true }
}
