// The same on every runtime: calls of the built package against the scripted server of runtimes.test.ts, whose address
// is the last argument and that of the package the one before. Prints what came of it as JSON.
const args = globalThis.Deno?.args ?? globalThis.process.argv
const [bundle, baseUrl] = args.slice(-2)
const { createClient, isCode, ConflictError } = await import(bundle)

const client = createClient({ baseUrl, token: 'secret-token', actor: 'Zoë', random: () => 0 })
const seen = {}

// The first answer is lost on its way.
const handle = await client.reindex({ model: 'image', indexSuffix: '20231106' })
seen.id = handle.id

// The stream ends in the middle of a character, is reopened, and reports the end.
seen.progress = []
const task = await handle.wait({ onProgress: ({ progress }) => seen.progress.push(progress) })
seen.status = task.status

seen.events = []
for await (const update of handle.events()) {
  if (update.type === 'progress') break
  seen.events.push([update.id, update.data])
}

seen.failed = []
for await (const document of handle.failedDocuments()) seen.failed.push(document.id)

// The stream is silent when the signal aborts.
const controller = new globalThis.AbortController()
const onProgress = () => controller.abort(new Error('changed my mind'))
seen.aborted = await handle.wait({ signal: controller.signal, onProgress }).catch(({ message }) => message)

const refused = await client.deleteIndex({ model: 'image', indexSuffix: 'a' }).catch((error) => error)
seen.refused = [refused instanceof ConflictError, isCode(refused, 'index_aliased'), refused.requestId]

console.log(JSON.stringify(seen))
