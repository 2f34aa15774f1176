import { route } from './route.ts'

/** Pages that `g` and another key open. */
export const pagePairs: Readonly<Record<string, { text: string; href: string }>> = {
  o: { text: 'Overview', href: route.home() },
  t: { text: 'Tasks', href: route.tasks() },
  i: { text: 'Indices', href: route.indices() },
  n: { text: 'New task', href: route.newTask() },
  a: { text: 'Account', href: route.account() },
}
