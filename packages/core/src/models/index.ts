export { audio } from './audio.ts'
export { defineModel, type Model } from './define-model.ts'
export { image } from './image.ts'
export { dropReason, idBytes, isMature, readId, readIdText, type RawRow } from './raw-row.ts'
