// A whole Paso for one run: the demonstration as a process, Chromium, and browser contexts of people
// who signed in with a passkey.
//
// PASO_DEMO names the demonstration's program; it is started on a free port with a directory of its
// own, which is gone afterwards. CHROMIUM names another browser than Debian's.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { device, enrol, sign } from './passkey.js';

export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Phone and desk, as the pages promise to serve both.
export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 900 };

// Interrupts a group of processes and waits until none of it is left: the hub still writes when the
// demonstration is gone already, and its directory must outlive it.
async function ended(group) {
  const signal = (name) => {
    try {
      return process.kill(group, name);
    } catch {
      return false;
    }
  };
  signal('SIGINT');
  for (let tries = 0; signal(0); tries += 1) {
    if (tries === 200) signal('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Paso {
  static async start() {
    const program = process.env.PASO_DEMO;
    if (!program) throw new Error('PASO_DEMO must name the demonstration: target/…/paso-demo');
    const paso = new Paso();
    paso.dir = await mkdtemp(join(tmpdir(), 'paso-e2e-'));
    // A group of its own, so that the interrupt at the end reaches the hub it starts, as Ctrl-C does.
    paso.demo = spawn(program, ['--port', '0', '--dir', paso.dir], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    paso.links = await paso.#signInLinks();
    paso.origin = new URL(paso.links.desk).origin;
    paso.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: FLAGS,
    });
    paso.states = {};
    paso.devices = {};
    return paso;
  }

  // The links are written once the demonstration is ready, and its last words say so. It is listened to
  // as long as it lives: leaving the loop would close the pipe under what it still says.
  async #signInLinks() {
    const said = this.demo.stdout.setEncoding('utf8');
    await new Promise((ready, failed) => {
      let words = '';
      said.on('data', (chunk) => {
        words += chunk;
        if (words.includes('Ctrl-C')) ready();
      });
      said.on('end', () => failed(new Error(`the demonstration ended before it was ready: ${words}`)));
    });
    return JSON.parse(await readFile(join(this.dir, 'sign-in.json'), 'utf8'));
  }

  // Stops the hub, or starts it again, as somebody at the demonstration does who presses Enter; answers
  // when it says that it is done.
  async turnHub(to) {
    const says = { off: 'the hub is stopped', on: 'the hub runs' }[to];
    const done = new Promise((ready) => {
      const listen = (chunk) => {
        if (!chunk.includes(says)) return;
        this.demo.stdout.off('data', listen);
        ready();
      };
      this.demo.stdout.on('data', listen);
    });
    this.demo.stdin.write('\n');
    await done;
  }

  // Where somebody's pages are: their link says it. Nearly everybody's are the hub's.
  #home(role) {
    return role ? new URL(this.links[role]).origin : this.origin;
  }

  // A page of somebody who is signed in, with their passkey at hand. Their session is kept and shared.
  async page(role, { viewport = DESK, lang = 'es', js = true } = {}) {
    if (!this.states[role]) await this.#signIn(role);
    const page = await this.#open({ viewport, lang, js, role, state: this.states[role] });
    // Only scripts ask for passkeys.
    if (js) this.devices[role] = await device(page, await this.devices[role].credentials());
    return page;
  }

  async #signIn(role) {
    const page = await this.#open({ role });
    this.devices[role] = await device(page);
    // Passkeys are registered at the hub, and a post hears of them with its next parcel.
    const home = this.#home(role);
    await enrol(page, this.links[role].replace(home, this.origin));
    for (let tries = 10; page.url() !== `${home}/`; tries -= 1) {
      if (tries === 0) throw new Error(`${role} does not get in at ${home}`);
      if (home === this.origin) await page.locator('main a[href="/entrar"]').click();
      else await page.goto('/entrar');
      await sign(page);
      await page.waitForURL(`${home}/`, { timeout: home === this.origin ? 15_000 : 2_000 }).catch(() => {});
    }
    this.states[role] = await page.context().storageState();
  }

  // A page of somebody whom nobody knows.
  stranger({ viewport = PHONE, lang = 'es', js = true } = {}) {
    return this.#open({ viewport, lang, js });
  }

  async #open({ viewport = DESK, lang = 'es', js = true, role, state }) {
    const context = await this.browser.newContext({
      viewport,
      locale: lang,
      baseURL: this.#home(role),
      javaScriptEnabled: js,
      storageState: state,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(15_000);
    return context.newPage();
  }

  // What a link of a page leads to, as bytes, with that page's session. Asked for beside the browser,
  // which would show a PDF instead of handing it over; names below localhost are the browser's own
  // knowledge, so the address is given.
  async download(page, path) {
    const cookies = await page.context().cookies();
    const { host, port } = new URL(this.origin);
    const headers = { host, cookie: cookies.map((c) => `${c.name}=${c.value}`).join('; ') };
    const answer = await new Promise((resolve, reject) => {
      get({ hostname: '127.0.0.1', port, path, headers }, resolve).on('error', reject);
    });
    const body = Buffer.concat(await answer.toArray());
    return { status: answer.statusCode, type: answer.headers['content-type'], body };
  }

  // Closes every page; who signed in stays signed in, passkey in hand. A browser that keeps the pages
  // of all walks open at once ends up waiting for itself.
  async leave() {
    for (const [role, held] of Object.entries(this.devices)) {
      const credentials = await held.credentials();
      this.devices[role] = { credentials: () => credentials };
    }
    await Promise.all(this.browser.contexts().map((context) => context.close()));
  }

  async stop() {
    await this.browser?.close();
    if (this.demo) await ended(-this.demo.pid);
    if (this.dir) await rm(this.dir, { recursive: true, force: true });
  }
}
