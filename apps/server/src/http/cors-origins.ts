/** Origins of web pages that may call the server: exact ones, any (`*`), or none (`[]`). */
export type CorsOrigins = readonly string[] | '*'

export function isAllowedOrigin(origins: CorsOrigins, origin: string | undefined): boolean {
  return origin !== undefined && (origins === '*' || origins.includes(origin))
}
