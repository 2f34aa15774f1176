/** The path of a task below the base. An id with other characters could name another path. */
export function taskPath(taskId: string): string {
  if (!/^[\w-]+$/.test(taskId)) throw new TypeError(`${JSON.stringify(taskId)} is not the id of a task`)
  return `task/${taskId}`
}
