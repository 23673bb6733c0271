// CBOR as docs/src/formato-tarjeta.md wants it of anything signed: checked whole before it is read.

export class Malformed extends Error {}

export type Item =
  | { kind: 'uint' | 'nint'; value: bigint }
  | { kind: 'bytes'; value: Uint8Array }
  | { kind: 'text'; value: string }
  | { kind: 'array'; value: Item[] }
  | { kind: 'map'; value: Map<string, Item>; order: string[] }
  | { kind: 'tag'; tag: bigint; value: Item }
  | { kind: 'other' };

const DEEPEST = 12;
const MOST_ENTRIES = 128n;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Source {
  at = 0;
  constructor(readonly bytes: Uint8Array, readonly canonical: boolean) {}

  take(count: bigint): Uint8Array {
    const end = BigInt(this.at) + count;
    if (end > BigInt(this.bytes.length)) throw new Malformed('truncated');
    const taken = this.bytes.subarray(this.at, Number(end));
    this.at = Number(end);
    return taken;
  }

  head(): { major: number; info: number; argument: bigint } {
    const first = this.take(1n)[0]!;
    const [major, info] = [first >> 5, first & 31];
    if (info < 24) return { major, info, argument: BigInt(info) };
    if (info === 31) throw new Malformed('open length');
    if (info > 27) throw new Malformed('reserved');
    let argument = 0n;
    for (const byte of this.take(1n << BigInt(info - 24))) argument = (argument << 8n) | BigInt(byte);
    const least = [24n, 1n << 8n, 1n << 16n, 1n << 32n][info - 24]!;
    if (major === 7) {
      if (info === 24 && argument < 32n) throw new Malformed('long simple value');
    } else if (this.canonical && argument < least) throw new Malformed('not shortest');
    return { major, info, argument };
  }

  text(length: bigint): string {
    try {
      return utf8.decode(this.take(length));
    } catch {
      throw new Malformed('text');
    }
  }

  item(depth: number): Item {
    const { major, argument } = this.head();
    const inner = () => {
      if (depth === 0) throw new Malformed('too deep');
      return depth - 1;
    };
    switch (major) {
      case 0: return { kind: 'uint', value: argument };
      case 1: return { kind: 'nint', value: -1n - argument };
      case 2: return { kind: 'bytes', value: this.take(argument) };
      case 3: return { kind: 'text', value: this.text(argument) };
      case 4: {
        const below = inner();
        const value: Item[] = [];
        for (let left = argument; left > 0n; left -= 1n) value.push(this.item(below));
        return { kind: 'array', value };
      }
      case 5: return this.map(argument, inner());
      case 6: return { kind: 'tag', tag: argument, value: this.item(inner()) };
      default: return { kind: 'other' };
    }
  }

  map(entries: bigint, depth: number): Item {
    if (entries > MOST_ENTRIES) throw new Malformed('entries');
    const value = new Map<string, Item>();
    const order: string[] = [];
    let last: Uint8Array | undefined;
    for (let left = entries; left > 0n; left -= 1n) {
      const start = this.at;
      const { major, argument } = this.head();
      let key: string;
      if (major === 0) key = `${argument}`;
      else if (major === 1) key = `${-1n - argument}`;
      else if (major === 3) key = `"${this.text(argument)}`;
      else throw new Malformed('key');
      const written = this.bytes.subarray(start, this.at);
      if (this.canonical && last && Buffer.compare(last, written) >= 0) throw new Malformed('order');
      last = written;
      if (value.has(key)) throw new Malformed('twice');
      order.push(key);
      value.set(key, this.item(depth));
    }
    return { kind: 'map', value, order };
  }
}

export function decode(bytes: Uint8Array, canonical = false): Item {
  const source = new Source(bytes, canonical);
  const item = source.item(DEEPEST);
  if (source.at !== bytes.length) throw new Malformed('trailing');
  return item;
}

export function need<K extends Item['kind']>(item: Item | undefined, kind: K): Extract<Item, { kind: K }> {
  if (item?.kind !== kind) throw new Malformed(`not ${kind}`);
  return item as Extract<Item, { kind: K }>;
}

export const text = (item: Item | undefined): string => need(item, 'text').value;
export const bytes = (item: Item | undefined): Uint8Array => need(item, 'bytes').value;
export const map = (item: Item | undefined): Map<string, Item> => need(item, 'map').value;

// A whole number of 64 bits with its sign.
export function integer(item: Item | undefined): bigint {
  if (item?.kind !== 'uint' && item?.kind !== 'nint') throw new Malformed('not a number');
  if (item.value > 2n ** 63n - 1n || item.value < -(2n ** 63n)) throw new Malformed('too large');
  return item.value;
}

export function unsigned(item: Item | undefined, most = 2n ** 64n - 1n): bigint {
  const { value } = need(item, 'uint');
  if (value > most) throw new Malformed('too large');
  return value;
}

const head = (major: number, length: number): number[] =>
  length < 24 ? [(major << 5) | length]
    : length < 256 ? [(major << 5) | 24, length]
      : [(major << 5) | 25, length >> 8, length & 255];

// What a COSE_Sign1 signs: ["Signature1", protected, h'', payload].
export function toBeSigned(protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const context = new TextEncoder().encode('Signature1');
  return Uint8Array.from([
    0x84, ...head(3, context.length), ...context,
    ...head(2, protectedHeader.length), ...protectedHeader, 0x40,
    ...head(2, payload.length), ...payload,
  ]);
}
