import fc from 'fast-check'

const deep = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels)

/** Texts that have caused errors in other software. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['', ' ', '\0', 'a\0b', '\u202egnp.exe', '\ufeff', '\ud800', '\udfff\ud800', '\uffff', '\u{10ffff}'],
    ...[
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      'null',
      'undefined',
      'NaN',
      '-0',
    ],
    ...[
      '../../etc/passwd',
      '..%2f..%2f',
      '%00',
      '%',
      '%zz',
      '%c0%ae',
      '*',
      '?',
      '#',
      '_all',
      '-image-*',
      '.tasks',
    ],
    ...["' or 1=1 --", '"; drop table image; --', '${7*7}', '{{7*7}}', '<script>alert(1)</script>', '$(id)'],
    ...[
      '1e400',
      '-1',
      '9007199254740993',
      '0x10',
      '1_000',
      '٣',
      '１',
      '+1',
      ' 1',
      '1 ',
      '00',
      'true',
      '[]',
      '{}',
    ],
    ...[
      'image,audio',
      'image-*,-image-a',
      'http://127.0.0.1:1/',
      'file:///etc/passwd',
      'javascript:alert(1)',
    ],
    ...['2026-02-30T25:61:61Z', '+275760-09-13T00:00:00.001Z', '-271821-01-01', '0000-00-00', 'Infinity'],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 1, max: 6_000 }).map((length) => 'a'.repeat(length)),
  fc.integer({ min: 1, max: 2_000 }).map((length) => `e${'\u0301'.repeat(length)}`),
)

/** JSON text of values that may cause errors in a parser or a schema. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  hostileText.map((text) => JSON.stringify(text)),
  fc.constantFrom(
    ...[
      'null',
      'true',
      '[]',
      '{}',
      '0',
      '-0',
      '-1',
      '1e400',
      '-1e400',
      '1e-400',
      '1.0',
      '0.1',
      '[null]',
      '[[]]',
    ],
    ...['9007199254740993', '9'.repeat(400), '"\\ud800"', '"\\u0000"', '{"__proto__":{"x":1}}', '{"":0}'],
    ...['{"constructor":{"prototype":{"x":1}}}', '{"a":1,"a":2}', '{"toString":1,"valueOf":1}', '2147483648'],
  ),
  fc.integer({ min: 1, max: 10_000 }).map((levels) => deep('[', ']', levels)),
  fc.integer({ min: 1, max: 5_000 }).map((levels) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`),
  fc.jsonValue().map((value) => JSON.stringify(value)),
)

/** Bytes that are not JSON, or not text. */
export const hostileBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .constantFrom(
      ...[
        '{',
        '[',
        '"',
        '{"a"',
        '{"a":',
        '{"a":1,',
        '{"a":1,}',
        '{a:1}',
        "{'a':1}",
        'nul',
        'NaN',
        '01',
        '1 2',
      ],
      ...[
        '\ufeff{}',
        '{}\0',
        '/**/{}',
        '{}{}',
        ' ',
        '\u2028',
        '{"\\u":1}',
        '{"a":"\n"}',
        deep('[', '', 60_000),
      ],
    )
    .map((text) => Buffer.from(text)),
  fc
    .constantFrom('ff', '7b2261223a22ff227d', 'c0af', 'eda080', 'fffe7b007d00', '7b2261223a22f4908080227d')
    .map((hex) => Buffer.from(hex, 'hex')),
  fc.integer({ min: 65_000, max: 140_000 }).map((length) => Buffer.from(`{"a":"${'x'.repeat(length)}"}`)),
)

/** Headers that the server or its dependencies read, each with valid, unusual and invalid values. */
export const hostileHeader: fc.Arbitrary<[name: string, value: string]> = fc.oneof(
  header('Idempotency-Key', '', 'a', 'a b', 'ü', '"a"', 'x'.repeat(255), 'x'.repeat(256)),
  header(
    'Prefer',
    'wait=0',
    'wait=1',
    'wait=-1',
    'wait=1e9',
    'wait',
    'wait=;;',
    'respond-async',
    'wait=1, wait=2',
  ),
  header('Last-Event-ID', '0', '999999999999999', '9999999999999999', '-1', 'x', '1e3', ''),
  header('Ingestion-Actor', 'me', '%', '%ff', '%00', 'a%0d%0aX: 1', 'x'.repeat(256)),
  header('X-Request-Id', 'mine', 'a b', '../x', '"', 'x'.repeat(200)),
  header('Host', '', 'evil.example', '127.999.1.1', 'localhost:99999', '[::1', 'a b', '@', 'localhost/x'),
  header('Origin', 'null', 'https://evil.example', 'http://localhost:1', 'x', ''),
  header(
    'Authorization',
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    'Basic Og==',
    'Bearer \u00ff',
    `Bearer ${'x'.repeat(4_000)}`,
  ),
  header(
    'Content-Type',
    '',
    'text/plain',
    'application/json; charset=utf-16',
    'APPLICATION/JSON',
    'multipart/form-data',
  ),
  header('Content-Encoding', 'gzip', 'identity', 'br', 'x, y'),
  header('Accept', 'text/event-stream', '*/*', 'text/html', 'q', ';;', 'application/json;q=0', ''),
  header('If-None-Match', '*', '"a"', 'W/"', ''),
  header('Range', 'bytes=0-0', 'bytes=-1', 'bytes=9-1', 'x'),
  header('Expect', '100-continue', 'x'),
  header('Connection', 'upgrade', 'keep-alive', 'host'),
  header('Upgrade', 'websocket', 'h2c'),
  header('X-HTTP-Method-Override', 'DELETE'),
  header('X-Forwarded-Host', 'evil.example'),
  header(
    'traceparent',
    'x',
    `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
    `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  ),
  header('Cookie', '__proto__=1'),
)

function header(name: string, ...values: string[]): fc.Arbitrary<[string, string]> {
  return fc.constantFrom(...values).map((value): [string, string] => [name, value])
}
