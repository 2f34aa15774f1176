import type { Results } from './results.ts'
export async function publish(_results: Results, _file: string): Promise<void> {}
