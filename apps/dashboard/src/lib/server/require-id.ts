import { error } from '@sveltejs/kit'

/** Whether a text can be an id: other characters could change the path of a request, and the SDK refuses them. */
export const isId = (text: string) => /^[\w-]+$/.test(text)

/** @throws HttpError 404 for an impossible id */
export function requireId(text: string): string {
  if (!isId(text)) error(404, 'Nothing has this id.')
  return text
}
