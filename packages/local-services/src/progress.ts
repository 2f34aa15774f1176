const tickMs = 200

export interface Progress {
  /** A new step begins. */
  show: (message: string) => void
  /** The last step has ended. */
  end: () => void
}

/** One line per step; at a terminal the last one counts its seconds. */
export function createProgress(output: NodeJS.WriteStream): Progress {
  if (!output.isTTY) return { show: (message) => output.write(`${message}\n`), end: () => undefined }

  let timer: NodeJS.Timeout | undefined
  const end = () => {
    if (timer === undefined) return
    clearInterval(timer)
    timer = undefined
    output.write('\n')
  }
  const show = (message: string) => {
    end()
    const startedAt = performance.now()
    const draw = () => {
      const seconds = Math.floor((performance.now() - startedAt) / 1000)
      output.write(`\r\x1b[2K${message}${seconds === 0 ? '' : ` … ${seconds} s`}`)
    }
    draw()
    timer = setInterval(draw, tickMs)
    timer.unref()
  }
  return { show, end }
}
