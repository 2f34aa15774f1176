import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/tasks/schema.ts', './src/tasks/history-schema.ts'],
  out: './src/tasks/migrations',
})
