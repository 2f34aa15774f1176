/**
 * Removes line ends at the ends of variables: a secret made from a file usually has one.
 * @param {NodeJS.ProcessEnv} env is changed
 */
export function trimEnvironment(env) {
  for (const [name, text] of Object.entries(env)) {
    const trimmed = text?.replace(/[\r\n]+$/, '')
    if (trimmed !== text) env[name] = trimmed
  }
}
