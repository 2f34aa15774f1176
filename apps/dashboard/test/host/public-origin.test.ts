import { describe, expect, test } from 'vitest'
import { describeForeignOrigin, parseDashboardUrl, publicOrigin } from '../../host/public-origin.js'

const configured = new URL('https://dash.example.org')

describe('the origin of the dashboard', () => {
  test.each([
    [{ host: '10.0.0.7:8002' }],
    [{ host: 'elsewhere.example', 'x-forwarded-proto': 'http' }],
    [{ 'x-forwarded-proto': 'gopher:' }],
  ])('is that of DASHBOARD_URL, whatever a request contains: %j', (headers) => {
    expect(publicOrigin(headers, configured)).toEqual({ protocol: 'https', host: 'dash.example.org' })
  })

  test.each([
    [undefined, 'http'],
    ['https', 'https'],
    ['HTTPS', 'https'],
    ['https,http', 'https'],
    ['https, http', 'https'],
    [' https ,http,http', 'https'],
    ['http,https', 'http'],
    ['', 'http'],
    [',https', 'http'],
    ['javascript:', 'http'],
    ['https://elsewhere.example/', 'http'],
  ])(
    'is derived from the first protocol of X-Forwarded-Proto without it: %j is %s',
    (forwarded, protocol) => {
      const headers = { host: 'dash.example.org:8443', 'x-forwarded-proto': forwarded }
      expect(publicOrigin(headers, null)).toEqual({ protocol, host: 'dash.example.org:8443' })
    },
  )
})

test('DASHBOARD_URL is an http or https URL, or not set', () => {
  expect(parseDashboardUrl(undefined)).toBeNull()
  expect(parseDashboardUrl('')).toBeNull()
  expect(parseDashboardUrl('https://dash.example.org/')?.host).toBe('dash.example.org')
  for (const text of ['dash.example.org', 'ftp://dash.example.org', 'dash.example.org:8002'])
    expect(() => parseDashboardUrl(text)).toThrow('DASHBOARD_URL must be a URL such as')
})

describe('a form', () => {
  const from = (origin: string | undefined, host = '127.0.0.1:8002', method = 'POST') => ({
    method,
    headers: { host, origin },
  })

  test.each([
    [from('https://dash.example.org'), configured],
    [from('https://dash.example.org', 'anything'), configured],
    [from('http://127.0.0.1:8002'), null],
    [from('http://localhost', 'localhost:80'), null],
    [from(undefined), null],
    [from('https://elsewhere.example', '127.0.0.1:8002', 'GET'), null],
  ])('of the dashboard itself is accepted: %j', (request, url) => {
    expect(describeForeignOrigin(request, url)).toBeNull()
  })

  test('sent from the public URL is refused with the variable that allows it', () => {
    const message = describeForeignOrigin(from('https://dash.example.org'), null)
    expect(message).toContain('set DASHBOARD_URL=https://dash.example.org ')
    expect(message).toContain('http://127.0.0.1:8002')
  })

  test('sent from another origin than DASHBOARD_URL is refused with both origins', () => {
    const message = describeForeignOrigin(from('http://127.0.0.1:8002'), configured)
    expect(message).toContain('Open https://dash.example.org instead')
    expect(message).toContain('set DASHBOARD_URL=http://127.0.0.1:8002 ')
  })

  test.each(['null', 'file://', 'nonsense', ''])('sent from %j is refused without advice', (origin) => {
    const message = describeForeignOrigin(from(origin), null)
    expect(message).toContain('refused')
    expect(message).not.toContain('DASHBOARD_URL')
  })
})
