import { fail } from '@sveltejs/kit'
import { superValidate } from 'sveltekit-superforms'
import { zod4 } from 'sveltekit-superforms/adapters'
import { toSentence } from '#lib/format/sentence.ts'
import { audited, requireRoleFor } from '#lib/server/audited.ts'
import { LastAdminError, OwnAccountError, UnknownUserError, UserExistsError } from '#lib/server/auth/index.ts'
import { isId } from '#lib/server/require-id.ts'
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
    const admin = await requireRoleFor(event, 'admin', { action: 'create_user', subject: null })
    const form = await superValidate(event.request, zod4(newUserSchema))
    const newUser = { ...form.data }
    form.data.password = ''
    if (!form.valid) return fail(400, { form })
    const command = { action: 'create_user', subject: newUser.name, detail: { role: newUser.role } }
    try {
      await audited(event, admin, command, (onDone) => auth.createUser(newUser, onDone))
    } catch (error) {
      if (!(error instanceof UserExistsError)) throw error
      form.errors.name = ['is taken']
      form.valid = false
      return fail(409, { form })
    }
    return { form, done: `${newUser.name} can sign in now. Share the password privately.` }
  },

  changeRole: async (event) => {
    const admin = await requireRoleFor(event, 'admin', { action: 'change_role', subject: null })
    const { id, name, text } = await readUserForm(event)
    const role = roles.find((known) => known === text('role'))
    if (role === undefined) return fail(400, { problem: 'There is no such role.' })
    const command = { action: 'change_role', subject: name, detail: { role } }
    return change(`${name} is ${role} now, and must sign in again.`, () =>
      audited(event, admin, command, async (onDone) => {
        if (id === admin.id) throw new OwnAccountError('another admin has to change your role')
        await auth.changeRole(id, role, onDone)
      }),
    )
  },

  setPassword: async (event) => {
    const admin = await requireRoleFor(event, 'admin', { action: 'set_password', subject: null })
    const { id, name, text } = await readUserForm(event)
    const password = newPasswordSchema.safeParse(text('password'))
    if (!password.success) {
      return fail(400, { problem: `The password ${password.error.issues[0]?.message ?? 'can’t be used'}.` })
    }
    return change(`${name} has a new password, and must sign in again.`, () =>
      audited(event, admin, { action: 'set_password', subject: name }, (onDone) =>
        auth.setPassword(id, password.data, onDone),
      ),
    )
  },

  delete: async (event) => {
    const admin = await requireRoleFor(event, 'admin', { action: 'delete_user', subject: null })
    const { id, name } = await readUserForm(event)
    return change(`${name} is deleted and signed out.`, () =>
      audited(event, admin, { action: 'delete_user', subject: name }, async (onDone) => {
        if (id === admin.id) throw new OwnAccountError('another admin has to delete your account')
        await auth.deleteUser(id, onDone)
      }),
    )
  },
}

/** The user that a form of the list is about; the name is looked up, not taken from the form. */
async function readUserForm({ request }: RequestEvent) {
  const form = await request.formData()
  const text = (field: string) => {
    const value = form.get(field)
    return typeof value === 'string' ? value : ''
  }
  // An invalid id belongs to no user; Postgres would refuse a NUL in it.
  const id = isId(text('id')) ? text('id') : ''
  const user = (await auth.listUsers()).find((candidate) => candidate.id === id)
  return { id, name: user?.name ?? id, text }
}

async function change(done: string, work: () => Promise<unknown>) {
  try {
    await work()
    return { done }
  } catch (error) {
    if (error instanceof UnknownUserError) return fail(404, { problem: toSentence(error.message) })
    if (error instanceof LastAdminError || error instanceof OwnAccountError)
      return fail(409, { problem: toSentence(error.message) })
    throw error
  }
}
