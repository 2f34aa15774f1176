/** The metrics that `GET /metrics` serves. */
export interface Metrics {
  /** All metrics in Prometheus' text format. */
  render(): Promise<{ contentType: string; text: string }>
}
