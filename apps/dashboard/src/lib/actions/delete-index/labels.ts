/** Of the form's controls, by field of the request. */
export const labels = { index_suffix: 'Index to delete' }
