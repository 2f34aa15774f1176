/** The path of a resource by its id, relative to the base. Other characters in an id could change the path. */
export function idPath(kind: 'task' | 'token', id: string): string {
  if (!/^[\w-]+$/.test(id)) throw new TypeError(`${JSON.stringify(id)} is not the id of a ${kind}`)
  return `${kind}/${id}`
}
