/** What is counted and measured, for whoever looks at `GET /metrics`. */
export interface Metrics {
  /** Everything in Prometheus' text format. */
  render(): Promise<{ contentType: string; text: string }>
}
