import type { SignedInUser } from '#lib/server/auth/index.ts'
import type { Role } from '#lib/role.ts'
import type { Theme, TimeStyle } from '#lib/theme.ts'

declare global {
  namespace App {
    interface Locals {
      /** Null: no user is signed in. */
      user: SignedInUser | null
    }
    interface PageData {
      user: { name: string; role: Role } | null
      environment: string
      theme: Theme
      times: TimeStyle
    }
    namespace Superforms {
      type Message = string
    }
    interface Error {
      /** Identifies the error in the log. */
      id?: string
      /** The form was refused before it was processed: it keeps its values, and the message is shown next to it. */
      keepsForm?: boolean
      /** Names of indices that an unknown name may stand for. */
      indices?: string[]
    }
  }
}
