/**
 * What a manifest without `repository` lacks, as the line to add: npm compares its URL and folder with those that the
 * provenance names.
 *
 * @param folder of the package in the repository
 * @param remote URL that the repository was cloned from; null when there is none
 */
export function describeRepository(folder: string, remote: string | null): string {
  const repository = { type: 'git', url: toGitUrl(remote), directory: folder }
  return `${folder}/package.json lacks the repository that provenance needs; add "repository": ${JSON.stringify(repository)}`
}

/** `git+https://host/owner/name.git`, which npm writes itself, from the forms that Git has for a remote. */
function toGitUrl(remote: string | null): string {
  const [, host, path] =
    /^(?:(?:git\+)?(?:https?|ssh|git):\/\/(?:[^@/]*@)?|[^@/]+@)([^:/]+)(?::\d+(?=\/))?[:/]+(.+?)(?:\.git)?\/?$/.exec(
      remote ?? '',
    ) ?? []
  return host === undefined || path === undefined
    ? 'git+https://<host>/<owner>/<name>.git'
    : `git+https://${host}/${path}.git`
}
