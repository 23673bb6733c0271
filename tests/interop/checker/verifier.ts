// The verdict, from the documents: docs/src/formato-tarjeta.md and docs/src/punto.md.

import { webcrypto, type JsonWebKey } from 'node:crypto';
import { bytes, decode, integer, map, need, text, toBeSigned, unsigned, type Item } from './cbor.js';
import { Encrypted, Malformed, Unsigned, envelope, inflate, moment, number, scan } from './papers.js';
import type { Card, Envelope, Slip } from './papers.js';

const SKEW = 300;
const DAY = 86400;

interface Key {
  imported: webcrypto.CryptoKey;
  algorithm: bigint;
  purpose: number;
  from: number;
  until: number;
  accepted: number;
  compromised?: number;
}

export interface Bundle {
  issuedAt: number;
  soft: number;
  hard: number;
  keys: Map<string, Key>;
  lists: Map<string, { expires?: number; bits: number; packed: Uint8Array }>;
  rows: { from: string; to?: string; states: string[] }[];
}

const hex = (of: Uint8Array): string => Buffer.from(of).toString('hex');

async function coseKey(of: Uint8Array): Promise<{ id: string; imported: webcrypto.CryptoKey; algorithm: bigint }> {
  const members = map(decode(of, true));
  const digest = await webcrypto.subtle.digest('SHA-256', Uint8Array.from(of));
  const id = hex(new Uint8Array(digest).subarray(0, 8));
  const x = bytes(members.get('-2'));
  const elliptic = integer(members.get('1')) === 2n;
  const raw = elliptic ? Uint8Array.from([4, ...x, ...bytes(members.get('-3'))]) : Uint8Array.from(x);
  const kind = elliptic ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'Ed25519' };
  const imported = await webcrypto.subtle.importKey('raw', raw, kind, false, ['verify']);
  return { id, imported, algorithm: elliptic ? -7n : -8n };
}

async function fits(of: Envelope, key: { imported: webcrypto.CryptoKey; algorithm: bigint }): Promise<boolean> {
  if (of.algorithm !== key.algorithm || of.signature.length !== 64) return false;
  const kind = key.algorithm === -7n ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'Ed25519' };
  const signed = toBeSigned(of.protectedHeader, of.payload);
  return webcrypto.subtle.verify(kind, key.imported, Uint8Array.from(of.signature), signed);
}

export async function open(anchor: string, file: Uint8Array): Promise<Bundle> {
  const roots = new Map<string, Awaited<ReturnType<typeof coseKey>>>();
  for (const [, root] of anchor.matchAll(/^root: (.*)$/gm)) {
    const key = await coseKey(Buffer.from(root!, 'base64url'));
    roots.set(key.id, key);
  }
  const of = envelope(file, true);
  const root = roots.get(hex(of.kid!));
  if (of.typ !== 'application/paso-bundle' || !root || !(await fits(of, root))) throw new Error('bundle');
  const content = map(decode(of.payload, true));
  const at = (members: Map<string, Item>, key: number) => moment(members.get(`${key}`));
  const keys = new Map<string, Key>();
  for (const item of need(content.get('6'), 'array').value) {
    const members = map(item);
    const { id, imported, algorithm } = await coseKey(bytes(members.get('1')));
    keys.set(id, {
      imported,
      algorithm,
      purpose: Number(unsigned(members.get('2'))),
      from: at(members, 4),
      until: at(members, 5),
      accepted: at(members, 6),
      compromised: members.has('7') ? at(members, 7) : undefined,
    });
  }
  const lists: Bundle['lists'] = new Map();
  for (const item of need(content.get('7'), 'array').value) {
    const signed = envelope(bytes(item), true);
    const key = keys.get(hex(signed.kid!));
    if (key?.purpose !== 3 || !(await fits(signed, key))) throw new Error('status list');
    const claims = map(decode(signed.payload));
    const list = map(claims.get('65533'));
    lists.set(text(claims.get('2')), {
      expires: claims.has('4') ? moment(claims.get('4')) : undefined,
      bits: Number(unsigned(list.get('"bits'))),
      packed: inflate(bytes(list.get('"lst')), 2 ** 21),
    });
  }
  const rows = need(content.get('8'), 'array').value.map(map).map((row) => ({
    from: text(row.get('3')),
    to: row.has('4') ? text(row.get('4')) : undefined,
    states: need(row.get('5'), 'array').value.map(text),
  }));
  return { issuedAt: at(content, 3), soft: at(content, 4), hard: at(content, 5), keys, lists, rows };
}

// The bundle's keys for whoever verifies with another library.
export async function keysOf(file: Uint8Array): Promise<Map<string, JsonWebKey>> {
  const content = map(decode(envelope(file, true).payload, true));
  const keys = new Map<string, JsonWebKey>();
  for (const item of need(content.get('6'), 'array').value) {
    const of = bytes(map(item).get('1'));
    const members = map(decode(of, true));
    const part = (key: string) => Buffer.from(bytes(members.get(key))).toString('base64url');
    const { id, algorithm } = await coseKey(of);
    keys.set(id, algorithm === -7n
      ? { kty: 'EC', crv: 'P-256', x: part('-2'), y: part('-3') }
      : { kty: 'OKP', crv: 'Ed25519', x: part('-2') });
  }
  return keys;
}

type Named = [light: string, next: string];
const GREEN: Record<string, string> = {
  valid: 'compare-with-document', 'valid-stay': 'let-pass', 'valid-leave-now': 'remind-to-leave',
};
const AMBER: Record<string, string> = {
  'bundle-old': 'let-pass-and-update', 'clock-behind': 'let-pass-and-set-clock',
  'no-bundle': 'verify-by-other-means', 'bundle-expired': 'verify-by-other-means',
  'unknown-key': 'verify-by-other-means', suspended: 'verify-by-other-means',
  'status-unknown': 'verify-by-other-means', encrypted: 'verify-by-other-means',
  'key-retired': 'reissue-free', 'key-later-compromised': 'reissue-free',
  'outside-territory': 'explain-territory', malformed: 'scan-again', 'slip-malformed': 'ask-for-slip',
  'slip-unproven': 'ask-for-slip', 'slip-of-another-card': 'ask-for-slip',
};
const RED: Record<string, string> = {
  expired: 'help-regularise', 'not-yet-valid': 'help-regularise', overstayed: 'help-regularise',
  revoked: 'record-encounter', 'key-out-of-window': 'keep-copy-and-report',
  'key-compromised': 'keep-copy-and-report', 'bad-signature': 'keep-copy-and-report',
  unsigned: 'keep-copy-and-report', 'slip-forged': 'keep-copy-and-report',
};

function named(finding: string): Named {
  for (const [light, table] of Object.entries({ green: GREEN, amber: AMBER, red: RED })) {
    const next = table[finding];
    if (next) return [light, next];
  }
  throw new Error(`no such finding: ${finding}`);
}

// A finding that ends the search.
class Found extends Error {
  constructor(readonly finding: string) {
    super(finding);
  }
}

const day = (moment: number, off: number): string => new Date((moment + off * DAY) * 1000).toISOString().slice(0, 10);

export interface Question {
  texts: string[];
  state: string | null;
  now: number;
  floor: number;
}

export async function judge(question: Question, bundle: Bundle | undefined): Promise<Record<string, unknown>> {
  const shown = sorted(question.texts);
  let trusted = Math.max(question.now, question.floor, bundle?.issuedAt ?? -Infinity);
  let proven = false;
  let stay: Slip | undefined;
  const later = (than: number) => {
    trusted = Math.max(trusted, than - SKEW);
  };

  const state = question.state ?? (shown.slip && !(shown.slip instanceof Error)
    ? shown.slip.states[0]!
    : bundle?.rows.filter((row) => row.from <= day(trusted, 0) && day(trusted, 0) <= (row.to ?? '9999-12-31'))
      .flatMap((row) => row.states)[0] ?? '');

  const signer = async (of: Envelope, purpose: number): Promise<Key> => {
    const key = of.kid?.length === 8 ? bundle!.keys.get(hex(of.kid)) : undefined;
    if (key?.purpose !== purpose) throw new Found('unknown-key');
    if (!(await fits(of, key))) throw new Found('bad-signature');
    return key;
  };

  const status = (card: Card): number | undefined => {
    const list = card.status && bundle!.lists.get(card.status.uri);
    if (!list || !card.status || trusted >= (list.expires ?? Infinity)) return undefined;
    const bit = card.status.index * list.bits;
    const byte = list.packed[Math.floor(bit / 8)];
    return byte === undefined ? undefined : (byte >> bit % 8) & ((1 << list.bits) - 1);
  };

  const onCard = async (card: Card): Promise<void> => {
    const key = await signer(card.envelope, 1);
    proven = true;
    const issued = card.issuedAt;
    if (issued === undefined || issued < key.from || issued > key.until) throw new Found('key-out-of-window');
    if (key.compromised !== undefined && issued >= key.compromised) throw new Found('key-compromised');
    later(issued);
    const known = status(card);
    if (known === 1) throw new Found('revoked');
    if (card.expires !== undefined && trusted >= card.expires) throw new Found('expired');
    if (card.notBefore !== undefined && trusted + SKEW < card.notBefore) throw new Found('not-yet-valid');
    if (trusted > key.accepted) throw new Found('key-retired');
    if (key.compromised !== undefined) throw new Found('key-later-compromised');
    if (known === 2) throw new Found('suspended');
    if (trusted >= bundle!.hard) throw new Found('bundle-expired');
    if (known !== 0) throw new Found('status-unknown');
  };

  const onStay = async (card: Card): Promise<string> => {
    const { slip } = shown;
    if (!slip) {
      const days = [day(trusted, -1), day(trusted, 0), day(trusted, 1)];
      const rows = bundle!.rows.filter((row) => days.some((at) => row.from <= at && at <= (row.to ?? '9999-12-31')));
      if (rows.length > 0 && !rows.some((row) => row.states.includes(state))) throw new Found('outside-territory');
      return 'valid';
    }
    if (slip instanceof Unsigned) throw new Found('slip-forged');
    if (slip instanceof Error) throw new Found('slip-malformed');
    let key: Key;
    try {
      key = await signer(slip.envelope, 2);
    } catch (fault) {
      throw new Found((fault as Found).finding === 'bad-signature' ? 'slip-forged' : 'slip-unproven');
    }
    if (slip.issuedAt < key.from || slip.issuedAt > key.until || key.compromised !== undefined) {
      throw new Found('slip-unproven');
    }
    later(slip.issuedAt);
    if (trusted > key.accepted) throw new Found('slip-unproven');
    if (card.id === undefined || number(card.id, 1) !== slip.card) throw new Found('slip-of-another-card');
    stay = slip;
    if (trusted > slip.notOverstayedUntil) throw new Found('overstayed');
    if (!slip.states.includes(state)) throw new Found('outside-territory');
    return trusted > slip.leaveBy ? 'valid-leave-now' : 'valid-stay';
  };

  const find = async (): Promise<string> => {
    const { card } = shown;
    if (card instanceof Unsigned) return 'unsigned';
    if (card instanceof Encrypted) return 'encrypted';
    if (card instanceof Error) return 'malformed';
    if (!bundle) return 'no-bundle';
    await onCard(card);
    const good = await onStay(card);
    if (question.now < trusted) return 'clock-behind';
    return trusted >= bundle.soft ? 'bundle-old' : good;
  };
  const finding = await find().catch((fault: unknown) => {
    if (fault instanceof Found) return fault.finding;
    throw fault;
  });

  const [light, next] = named(finding);
  const card = shown.card instanceof Error || !proven ? null : shown.card;
  return {
    kind: 'card',
    finding,
    light,
    next,
    caution: light === 'green' || next === 'keep-copy-and-report' ? null : light,
    bundle_age: bundle ? trusted - bundle.issuedAt : null,
    bundle_old: bundle !== undefined && trusted >= bundle.soft,
    clock_behind: question.now < trusted,
    trusted_now: trusted,
    card: card && {
      number: card.id === undefined ? null : number(card.id, 1) ?? card.id,
      name: card.name ?? null,
      birth: card.birth ?? null,
      sex: card.sex ?? null,
      nationality: card.nationality ?? null,
      class: card.class ?? null,
      document_tail: card.tail ?? null,
      issued_at: card.issuedAt ?? null,
      expires: card.expires ?? null,
    },
    stay: stay ? {
      entered: stay.entered,
      leave_by: stay.leaveBy,
      not_overstayed_until: stay.notOverstayedUntil,
      zone: stay.zone,
      states: stay.states,
    } : null,
  };
}

// Which paper is which: the first card is the card, anything beside it is held to be its slip.
function sorted(texts: string[]): { card: Card | Error; slip?: Slip | Error } {
  let card: Card | undefined;
  let slip: Slip | undefined;
  let other: Error | undefined;
  for (const code of new Set(texts)) {
    try {
      const paper = scan(code);
      if (paper.kind === 'card' && !card) card = paper;
      else if (paper.kind === 'slip' && !slip) slip = paper;
      else other ??= new Malformed('two of a kind');
    } catch (fault) {
      if (!(fault instanceof Malformed)) throw fault;
      other ??= fault;
    }
  }
  if (card) return { card, slip: slip ?? other };
  return { card: other ?? new Malformed('no card'), slip };
}
