type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/**
 * Remembers input from before the page's scripts were loaded, because hydration overwrites it with the rendered
 * values. Call it before hydration.
 *
 * @returns a function that restores the input and dispatches input events, to be called once the page is hydrated
 */
export function keepTyped(page: ParentNode): () => void {
  const changes = [...page.querySelectorAll<Field>('input, select, textarea')].flatMap((field) => {
    const putBack = noteChange(field)
    return putBack === null ? [] : [{ field, putBack }]
  })
  return () => {
    for (const { field, putBack } of changes) {
      putBack()
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }
}

/** @returns a function that restores the field's current value; null: it has its rendered value */
function noteChange(field: Field): (() => void) | null {
  if (field instanceof HTMLSelectElement) {
    const { selectedIndex } = field
    const rendered = [...field.options].findIndex(({ defaultSelected }) => defaultSelected)
    return selectedIndex === Math.max(0, rendered) ? null : () => (field.selectedIndex = selectedIndex)
  }
  if (field instanceof HTMLInputElement && ['checkbox', 'radio'].includes(field.type)) {
    const { checked, defaultChecked } = field
    return checked === defaultChecked ? null : () => (field.checked = checked)
  }
  const { value } = field
  if (value === field.defaultValue) return null
  return () => {
    // Setting the value moves the cursor, even if it does not change.
    if (field.value !== value) field.value = value
  }
}
