import { error } from '@sveltejs/kit'

/** Whether it can be an id: with other characters it could name another path of the server, and its SDK refuses it. */
export const isId = (text: string) => /^[\w-]+$/.test(text)

/** @throws HttpError 404 for what can't be the id of anything */
export function requireId(text: string): string {
  if (!isId(text)) error(404, 'Nothing has this id.')
  return text
}
