// Entry of the driver's own bundles: see tsdown.config.ts.
export { default } from 'postgres'
