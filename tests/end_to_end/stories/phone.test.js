// An officer on a road without a network, and a traveller: the phone judges by itself, and the server is
// not merely unreachable but ended.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { CONDITIONS, video } from '../lib/camera.js';
import { MARIA } from '../lib/mrz.js';
import { DESK, FLAGS, PHONE, Paso } from '../lib/paso.js';
import { assess, photograph, press, words } from '../lib/tour.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const w = words('es');
// How often each print is read; PASO_SCANS=25 makes the hundred of BENCHMARKS.md.
const SCANS = Number(process.env.PASO_SCANS ?? 3);

let paso;
let dir;
let print;
let cardText;
const browsers = [];

before(async () => {
  paso = await Paso.start();
  dir = await mkdtemp(join(tmpdir(), 'paso-phone-'));
  const desk = await paso.page('desk');
  await assess(desk, MARIA, w);
  await press(desk, w.issue);
  const number = await desk.locator('h1').innerText();
  print = (await paso.download(desk, `/tarjetas/${number}/imprimir.pdf`)).body;
  const checkpoint = await paso.page('checkpoint', { viewport: PHONE });
  await checkpoint.goto('/punto');
  await checkpoint.locator('#foto').setInputFiles(photograph(print));
  await press(checkpoint, w.check);
  cardText = await checkpoint.locator('input[name=leido]').inputValue();
});
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await paso?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

// A phone whose camera sees a video, in a browser of its own: Chromium takes the file at its start.
async function phone(condition) {
  const flags = [...FLAGS];
  if (condition) {
    const file = join(dir, `${condition}.y4m`);
    video(print, condition, file);
    flags.push('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${file}`);
  }
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
  browsers.push(browser);
  const context = await browser.newContext({ viewport: PHONE, locale: 'es', baseURL: paso.origin, reducedMotion: 'reduce' });
  context.setDefaultTimeout(20_000);
  if (condition) await context.grantPermissions(['camera'], { origin: paso.origin });
  const page = await context.newPage();
  page.wrong = [];
  page.on('console', (message) => {
    if (message.type() === 'error') page.wrong.push(message.text());
  });
  return page;
}

// The first visit: everything is fetched and taken over, and the list of signatures is there.
async function visited(page, path) {
  await page.goto(path);
  await page.locator('[data-listo]:not([data-listo=""])').waitFor({ state: 'attached' });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

async function fits(page, name) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map((v) => `${name} ${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} pixels wider than the window`);
}

const verdict = async (page) => {
  await page.locator('#resultado').waitFor({ state: 'visible' });
  return page.locator('#palabra').innerText();
};

test('without scripts the traveller is answered by the server', async () => {
  const page = await paso.stranger({ js: false });
  await page.goto('/mi-tarjeta');
  await page.locator('#codigo').fill(cardText);
  await press(page, 'Comprobar');
  assert.equal(await page.locator('#dicho').innerText(), 'Válida');
  await page.locator('#foto').setInputFiles(photograph(print));
  await press(page, 'Comprobar');
  assert.equal(await page.locator('#dicho').innerText(), 'Válida');
  await page.locator('#codigo').fill('HOLA');
  await press(page, 'Comprobar');
  assert.equal(await page.locator('#dicho').innerText(), 'No se leyó');
});

test('the pages are light before the verifier, and axe finds nothing', async () => {
  for (const viewport of [PHONE, DESK]) {
    const page = await paso.stranger({ viewport });
    let bytes = 0;
    const counting = [];
    page.on('response', (answer) => {
      if (/wasm|obrero|confianza|sin-red/.test(answer.url())) return;
      counting.push(answer.request().sizes().then((sizes) => {
        bytes += sizes.responseBodySize + sizes.responseHeadersSize;
      }).catch(() => {}));
    });
    await page.goto('/mi-tarjeta');
    await page.locator('[data-listo]').waitFor({ state: 'attached' });
    await Promise.all(counting);
    assert.ok(bytes > 5_000 && bytes <= 35 * 1024, `/mi-tarjeta is ${bytes} bytes`);
    await fits(page, '/mi-tarjeta');
    await page.goto('/punto/telefono');
    await fits(page, '/punto/telefono');
  }
});

test('with the server ended, an officer reads a printed card by camera, scanner and paste', async () => {
  const pages = {};
  for (const condition of Object.keys(CONDITIONS)) {
    pages[condition] = await phone(condition);
    await visited(pages[condition], '/punto/telefono');
    await pages[condition].locator('#estado').selectOption('MX-CHP');
  }
  const traveller = await phone();
  await visited(traveller, '/mi-tarjeta');
  await paso.stop();
  paso = undefined;

  const times = [];
  for (const [condition, page] of Object.entries(pages)) {
    // The second visit, and there is nobody to answer.
    await page.reload();
    await page.locator('[data-listo]:not([data-listo=""])').waitFor({ state: 'attached' });
    assert.equal(await page.locator('#estado').inputValue(), 'MX-CHP');
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    for (let scan = 0; scan < SCANS; scan += 1) {
      await page.locator('#encender').click();
      assert.equal(await verdict(page), 'Válida', condition);
      const { cuadro, milisegundos } = await page.evaluate(async () => {
        const { dataset } = document.querySelector('[data-telefono]');
        while (!dataset.milisegundos) await new Promise(requestAnimationFrame);
        return { ...dataset };
      });
      times.push({ condition, frame: Number(cuadro), whole: Number(milisegundos) });
      await page.evaluate(() => delete document.querySelector('[data-telefono]').dataset.milisegundos);
      assert.match(await page.locator('#datos').innerText(), /XITUMUL DE LEON MARIA KABEL/);
      await page.locator('#otra').click();
    }
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  }
  const sorted = (of) => times.map((time) => time[of]).sort((a, b) => a - b);
  const at = (list, part) => list[Math.min(list.length - 1, Math.floor(list.length * part))];
  const [frames, wholes] = [sorted('frame'), sorted('whole')];
  console.log(`${times.length} scans: frame p50 ${at(frames, 0.5)} ms p95 ${at(frames, 0.95)} ms; scan to verdict p50 ${at(wholes, 0.5)} ms p95 ${at(wholes, 0.95)} ms`);

  const { sharp } = pages;
  // A scanner types the characters and ends with Enter.
  await sharp.locator('#codigo').fill(cardText);
  await sharp.locator('#codigo').press('Enter');
  assert.equal(await verdict(sharp), 'Válida');
  await sharp.locator('#otra').click();
  // One character changed.
  const changed = `${cardText.slice(0, 200)}${cardText[200] === 'A' ? 'B' : 'A'}${cardText.slice(201)}`;
  await sharp.locator('#codigo').fill(changed);
  await sharp.getByRole('button', { name: 'Revisar', exact: true }).click();
  assert.notEqual(await verdict(sharp), 'Válida');
  await sharp.locator('#otra').click();
  // Where the card does not count.
  await sharp.locator('#estado').selectOption('MX-SON');
  await sharp.locator('#codigo').fill(cardText);
  await sharp.locator('#codigo').press('Enter');
  assert.equal(await verdict(sharp), 'Otro estado');
  await fits(sharp, 'the result');
  // The post's own page cannot be reached, and the reader stands in for it.
  await sharp.goto('/punto');
  assert.equal(await sharp.locator('h1').innerText(), 'Leer tarjetas sin red');

  await traveller.reload();
  await traveller.locator('[data-listo]:not([data-listo=""])').waitFor({ state: 'attached' });
  await traveller.locator('#codigo').fill(cardText);
  await traveller.getByRole('button', { name: 'Comprobar', exact: true }).click();
  assert.equal(await verdict(traveller), 'Válida');
  assert.match(await traveller.locator('#hacer').innerText(), /Todo está en orden/);
  await fits(traveller, 'the traveller\'s result');

  const refused = [...Object.values(pages), traveller].flatMap((page) => page.wrong);
  assert.deepEqual(refused.filter((said) => /Content Security|Trusted|violat/i.test(said)), []);
});
