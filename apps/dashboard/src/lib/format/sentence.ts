/** Turns a message of the server (lower case, no full stop) into a sentence. */
export function toSentence(message: string): string {
  // A name such as image-20231106 is not changed.
  const begun = message.replace(/^[a-z]+(?=[ ,:])/, (word) => word.charAt(0).toUpperCase() + word.slice(1))
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`
}
