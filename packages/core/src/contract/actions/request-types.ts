import type { ActionName, FieldKind, actionFacts } from './facts.ts'

/** The value of a field in a request. */
export type FieldValue<Kind extends FieldKind> = Kind extends readonly (infer Choice)[]
  ? Choice
  : Kind extends 'flag'
    ? boolean
    : Kind extends 'count' | 'share'
      ? number
      : Kind extends 'alias' | `${string}suffix`
        ? string
        : never

// Mapped field by field, so that the comments of the facts are those of the request.
type Values<Fields> = {
  -readonly [Field in keyof Fields]: Fields[Field] extends { kind: infer Kind extends FieldKind }
    ? FieldValue<Kind>
    : never
}

/** Clients fill in the alias. */
type RequiredOf<Fields> = {
  [Field in keyof Fields]: Fields[Field] extends { isRequired: true } | { kind: 'alias' } ? Field : never
}[keyof Fields]

type OrUndefined<Fields> = { [Field in keyof Fields]?: Fields[Field] | undefined }
type Flat<Type> = { [Key in keyof Type]: Type[Key] }

type Body<Name, Fields> = Flat<
  { model: string; action: Name } & Pick<Values<Fields>, RequiredOf<Fields>> &
    OrUndefined<Omit<Values<Fields>, RequiredOf<Fields>>>
>

type Requests = { [Name in ActionName]: Body<Name, (typeof actionFacts)[Name]['fields']> }

/** The body of `POST /task` for an action, with the fields of its facts. */
export type RequestOf<Name extends ActionName> = Requests[Name]
export type TaskRequest = RequestOf<ActionName>

export type ReindexRequest = RequestOf<'REINDEX'>
export type FilteredIndexRequest = RequestOf<'CREATE_AND_POPULATE_FILTERED_INDEX'>
export type PointAliasRequest = RequestOf<'POINT_ALIAS'>
export type DeleteIndexRequest = RequestOf<'DELETE_INDEX'>
