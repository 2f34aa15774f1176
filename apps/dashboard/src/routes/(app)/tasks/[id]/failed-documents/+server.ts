import { error } from '@sveltejs/kit'
import { NotFoundError } from '@ingestion-server/sdk'
import { requireId } from '#lib/server/require-id.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { ingestion } from '#lib/server/services.ts'
import type { RequestHandler } from './$types'

/** All failed documents of a task with their whole bodies, one JSON object per line, streamed as they are read. */
export const GET: RequestHandler = async (event) => {
  const user = requireRole(event, 'viewer')
  const id = requireId(event.params.id)
  const handle = await ingestion
    .as(user.name)
    .tasks.handle(id)
    .catch((cause: unknown) => {
      if (cause instanceof NotFoundError) error(404, 'There is no such task.')
      return error(503, 'The ingestion server did not respond.')
    })
  const found = handle.failedDocuments({ body: 'full', resolved: true, signal: event.request.signal })
  const documents = found[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    // The reader pulls, so only one page of documents is in memory.
    async pull(controller) {
      const next = await documents.next()
      if (next.done === true) controller.close()
      else controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`))
    },
    async cancel() {
      await documents.return?.()
    },
  })
  return new Response(body, {
    headers: {
      'Content-Type': 'application/x-ndjson',
      'Content-Disposition': `attachment; filename="failed-documents-${id}.ndjson"`,
      'Cache-Control': 'no-store',
    },
  })
}
