// Cards and slips out of the characters of a code: base45, zlib, COSE_Sign1, claims.

import { inflateSync } from 'node:zlib';
import { Malformed, bytes, decode, integer, map, need, text, unsigned, type Item } from './cbor.js';

export { Malformed };
export class Encrypted extends Malformed {}
export class Unsigned extends Malformed {}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

function base45(code: string): Uint8Array {
  const digits = [...code].map((letter) => {
    const digit = LETTERS.indexOf(letter);
    if (digit < 0) throw new Malformed('foreign character');
    return digit;
  });
  if (digits.length % 3 === 1) throw new Malformed('length');
  const out: number[] = [];
  for (let at = 0; at < digits.length; at += 3) {
    const [a, b, c] = [digits[at]!, digits[at + 1]!, digits[at + 2]];
    const sum = a + 45 * b + 2025 * (c ?? 0);
    if (sum > (c === undefined ? 0xff : 0xffff)) throw new Malformed('overflow');
    if (c !== undefined) out.push(sum >> 8);
    out.push(sum & 255);
  }
  return Uint8Array.from(out);
}

export function inflate(packed: Uint8Array, most: number): Uint8Array {
  try {
    // What stands behind the stream is not part of it, so a paper has nothing there.
    const { buffer, engine } = inflateSync(packed, { maxOutputLength: most, info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten !== packed.length) throw new Malformed('behind the stream');
    return buffer;
  } catch {
    throw new Malformed('zlib');
  }
}

export interface Envelope {
  algorithm: bigint;
  kid?: Uint8Array;
  typ?: string;
  protectedHeader: Uint8Array;
  payload: Uint8Array;
  signature: Uint8Array;
}

interface Header { algorithm?: bigint | 'text'; kid?: Uint8Array; typ?: string }

function header(entries: Map<string, Item>): Header {
  const read: Header = {};
  for (const [key, item] of entries) {
    if (key === '1') read.algorithm = item.kind === 'text' ? 'text' : integer(item);
    if (key === '2') throw new Malformed('critical');
    if (key === '4') read.kid = bytes(item);
    if (key === '16') {
      if (item.kind === 'text') read.typ = item.value;
      else unsigned(item);
    }
  }
  return read;
}

export function envelope(of: Uint8Array, strictTag: boolean): Envelope {
  let item = decode(of);
  let tag: bigint | undefined;
  const untag = () => {
    tag = undefined;
    if (item.kind === 'tag') ({ tag, value: item } = item);
  };
  untag();
  if (!strictTag && tag === 61n) {
    untag();
    if (tag === undefined) throw new Malformed('a CWT of no kind');
  }
  if (tag === 16n || tag === 96n) throw new Encrypted();
  if (tag !== 18n && (tag !== undefined || strictTag)) throw new Malformed('tag');
  const parts = need(item, 'array').value;
  if (parts.length === 3 && parts[0]!.kind === 'bytes' && parts[1]!.kind === 'map') throw new Encrypted();
  if (parts.length !== 4) throw new Malformed('parts');
  const protectedHeader = bytes(parts[0]);
  const signed = protectedHeader.length === 0 ? {} : header(map(decode(protectedHeader)));
  const open = header(map(parts[1]));
  const [payload, signature] = [bytes(parts[2]), bytes(parts[3])];
  if (open.algorithm !== undefined && signed.algorithm !== undefined) throw new Malformed('alg twice');
  if (signed.algorithm !== -7n && signed.algorithm !== -8n) throw new Malformed('algorithm');
  return {
    algorithm: signed.algorithm,
    kid: signed.kid ?? open.kid,
    typ: signed.typ,
    protectedHeader,
    payload,
    signature,
  };
}

// Years 1 to 9999; what lies outside is held to the edge.
export const moment = (item: Item | undefined): number => {
  const value = integer(item);
  const [first, last] = [-62135596800n, 253402300799n];
  return Number(value < first ? first : value > last ? last : value);
};

export interface Card {
  kind: 'card';
  envelope: Envelope;
  issuedAt?: number;
  expires?: number;
  notBefore?: number;
  status?: { uri: string; index: number };
  id?: string;
  name?: string;
  birth?: string;
  sex?: string;
  nationality?: string;
  class?: string;
  tail?: string;
}

export interface Slip {
  kind: 'slip';
  envelope: Envelope;
  issuedAt: number;
  card: string;
  zone: string;
  entered: number;
  leaveBy: number;
  notOverstayedUntil: number;
  states: string[];
}

const TEXTS = new Set([1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 15, 19, 20, 21, 22, 23]);

function birth(of: string): string {
  const parts = of.includes('-')
    ? /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(of.trim())
    : /^(\d{4})(?:(\d{2})(\d{2})?)?$/.exec(of);
  if (!parts) throw new Malformed('birth');
  const [, year, month, day] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  const real = Number(year) > 0
    && date.getUTCMonth() === Number(month ?? 1) - 1
    && date.getUTCDate() === Number(day ?? 1);
  if (!real) throw new Malformed('birth');
  return [year, month, day].filter((part) => part !== undefined).join('-');
}

function identity(item: Item, card: Card): void {
  const entries = item.kind === 'bytes' ? map(decode(item.value)) : map(item);
  for (const [key, value] of entries) {
    if (key.startsWith('"')) continue;
    const number = Number(key);
    if (TEXTS.has(number)) {
      const said = text(value);
      if (number === 1) card.id = said;
      if (number === 4) card.name = said;
      if (number === 13) card.nationality = said;
      if (number === 22) card.class = said;
    } else if (number === 8) card.birth = birth(text(value));
    else if (number === 9) {
      const digits = value.kind === 'uint' ? `${value.value}` : text(value);
      const sex = /^\+?\d+$/.test(digits) ? { 1: 'M', 2: 'F', 3: 'X' }[Number(digits)] : undefined;
      if (!sex) throw new Malformed('sex');
      card.sex = sex;
    } else if (number === 14 || number === 17) unsigned(value, 255n);
    else if (number === 18) need(value, 'array').value.forEach((finger) => unsigned(finger, 10n));
    else if (number === 24 && value.kind === 'text') card.tail = value.value;
  }
}

function card(of: Envelope): Card {
  const read: Card = { kind: 'card', envelope: of };
  let identified = false;
  for (const [key, item] of map(decode(of.payload))) {
    if (key === '1' || key === '2') text(item);
    if (key === '4') read.expires = moment(item);
    if (key === '5') read.notBefore = moment(item);
    if (key === '6') read.issuedAt = moment(item);
    if (key === '169') {
      identity(item, read);
      identified = true;
    }
    if (key === '65535') {
      const list = map(item).get('"status_list');
      if (list) {
        const place = map(list);
        read.status = {
          uri: text(place.get('"uri')),
          index: Number(unsigned(place.get('"idx'), 2n ** 32n - 1n)),
        };
      }
    }
  }
  if (!identified) throw new Malformed('nobody');
  return read;
}

function exactly(item: Item, keys: string[]): Item[] {
  const { value, order } = need(item, 'map');
  if (order.join() !== keys.join()) throw new Malformed('members');
  return keys.map((key) => value.get(key)!);
}

function slip(of: Envelope): Slip {
  const [issuer, issued, stay] = exactly(decode(of.payload, true), ['1', '6', '-70169']);
  const members = exactly(stay!, ['1', '2', '3', '4', '5', '6', '7', '8']);
  const read: Slip = {
    kind: 'slip',
    envelope: of,
    issuedAt: moment(issued),
    card: number(text(members[1]), 1) ?? '',
    zone: text(members[3]),
    entered: moment(members[4]),
    leaveBy: moment(members[5]),
    notOverstayedUntil: moment(members[6]),
    states: need(members[7], 'array').value.map(text),
  };
  const plain = (said: string, most: number) => said.length <= most && /^[!-~]+$/.test(said);
  const from = text(issuer);
  const times = [read.entered, read.leaveBy, read.notOverstayedUntil];
  const sound = number(text(members[0]), 2) !== undefined
    && read.card !== ''
    && from.length <= 22 && /^(https:\/\/|http:\/\/|did:)[!-~]+$/.test(from)
    && plain(text(members[2]), 12)
    && plain(read.zone, 20)
    && read.states.length >= 1 && read.states.length <= 6
    && read.states.every((state) => /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(state))
    && times.every((time, at) => at === 0 || times[at - 1]! <= time)
    && [...times, read.issuedAt].every((time) => time >= 0 && time < 2 ** 32);
  if (!sound) throw new Malformed('slip');
  return read;
}

// The number of a card (1) or a slip (2) as people read it; undefined when it is none.
export function number(said: string, kind: number): string | undefined {
  const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  if (new TextEncoder().encode(said).length > 64) return undefined;
  const letters = said.replace(/[\t\n\f\r -]/g, '').replace(/[a-z]/g, (small) => small.toUpperCase());
  const parts = /^([A-Z0]{2,3})([0-9A-Z]{8})([0-9A-Z])$/.exec(letters);
  if (!parts) return undefined;
  const site = parts[1]!.replaceAll('0', 'O');
  const digits = (parts[2]! + parts[3]!).replaceAll('O', '0').replace(/[IL]/g, '1');
  const values = [...digits].map((digit) => CROCKFORD.indexOf(digit));
  if (values.includes(-1)) return undefined;
  const double = (value: number) => (value << 1) ^ (value & 16 ? 37 : 0);
  const weighed = [...site].map((letter) => letter.charCodeAt(0) - 65).concat(values.slice(0, 8));
  const check = double(weighed.reduce((sum, value) => double(sum) ^ value, kind));
  if (check !== values[8]) return undefined;
  return `${site}-${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits[8]}`;
}

export function scan(code: string): Card | Slip {
  if (new TextEncoder().encode(code).length > 4296) throw new Malformed('long');
  const bare = code.replace(/^[\r\n\t]+|[\r\n\t]+$/g, '');
  if (bare === '') throw new Malformed('empty');
  const of = envelope(inflate(base45(bare), 65536), false);
  if (of.typ === 'paso/receipt') throw new Malformed('a receipt');
  if (of.signature.length === 0) throw new Unsigned();
  return of.typ === 'application/paso-slip' ? slip(of) : card(of);
}
