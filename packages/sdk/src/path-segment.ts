/** A name as one segment of a path. `.` and `..` are invalid: every URL parser removes them, encoded or not. */
export function segment(name: string): string {
  if (/^\.{0,2}$/.test(name))
    throw new TypeError(`${JSON.stringify(name)} is not the name of an index or alias`)
  return encodeURIComponent(name)
}
