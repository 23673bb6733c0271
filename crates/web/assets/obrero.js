// The worker around the verifier (crates/checker/src/abi.rs): loads it when first asked, keeps the bundle,
// and starts it afresh should it ever stop in the middle of something.
'use strict';
let code;
let phone;
let trust;

async function awake() {
  code ??= await WebAssembly.compileStreaming(fetch(self.location.hash.slice(1)));
  phone ??= (await WebAssembly.instantiate(code)).exports;
  return phone;
}

const write = (wasm, bytes) => {
  const place = wasm.paso_input(bytes.length);
  // Only now: making room may have moved the memory.
  new Uint8Array(wasm.memory.buffer, place, bytes.length).set(bytes);
};

const said = (wasm, length) =>
  JSON.parse(new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, wasm.paso_output(), length)));

const work = {
  open(wasm, { anchor, bundle }) {
    const text = new TextEncoder().encode(anchor);
    const both = new Uint8Array(text.length + bundle.byteLength);
    both.set(text);
    both.set(new Uint8Array(bundle), text.length);
    write(wasm, both);
    const answer = said(wasm, wasm.paso_open(text.length));
    if (answer.kind === 'bundle') trust = { anchor, bundle };
    return answer;
  },
  judge(wasm, { texts, state, now, floor }) {
    write(wasm, new TextEncoder().encode([state, ...texts].join('\n')));
    return said(wasm, wasm.paso_judge(now, floor));
  },
  draft(wasm, { request }) {
    write(wasm, new TextEncoder().encode(JSON.stringify(request)));
    return said(wasm, wasm.paso_draft());
  },
  finish(wasm, { request }) {
    write(wasm, new TextEncoder().encode(JSON.stringify(request)));
    return said(wasm, wasm.paso_finish());
  },
  read(wasm, { frame, width, height }) {
    write(wasm, new Uint8Array(frame));
    return said(wasm, wasm.paso_read(width, height));
  },
};

self.onmessage = async ({ data }) => {
  const { id, what } = data;
  try {
    self.postMessage({ id, answer: work[what](await awake(), data) });
  } catch (fault) {
    // Whatever trapped is thrown away whole; its successor is given the bundle again.
    phone = undefined;
    try {
      if (trust) work.open(await awake(), trust);
    } catch {
      phone = undefined;
    }
    self.postMessage({ id, fault: String(fault) });
  }
};
