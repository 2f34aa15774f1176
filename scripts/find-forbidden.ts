export interface LicensedPackage {
  name: string
  /** An SPDX expression, such as `MIT` or `(MIT OR CC0-1.0)`. */
  license: string
}

/** Licenses of packages that may be shipped: they only require that their text is included. */
const permissive: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'OFL-1.1', // for typefaces: they may not be sold alone
  'PostgreSQL',
  'Unlicense',
])
/** Additional licenses for build and test tools: they don't apply to the output. */
const forTools: ReadonlySet<string> = new Set([...permissive, 'LGPL-3.0-or-later', 'MPL-2.0'])

/**
 * Packages whose license the product can't have.
 *
 * @param packages.shipped those that it is shipped with
 * @param packages.all those too that build and test it
 * @example
 * findForbidden({ shipped: [{ name: 'a', license: 'MPL-2.0' }], all: [] })
 * // [{ name: 'a', license: 'MPL-2.0', reason: 'may not be shipped' }]
 */
export function findForbidden(packages: {
  shipped: readonly LicensedPackage[]
  all: readonly LicensedPackage[]
}): (LicensedPackage & { reason: string })[] {
  const names = new Set(packages.shipped.map(({ name }) => name))
  const tools = packages.all.filter(({ name }) => !names.has(name))
  return [
    ...packages.shipped
      .filter(({ license }) => !isAmong(license, permissive))
      .map((each) => ({ ...each, reason: 'may not be shipped' })),
    ...tools
      .filter(({ license }) => !isAmong(license, forTools))
      .map((each) => ({ ...each, reason: 'may not be used, not even as a tool' })),
  ]
}

/** Of alternatives (`OR`) one must be allowed, of combined licenses (`AND`) all. */
function isAmong(expression: string, licenses: ReadonlySet<string>): boolean {
  const parts = expression.replace(/^\((.*)\)$/, '$1').split(' OR ')
  return parts.some((part) => part.split(' AND ').every((license) => licenses.has(license.trim())))
}
