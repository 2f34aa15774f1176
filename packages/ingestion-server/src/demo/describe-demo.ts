interface RunningDemo {
  url: string
  databaseUrl: string
  openSearchUrl: string
  dataDir: string
}

/**
 * What a demo prints when it is ready: addresses, and commands to paste.
 *
 * @param program how the user calls this program: `npx ingestion-server start`
 */
export const describeDemo = (program: string, { url, databaseUrl, openSearchUrl, dataDir }: RunningDemo) => `
Ready. Ctrl-C stops everything; data stay in ${dataDir}.

  Server      ${url}
  OpenSearch  ${openSearchUrl}
  Postgres    ${databaseUrl}

Build an index of all images, in another terminal:

  ${program.replace(/ start$/, '')} reindex image --suffix 20231106 --wait --url ${url}
  curl '${openSearchUrl}/image-20231106/_search?q=title:harbour'

Start the dashboard; it prints a link to create the first user:

  DATABASE_URL='${databaseUrl}' INGESTION_URL='${url}' npx @ingestion-server/dashboard
`
