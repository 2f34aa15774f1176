import type { FetchResult } from '../fetch-result.ts'
import { maxFound, type Found } from '../palette.ts'
import { taskTitle } from '../task/task-title.ts'
import { fetchForPage } from './fetch-for-page.ts'
import { ingestion } from './services.ts'

/** Longer texts are not names, characters. */
const maxLength = 200

/** The newest tasks and the indices that match a text; the newest of all for an empty text. */
export async function findByName(actor: string, text: string): Promise<FetchResult<Found>> {
  const client = ingestion.as(actor)
  const part = text.trim().toLowerCase().slice(0, maxLength)
  const fits = (name: string) => name.toLowerCase().includes(part)
  return fetchForPage(
    Promise.all([
      client.tasks.list({ pageSize: maxFound, ...(part !== '' && { q: part }) }),
      client.indices.list(),
    ]).then(([{ tasks }, { models }]) => ({
      tasks: tasks
        .map((task) => ({ ...task, title: taskTitle(task) }))
        .filter(({ title, taskId }) => fits(title) || taskId.startsWith(part))
        .slice(0, maxFound)
        .map(({ taskId, title, action, status, createdAt }) => ({
          taskId,
          title,
          action,
          status,
          createdAt,
        })),
      indices: models
        .flatMap(({ model, indices }) => indices.map((index) => ({ ...index, model })))
        .filter(({ name, aliases }) => fits(name) || aliases.some(fits))
        .slice(0, maxFound)
        .map(({ name, model, suffix, aliases }) => ({ name, model, suffix, aliases: [...aliases] })),
    })),
  )
}
