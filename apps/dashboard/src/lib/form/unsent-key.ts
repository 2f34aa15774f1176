/** Where a tab keeps a form that was not sent; apart from its code, which few pages need. */
export const unsentKey = 'ingestion-unsent-form'
