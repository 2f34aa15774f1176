export { inTransaction, type Transaction } from '../../database/index.ts'
