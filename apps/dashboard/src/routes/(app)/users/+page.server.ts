import { fail } from '@sveltejs/kit'
import { message, superValidate } from 'sveltekit-superforms'
import { zod4 } from 'sveltekit-superforms/adapters'
import { toSentence } from '#lib/format/sentence.ts'
import { audited } from '#lib/server/audited.ts'
import { LastAdminError, UserExistsError } from '#lib/server/auth/index.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { auth } from '#lib/server/services.ts'
import { newPasswordSchema, newUserSchema } from '#lib/server/user-schemas.ts'
import { roles } from '#lib/role.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (event) => {
  requireRole(event, 'admin')
  return { users: await auth.listUsers(), form: await superValidate(zod4(newUserSchema), { errors: false }) }
}

export const actions: Actions = {
  create: async (event) => {
    const admin = requireRole(event, 'admin')
    const form = await superValidate(event.request, zod4(newUserSchema))
    const newUser = { ...form.data }
    form.data.password = ''
    if (!form.valid) return fail(400, { form })
    const deed = { action: 'create_user', subject: newUser.name, detail: { role: newUser.role } }
    try {
      await audited(event, admin, deed, () => auth.createUser(newUser))
    } catch (error) {
      if (!(error instanceof UserExistsError)) throw error
      form.errors.name = ['is taken']
      form.valid = false
      return fail(409, { form })
    }
    return message(form, `${newUser.name} can sign in now. Tell them the password in private.`)
  },

  changeRole: async (event) => {
    const admin = requireRole(event, 'admin')
    const { id, name, text } = await readUserForm(event)
    const role = roles.find((known) => known === text('role'))
    if (role === undefined) return fail(400, { problem: 'There is no such role.' })
    if (id === admin.id) return fail(409, { problem: 'Somebody else has to change your own role.' })
    return change(`${name} is ${role} now, and has to sign in anew.`, () =>
      audited(event, admin, { action: 'change_role', subject: name, detail: { role } }, () =>
        auth.changeRole(id, role),
      ),
    )
  },

  setPassword: async (event) => {
    const admin = requireRole(event, 'admin')
    const { id, name, text } = await readUserForm(event)
    const password = newPasswordSchema.safeParse(text('password'))
    if (!password.success) {
      return fail(400, { problem: `The password ${password.error.issues[0]?.message ?? 'can’t be used'}.` })
    }
    return change(`${name} has a new password, and has to sign in anew.`, () =>
      audited(event, admin, { action: 'set_password', subject: name }, () =>
        auth.setPassword(id, password.data),
      ),
    )
  },

  delete: async (event) => {
    const admin = requireRole(event, 'admin')
    const { id, name } = await readUserForm(event)
    if (id === admin.id) return fail(409, { problem: 'Somebody else has to delete you.' })
    return change(`${name} is deleted and signed out.`, () =>
      audited(event, admin, { action: 'delete_user', subject: name }, () => auth.deleteUser(id)),
    )
  },
}

/** The user whom a form of the list is about; the name is looked up, not taken from the form. */
async function readUserForm({ request }: RequestEvent) {
  const form = await request.formData()
  const text = (field: string) => {
    const value = form.get(field)
    return typeof value === 'string' ? value : ''
  }
  const id = text('id')
  const user = (await auth.listUsers()).find((candidate) => candidate.id === id)
  return { id, name: user?.name ?? id, text }
}

async function change(done: string, work: () => Promise<string | null>) {
  try {
    const name = await work()
    return name === null ? fail(404, { problem: 'There is no such user any more.' }) : { done }
  } catch (error) {
    if (!(error instanceof LastAdminError)) throw error
    return fail(409, { problem: toSentence(error.message) })
  }
}
