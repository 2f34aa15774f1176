/** Of the form's controls, by field of the request. */
export const labels = {
  destination_index_suffix: 'Suffix of the filtered index',
  origin_index_suffix: 'Index to filter',
}
