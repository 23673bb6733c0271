// Everybody reaches every page: by keyboard alone, without scripts, on a small telephone, in either
// language, with assistive technology as far as axe can tell.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, afterEach, before, test } from 'node:test';
import { station } from '../lib/custody.js';
import { passport } from '../lib/mrz.js';
import { offices } from '../lib/offices.js';
import { overseer } from '../lib/overseer.js';
import { DESK, PHONE, Paso } from '../lib/paso.js';
import { tour } from '../lib/tour.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let paso;

before(async () => {
  paso = await Paso.start();
});
afterEach(() => paso.leave());
after(() => paso?.stop());

async function axe(page) {
  // Evaluated over the browser's own channel: the pages' policy lets no script in.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), RULES);
  return violations.map((v) => `${v.id}: ${v.help} · ${v.nodes.map((n) => n.html).join(' ')}`);
}

for (const [size, viewport] of [['360', PHONE], ['1280', DESK]]) {
  const walks = [
    ['who serve', tour],
    ['who watch, administer and protect', offices],
    ['who keep people', station],
    ['at the overseer', overseer],
  ];
  for (const [who, walk] of walks) {
    test(`axe finds nothing on any page of those ${who} at ${size} pixels, and none is wider`, async () => {
      const wrong = [];
      await walk(paso, { viewport }, async (page, name) => {
        for (const violation of await axe(page)) wrong.push(`${name} · ${violation}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (wide > 0) wrong.push(`${name} · ${wide} pixels wider than the window`);
        // A script stands only where a device is asked for a passkey.
        const scripts = await page.locator('script').count();
        const asked = await page.locator('form[data-llave]').count();
        if (scripts !== asked) wrong.push(`${name} · ${scripts} scripts, ${asked} passkeys asked for`);
      });
      assert.deepEqual(wrong, []);
    });
  }
}

test('in English every page is in English', async () => {
  const wrong = [];
  const look = async (page, name) => {
    const lang = await page.evaluate(() => document.documentElement.lang);
    const text = await page.locator('body').innerText();
    if (lang !== 'en') wrong.push(`${name} · ${lang}`);
    for (const word of ['Tarjeta', 'persona', 'Registrar', 'Puede', '[[']) {
      // Names of offices and of the demonstration's rule stay in the language they have.
      if (text.includes(word)) wrong.push(`${name} · ${word}`);
    }
  };
  for (const walk of [tour, overseer]) await walk(paso, { viewport: DESK, lang: 'en' }, look);
  assert.deepEqual(wrong, []);
});

test('switching the language keeps what was typed', async () => {
  const desk = await paso.page('desk');
  await desk.goto('/mesa');
  await desk.locator('#nombres').fill('María K’abel');
  await desk.getByRole('button', { name: 'English' }).click();
  await desk.getByRole('heading', { name: 'Application for a card' }).waitFor();
  assert.equal(await desk.locator('#nombres').inputValue(), 'María K’abel');
  await desk.getByRole('button', { name: 'Español' }).click();
  await desk.getByRole('heading', { name: 'Solicitud de tarjeta' }).waitFor();
});

test('a card is issued with the keyboard alone', async () => {
  const desk = await paso.page('desk');
  const keyboard = desk.keyboard;
  const focused = () =>
    desk.evaluate(() => {
      const e = document.activeElement;
      return e.name ? `${e.name}=${e.value}` : (e.getAttribute('href') ?? e.id);
    });
  const to = async (what) => {
    for (let tabs = 0; tabs < 80; tabs += 1) {
      if ((await focused()).startsWith(what)) return;
      await keyboard.press('Tab');
    }
    assert.fail(`Tab never reached ${what}; it stands at ${await focused()}`);
  };
  await desk.goto('/');
  await keyboard.press('Tab');
  assert.equal(await focused(), '#contenido', 'the first stop skips to the content');
  await to('/mesa');
  await keyboard.press('Enter');
  await desk.waitForURL('**/mesa');
  assert.match(await focused(), /^mrz=/, 'the cursor stands where the scanner types');
  const zone = passport({
    issuer: 'GTM',
    surnames: 'TZUNUN COL',
    given: 'PEDRO',
    number: '204518999',
    birth: '820307',
    sex: 'M',
    expires: '300101',
  });
  await keyboard.type(zone);
  await to('accion=leer');
  await Promise.all([desk.waitForEvent('load'), keyboard.press('Enter')]);
  await to('apellidos=');
  await keyboard.press('Control+A');
  await keyboard.type('Tz’unun Col');
  await to('accion=ver');
  await Promise.all([desk.waitForEvent('load'), keyboard.press('Enter')]);
  await to('accion=expedir');
  await Promise.all([desk.waitForEvent('load'), keyboard.press('Space')]);
  assert.match(await desk.locator('h1').innerText(), /^TAL-/);
  assert.match(await desk.locator('main').innerText(), /Tz’unun Col/);
});

test('focus is always to be seen', async () => {
  const desk = await paso.page('desk');
  for (const path of ['/', '/mesa', '/punto', '/hoy']) {
    await desk.goto(path);
    for (let tabs = 0; tabs < 25; tabs += 1) {
      await desk.keyboard.press('Tab');
      const seen = await desk.evaluate(() => {
        const e = document.activeElement;
        if (e === document.body) return true;
        const style = getComputedStyle(e);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
      });
      assert.ok(seen, `${path}, ${tabs + 1} tabs`);
    }
  }
});

test('without scripts the whole walk is the same, up to what is signed', async () => {
  const page = paso.page.bind(paso);
  // The same walk in browsers that run no script at all.
  paso.page = (role, options) => page(role, { ...options, js: false });
  try {
    const names = [];
    await tour(paso, { viewport: PHONE, signs: false }, async (page, name) => {
      names.push(name);
      if (!name.startsWith('signing')) return;
      // Shown instead of a button that would do nothing.
      assert.match(await page.locator('main').innerText(), /necesita JavaScript/);
    });
    assert.ok(names.length > 25);
  } finally {
    paso.page = page;
  }
});

test('pages are light, and nothing on them is refused by their own policy', async () => {
  const heavy = [];
  const style = await paso.page('desk');
  const refused = [];
  style.on('console', (message) => refused.push(message.text()));
  const first = await style.goto('/ayuda');
  assert.ok(first.ok());
  const href = await style.locator('link[rel=stylesheet]').getAttribute('href');
  const css = (await paso.download(style, href)).body.length;
  for (const role of ['desk', 'checkpoint', 'supervisor']) {
    const page = await paso.page(role, { viewport: PHONE });
    for (const path of ['/', '/ayuda', '/punto', '/recibo', '/mesa', '/cruce']) {
      const { status, body } = await paso.download(page, path);
      if (status === 200 && body.length + css > 35_000) heavy.push(`${path}: ${body.length + css}`);
    }
  }
  assert.deepEqual(heavy, []);
  for (const path of ['/', '/mesa', '/punto', '/hoy']) await style.goto(path);
  assert.deepEqual(refused, []);
});

