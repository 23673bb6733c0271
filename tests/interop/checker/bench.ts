// How many cards a second the phone's verifier judges here, beside the bare signature checks of the
// OpenSSL that Node carries, in one run: node built/bench.js cases.json checker.wasm

import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { toBeSigned } from './cbor.js';
import { scan } from './papers.js';
import { keysOf } from './verifier.js';
import { Phone } from './wasm.js';

const [, , casesPath, wasmPath] = process.argv;
if (!casesPath || !wasmPath) throw new Error('bench.js cases.json checker.wasm');
const { anchor, bundles, cases } = JSON.parse(await readFile(casesPath, 'utf8'));
const bundle = Buffer.from(bundles[0], 'hex');
const phone = await Phone.load(wasmPath);
phone.open(anchor, bundle);
const keys = await keysOf(bundle);

function rate(work: () => void): number {
  const times = Array.from({ length: 7 }, () => {
    const [start, repeats] = [process.hrtime.bigint(), 400];
    for (let at = 0; at < repeats; at += 1) work();
    return (repeats * 1e9) / Number(process.hrtime.bigint() - start);
  });
  return times.sort((a, b) => a - b)[3]!;
}

for (const [name, algorithm] of [['EdDSA', -8n], ['ES256', -7n]] as const) {
  for (const asked of cases) {
    if (asked.bundle !== 0 || asked.texts.length !== 1 || asked.answer.finding !== 'valid') continue;
    const paper = scan(asked.texts[0]);
    if (paper.envelope.algorithm !== algorithm) continue;
    const { signature, protectedHeader, payload } = paper.envelope;
    const signed = toBeSigned(protectedHeader, payload);
    const jwk = keys.get(Buffer.from(paper.envelope.kid!).toString('hex'))!;
    const key: KeyObject = createPublicKey({ key: jwk, format: 'jwk' });
    const digest = algorithm === -7n ? 'SHA256' : null;
    const options = { key, dsaEncoding: 'ieee-p1363' as const };
    if (!verify(digest, signed, options, signature)) throw new Error('the signature does not fit');
    const bare = rate(() => verify(digest, signed, options, signature));
    const whole = rate(() => phone.judge(asked.texts, asked.state, asked.now, asked.floor));
    console.log(`${name}: ${Math.round(whole)} verdicts/s in WebAssembly, ${Math.round(bare)} bare checks/s in OpenSSL, ${(whole / bare).toFixed(2)}`);
    break;
  }
}
