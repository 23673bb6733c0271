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
// A camera that delivers noise: coarse and fine grain, and stripes that look like parts of a code. The
// reader may stop (crates/lens/src/lib.rs); then the phone begins afresh, which must stay rare.
const [width, height] = [1280, 720];
let [state, stopped, found, phone] = [2014, 0, 0, phones[0]!];
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
const began = process.hrtime.bigint();
const FRAMES = 48;
for (let at = 0; at < FRAMES; at += 1) {
  const grain = 1 + (at % 12);
  const coarse = Array.from({ length: Math.ceil(width / grain) * Math.ceil(height / grain) }, random);
  const stripes = at % 4 === 3;
  const frame = Buffer.alloc(width * height * 4, 255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [column, row] = [Math.floor(x / grain), Math.floor(y / grain)];
      const grey = stripes ? (coarse[column]! & 128) * 2 - 1 & 255 : coarse[row * Math.ceil(width / grain) + column]!;
      frame.fill(grey, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  try {
    found += phone.read(frame, width, height).length;
  } catch {
    stopped += 1;
    phone = await Phone.load(wasmPath);
  }
}
const each = Number(process.hrtime.bigint() - began) / 1e6 / FRAMES;
console.log(`${FRAMES} frames of noise: ${found} codes found, ${stopped} stops, ${each.toFixed(0)} ms each with their making`);
if (found > 0 || stopped > 2) process.exit(1);

// A generator that makes only one kind of case would agree with anything.
const few = [...counts.values()].filter((count) => count * 2000 >= cases.length).length;
if (differences > 0 || few < 18) process.exit(1);
