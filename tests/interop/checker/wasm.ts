// The phone's verifier as a page loads it, through the functions of crates/checker/src/abi.rs.

import { readFile } from 'node:fs/promises';

interface Exports {
  memory: { buffer: ArrayBuffer };
  paso_input(length: number): number;
  paso_output(): number;
  paso_open(anchor: number): number;
  paso_judge(now: number, floor: number): number;
  paso_read(width: number, height: number): number;
}

// What Node knows of WebAssembly, as far as it is used here; @types/node leaves it to the browser's.
declare const WebAssembly: {
  instantiate(code: Uint8Array): Promise<{ instance: { exports: unknown } }>;
};

export class Phone {
  private constructor(private readonly wasm: Exports) {}

  static async load(path: string): Promise<Phone> {
    const { instance } = await WebAssembly.instantiate(await readFile(path));
    return new Phone(instance.exports as Exports);
  }

  private put(...parts: Uint8Array[]): void {
    const input = Buffer.concat(parts);
    const place = this.wasm.paso_input(input.length);
    // Only now: making room may have moved the memory.
    new Uint8Array(this.wasm.memory.buffer, place, input.length).set(input);
  }

  private said(length: number): any {
    const answer = new Uint8Array(this.wasm.memory.buffer, this.wasm.paso_output(), length);
    return JSON.parse(new TextDecoder().decode(answer));
  }

  open(anchor: string, bundle: Uint8Array): any {
    const text = Buffer.from(anchor);
    this.put(text, bundle);
    return this.said(this.wasm.paso_open(text.length));
  }

  judge(texts: string[], state: string | null, now: number, floor: number): any {
    this.put(Buffer.from([state ?? '', ...texts].join('\n')));
    return this.said(this.wasm.paso_judge(now, floor));
  }

  read(frame: Uint8Array, width: number, height: number): string[] {
    this.put(frame);
    return this.said(this.wasm.paso_read(width, height));
  }
}
