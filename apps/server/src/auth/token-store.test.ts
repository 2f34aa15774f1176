import { describeTokenStore } from '../../test/support/token-store-conformance.ts'
import { createMemoryTokenStore } from './memory-token-store.ts'

describeTokenStore('memory token store', () => createMemoryTokenStore())
