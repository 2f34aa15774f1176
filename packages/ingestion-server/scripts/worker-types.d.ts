/** Variables of the server, `API_TOKEN` among them, and `SLICE_SECONDS`: how long a call may work on tasks. */
export type Env = Readonly<Record<string, string | undefined>>

/** The platform's means to continue after the response. */
export interface Lifetime {
  waitUntil(work: Promise<unknown>): void
}

/** The server as a module worker: Cloudflare needs the compatibility flag `nodejs_compat`, and a cron trigger. */
declare const worker: {
  fetch(request: Request, env: Env, lifetime: Lifetime): Promise<Response>
  scheduled(event: unknown, env: Env, lifetime: Lifetime): void
}
export default worker
