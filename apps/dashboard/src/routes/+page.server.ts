import { redirect } from '@sveltejs/kit'
import { route } from '#lib/route.ts'

export const load = () => redirect(303, route.tasks())
