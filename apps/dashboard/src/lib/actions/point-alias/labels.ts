/** Of the form's controls, by field of the request. */
export const labels = {
  index_suffix: 'Index to promote',
  alias: 'Alias',
  with_filtered: 'Both',
  filtered_index_suffix: 'Filtered copy',
  allow_unfiltered: 'Serve all documents',
  allow_unverified: 'Serve an unverified index',
  allow_shrink: 'Serve far fewer documents',
  allow_changed: 'Serve a changed index',
}
