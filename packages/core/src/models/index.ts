export { audio } from './audio.ts'
export { defineModel, type Document, type Model, type ModelDefinition, type Row } from './define-model.ts'
export { image } from './image.ts'
