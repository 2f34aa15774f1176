import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate authority for servers that no machine trusts by default. */
export interface TestAuthority {
  /** PEM. */
  certificate: string
  /** @param hosts names and IPv4 addresses */
  issue(...hosts: string[]): { certificate: string; key: string }
}

/** X.509 v3 certificates (RFC 5280), encoded in DER here: Node creates keys and signatures, but no certificates. */
export function createAuthority(name = 'test authority'): TestAuthority {
  const own = newKeys()
  const make = (subject: string, key: KeyObject, extensions: Buffer[]) =>
    toPem('CERTIFICATE', certificate({ issuer: name, subject, key, extensions, signer: own.privateKey }))
  return {
    certificate: make(name, own.publicKey, [extension(oids.basicConstraints, sequence(boolean(true)))]),
    issue(...hosts) {
      const keys = newKeys()
      const names = hosts.map((host) =>
        isIP(host) === 4
          ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
          : tagged(0x82, Buffer.from(host)),
      )
      return {
        certificate: make(hosts[0] ?? '', keys.publicKey, [
          extension(oids.subjectAltName, sequence(...names)),
        ]),
        key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      }
    },
  }
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

const oids = {
  commonName: [2, 5, 4, 3],
  basicConstraints: [2, 5, 29, 19],
  subjectAltName: [2, 5, 29, 17],
  ecdsaWithSha256: [1, 2, 840, 10045, 4, 3, 2],
}

interface Contents {
  issuer: string
  subject: string
  key: KeyObject
  extensions: readonly Buffer[]
  signer: KeyObject
}

function certificate({ issuer, subject, key, extensions, signer }: Contents): Buffer {
  const algorithm = sequence(objectId(oids.ecdsaWithSha256))
  const toSign = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    nameOf(issuer),
    sequence(utcTime('200101000000Z'), utcTime('491231235959Z')),
    nameOf(subject),
    key.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  )
  return sequence(toSign, algorithm, bits(sign('sha256', toSign, signer)))
}

const nameOf = (text: string) =>
  sequence(tagged(0x31, sequence(objectId(oids.commonName), tagged(0x0c, Buffer.from(text)))))
const extension = (id: readonly number[], value: Buffer) => sequence(objectId(id), tagged(0x04, value))
const sequence = (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts))
const integer = (bytes: Buffer) => tagged(0x02, bytes)
const boolean = (value: boolean) => tagged(0x01, Buffer.from([value ? 0xff : 0]))
const bits = (bytes: Buffer) => tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]))
const utcTime = (text: string) => tagged(0x17, Buffer.from(text))

function objectId([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** Seven bits per byte, the highest bit set in all but the last. */
function base128(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80)
  return bytes
}

function tagged(tag: number, contents: Buffer): Buffer {
  const { length } = contents
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), contents])
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
