import { text } from '@sveltejs/kit'

/** Liveness: responds also while all services are unavailable. */
export const GET = () => text('ok')
