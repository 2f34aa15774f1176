/** Of the form's controls, by field of the request. */
export const labels = {
  index_suffix: 'Suffix of the new index',
  max_failed: 'Failed documents to accept',
  verify: 'Verification',
  verify_sample: 'Share of the documents to compare',
}
