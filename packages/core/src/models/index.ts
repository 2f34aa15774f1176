export { audio } from './audio.ts'
export { defineModel, type Model, type Row } from './define-model.ts'
export { image } from './image.ts'
