// Three verifiers before the same scans: ours for this machine (its answers are in the file), the same
// compiled for a phone, and the second one of this directory. Any difference is printed and fails.
//
//     node built/compare.js cases.json checker.wasm

import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { judge, open, type Bundle, type Question } from './verifier.js';
import { Phone } from './wasm.js';

const [, , casesPath, wasmPath] = process.argv;
if (!casesPath || !wasmPath) throw new Error('compare.js cases.json checker.wasm');

interface Cases {
  anchor: string;
  bundles: string[];
  cases: (Question & { bundle: number; answer: Record<string, unknown> })[];
}
const { anchor, bundles, cases }: Cases = JSON.parse(await readFile(casesPath, 'utf8'));

const second: (Bundle | undefined)[] = [];
const phones: Phone[] = [];
for (const bundle of [...bundles, '']) {
  const phone = await Phone.load(wasmPath);
  const bytes = Buffer.from(bundle, 'hex');
  if (bundle && phone.open(anchor, bytes).kind !== 'bundle') throw new Error('the phone refused a bundle');
  phones.push(phone);
  second.push(bundle ? await open(anchor, bytes) : undefined);
}

let differences = 0;
const counts = new Map<string, number>();
const lights = new Map<unknown, number>();
for (const [at, asked] of cases.entries()) {
  const { answer, bundle } = asked;
  const name = String(answer.finding);
  counts.set(name, (counts.get(name) ?? 0) + 1);
  lights.set(answer.light, (lights.get(answer.light) ?? 0) + 1);
  const phone = phones[bundle]!.judge(asked.texts, asked.state, asked.now, asked.floor);
  // Why something cannot be read is told in each reader's own order of looking.
  const { cause: _, ...ours } = answer;
  const theirs = await judge(asked, second[bundle]);
  for (const [who, said, expected] of [['phone', phone, answer], ['second', theirs, ours]] as const) {
    if (isDeepStrictEqual(said, expected)) continue;
    differences += 1;
    if (differences <= 5) console.error(`case ${at}, ${who}:`, said, 'and not', expected, asked.texts, asked.state, asked.now);
  }
}

console.log(`${cases.length} scans, three verifiers, ${differences} differences`);
console.log([...lights].map(([light, count]) => `${light} ${count}`).join(', '));
console.log([...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`).join(', '));
// A generator that makes only one kind of case would agree with anything.
const few = [...counts.values()].filter((count) => count * 2000 >= cases.length).length;
if (differences > 0 || few < 18) process.exit(1);
