type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/**
 * Notes what somebody has typed or chosen before the page's scripts came: hydration writes the values that the page was
 * rendered with over it. Call it before hydration.
 *
 * @returns what puts it all back, and tells those who listen for input, to be called once the page is hydrated
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

/** @returns what makes the field hold again what it holds now; null: it holds what the page was rendered with */
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
    // Writing moves the cursor, also where nothing changes.
    if (field.value !== value) field.value = value
  }
}
