/**
 * Reads page after page and yields their entries one by one. The next page is read on demand.
 *
 * @param readPage reads the page with a token, the first one without
 */
export async function* iteratePages<Page extends { nextPageToken: string | null }, Item>(
  readPage: (pageToken: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
  firstPageToken?: string,
): AsyncGenerator<Item, void, undefined> {
  let pageToken = firstPageToken
  do {
    const page = await readPage(pageToken)
    yield* itemsOf(page)
    pageToken = page.nextPageToken ?? undefined
  } while (pageToken !== undefined)
}
