import { expect, test } from 'vitest'
import { lookAlikeRules, spellingsOf } from './look-alikes.ts'

test('a text has one spelling, unless it has marks, compatibility forms or what is invisible', () => {
  expect(spellingsOf('a bird, 5')).toStrictEqual(['a bird, 5'])
  expect(spellingsOf('canárd')).toStrictEqual(['canárd', 'cana\u0301rd'])
  expect(spellingsOf('cana\u0301rd')).toStrictEqual(['cana\u0301rd', 'canárd'])
  expect(spellingsOf('bi\u200brd')).toStrictEqual(['bi\u200brd', 'bird'])
  expect(spellingsOf('ｂｉｒｄ')).toStrictEqual(['ｂｉｒｄ', 'bird'])
  expect(spellingsOf("it's")).toStrictEqual(["it's", 'it’s', 'it‘s', 'itʼs'])
  expect(spellingsOf('\u200b')).toStrictEqual(['\u200b', ''])
})

const rules = new Map(lookAlikeRules().map((rule) => rule.split('=>') as [string, string]))

test('every letter or digit with a compatibility form has a rule, and so has what is invisible', () => {
  for (const [from, to] of [
    'ｂb',
    '𝐛b',
    'ⓑb',
    'ᵇb',
    '５5',
    '²2',
    '₂2',
    '①1',
    '㉑21',
    '．.',
    '＿_',
    "＇'",
    'ςσ',
    'ϐβ',
    'ａa',
    'ﬄffl',
    'Ⅳiv',
  ].map((pair) => [...pair.matchAll(/^(.)(.*)$/gu)][0]?.slice(1) ?? [])) {
    expect([from, rules.get(String(from))?.toLowerCase()]).toEqual([from, to])
  }
  expect(rules.get('ｶ')).toBe('カ')
  expect(rules.get('ｶﾞ')).toBe('ガ')
  for (const character of '\u00ad\u200b\u200c\u200d\u200e\u200f\u202e\u2060\u2069\ufe0f\ufeff\ufff9\u{e0041}\u{e0101}') {
    expect(rules.get(character)).toBe('')
  }
})

test('pictographs part words as spaces do, unless they are letters', () => {
  for (const character of '©®™♥★☺♫♯☎▶😀🎩🇩🏿')
    expect([character, rules.get(character)]).toEqual([character, '\\u0020'])
  expect(rules.get('\u20e3')).toBe('')
  expect(rules.get('Ⓜ')).toBe('M')
})

test('what is neither has none: letters with marks, fractions, punctuation, spaces', () => {
  for (const character of 'aZ5áñßæøжбאبणカ中한½°´\u00a0\u2028…#*') expect(rules.has(character)).toBe(false)
})

test('rules follow Unicode for every letter and digit', () => {
  for (let code = 0x80; code < 0x30000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue
    const character = String.fromCodePoint(code)
    const form = character
      .normalize('NFKC')
      .replace(/[ςϐϑϕϖϰϱϵẛι]/, (letter) => letter.toUpperCase().toLowerCase())
    if (form === character.normalize('NFC') || !/^[\p{L}\p{M}\p{N}]+$/u.test(form)) continue
    if (/^[\p{Alphabetic}\p{Nd}\p{No}]$/u.test(character) && !/\p{DI}/u.test(character)) {
      expect([character, rules.get(character)]).toEqual([character, form])
    }
  }
})
