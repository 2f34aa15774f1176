/** A message of the server, which begins small and has no full stop, as it stands alone on a page. */
export function toSentence(message: string): string {
  // A name such as image-20231106 stays as it is.
  const begun = message.replace(/^[a-z]+(?=[ ,:])/, (word) => word.charAt(0).toUpperCase() + word.slice(1))
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`
}
