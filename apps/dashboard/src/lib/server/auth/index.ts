export * from './create-auth.ts'
export { deviceLifetimeSeconds } from './devices.ts'
export * from './errors.ts'
export type { SignedInUser } from './sessions.ts'
