/** 1 → `1 document`, 2 → `2 documents` */
export function countDocuments(documents: number): string {
  return `${documents} ${documents === 1 ? 'document' : 'documents'}`
}
