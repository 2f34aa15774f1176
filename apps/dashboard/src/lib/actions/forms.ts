import type { ActionName } from '@ingestion-server/core/actions'
import type { Component } from 'svelte'
import type { FieldsProps } from '../new-task/fields-props.ts'
import CreateFilteredIndexForm from './create-filtered-index/form.svelte'
import DeleteIndexForm from './delete-index/form.svelte'
import PointAliasForm from './point-alias/form.svelte'
import ReindexForm from './reindex/form.svelte'

/** The fields of each action's form. */
export const actionForms = {
  REINDEX: ReindexForm,
  CREATE_AND_POPULATE_FILTERED_INDEX: CreateFilteredIndexForm,
  POINT_ALIAS: PointAliasForm,
  DELETE_INDEX: DeleteIndexForm,
} satisfies Record<ActionName, Component<FieldsProps>>
