import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/tasks/schema.ts',
  out: './src/tasks/migrations',
})
