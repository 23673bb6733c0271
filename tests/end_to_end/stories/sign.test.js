// Is this checkpoint real? A post shows its sign; a stranger's phone reads it with no network, and is not
// taken in by a picture of an old one, nor by what somebody made up.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { DESK, PHONE, Paso } from '../lib/paso.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let paso;
let text;
let code;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

async function fits(page, name) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map((v) => `${name} ${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} pixels wider than the window`);
}

test('the sign fills the screen of a telephone and of a laptop, and names nobody', async () => {
  for (const viewport of [PHONE, DESK]) {
    const page = await paso.page('checkpoint', { viewport });
    const answer = await page.goto('/punto/letrero');
    assert.equal(answer.headers().refresh, '120');
    await fits(page, '/punto/letrero');
    const symbol = await page.locator('.letrero .qr svg').boundingBox();
    assert.ok(symbol.width > viewport.width * 0.3 && symbol.width > 250, `${symbol.width} pixels of code`);
    assert.ok(symbol.y + symbol.height <= viewport.height * 1.1, 'the code is there without scrolling');
    const said = await page.locator('body').innerText();
    assert.ok(!/INM-\d{4}/.test(said), said);
    text = await page.locator('#texto').textContent();
    code = await page.locator('#voz').textContent();
    await page.goto('/punto/letrero?quieto');
    assert.equal((await page.reload()).headers().refresh, undefined);
  }
});

test('a stranger reads it without a network; an old one and a made-up one are red', async () => {
  const page = await paso.stranger();
  await page.clock.install();
  await page.goto('/mi-tarjeta');
  await page.locator('[data-listo]:not([data-listo=""])').waitFor({ state: 'attached' });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.context().setOffline(true);
  const ask = async (typed) => {
    await page.locator('#codigo').fill(typed);
    await page.getByRole('button', { name: 'Comprobar', exact: true }).click();
    await page.locator('#resultado').waitFor({ state: 'visible' });
    const word = await page.locator('#palabra').innerText();
    const facts = await page.locator('#datos').innerText();
    await page.locator('#otra').click();
    return { word, facts };
  };
  const live = await ask(text);
  assert.equal(live.word, 'De verdad');
  assert.match(live.facts, /Instituto Nacional de Migración/);
  assert.match(live.facts, /Vale hasta/);
  // One character of the text is another: whoever does not hold the key cannot write one.
  const at = Math.floor(text.length / 2);
  const altered = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  assert.ok(['Falso', 'No se leyó', 'No es de aquí'].includes((await ask(altered)).word));
  await page.clock.fastForward('11:00');
  const old = await ask(text);
  assert.equal(old.word, 'Ya venció');
  // The spoken code is the hub's to hear: without a network the page says so and stays.
  await page.locator('#codigo').fill(code);
  await page.getByRole('button', { name: 'Comprobar', exact: true }).click();
  assert.match(await page.locator('#listo').innerText(), /código hablado/);
});

test('without scripts the hub hears the spoken code, in any spelling', async () => {
  const page = await paso.stranger({ js: false });
  for (const [typed, word] of [[code, 'De verdad'], [code.toLowerCase().replace('-', ' '), 'De verdad'], ['2222-2222', 'No se reconoce']]) {
    await page.goto('/mi-tarjeta');
    await page.locator('#codigo').fill(typed);
    await page.getByRole('button', { name: 'Comprobar', exact: true }).click();
    assert.equal(await page.locator('#dicho').innerText(), word);
  }
});
