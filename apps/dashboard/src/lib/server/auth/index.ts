export * from './create-auth.ts'
export * from './errors.ts'
export type { SignedInUser } from './sessions.ts'
