/** The path of something below the base by its id. An id with other characters could name another path. */
export function idPath(kind: 'task' | 'token', id: string): string {
  if (!/^[\w-]+$/.test(id)) throw new TypeError(`${JSON.stringify(id)} is not the id of a ${kind}`)
  return `${kind}/${id}`
}
