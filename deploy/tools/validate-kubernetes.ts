import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { KubernetesObject } from './helm.ts'

export type Validate = (object: KubernetesObject) => readonly string[]

/**
 * Compares objects with the schema of a version of the Kubernetes API, and refuses fields that it doesn't name.
 *
 * @param schemas folder with the schemas of each version: see fetch-wheels.ts
 * @returns a function from an object to its violations
 */
export function createValidator(schemas: string, version: string): Validate {
  const folder = join(schemas, `v${version}-local-strict`)
  // The schemas have formats of their own, such as int-or-string, which ajv doesn't know.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(readJson(join(folder, '_definitions.json')), '/api/_definitions.json')
  return (object) => {
    const { apiVersion, kind } = object
    // apps/v1 → apps-v1; networking.k8s.io/v1 → networking-v1
    const name = `${kind.toLowerCase()}-${apiVersion.replace(/^([^./]+)(\.[^/]*)?\//, '$1-')}`
    const file = join(folder, `${name}.json`)
    if (!existsSync(file)) return [`Kubernetes ${version} has no ${apiVersion} ${kind}`]
    const id = `/api/${name}.json`
    const validate = ajv.getSchema(id) ?? ajv.addSchema(readJson(file), id).getSchema(id)
    if (validate === undefined) throw new Error(`no schema ${id}`)
    void validate(object)
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${kind} ${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
}
