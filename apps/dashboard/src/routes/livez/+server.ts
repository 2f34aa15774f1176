import { text } from '@sveltejs/kit'

/** For whoever watches the process: it answers, whatever else is away. */
export const GET = () => text('ok')
