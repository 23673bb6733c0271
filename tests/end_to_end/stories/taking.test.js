// Somebody on a telephone saw people being taken, and tells the overseer: no name, no script.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { saw, send } from '../lib/overseer.js';
import { PHONE, Paso } from '../lib/paso.js';

let paso;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

async function witness() {
  const anyone = await paso.stranger({ viewport: PHONE, js: false });
  await anyone.goto(new URL('/taking', paso.links.overseer).href);
  return anyone;
}

const said = (page) => page.locator('main').innerText();

test('what was seen gets a folio and a key, and both together show how the authority stands', async () => {
  const anyone = await witness();
  await saw(anyone, 12, 'Luz Ejemplo lo vio todo');
  await send(anyone);
  await anyone.getByRole('heading', { name: 'Reporte recibido' }).waitFor();
  const [folio, key] = await anyone.locator('dd strong').allInnerTexts();
  assert.match(folio, /^T-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  assert.deepEqual(await anyone.context().cookies(), [], 'nothing is left on the telephone');

  await anyone.getByRole('link', { name: 'Consultar mi reporte' }).click();
  await anyone.locator('#folio').fill(folio);
  await anyone.locator('#clave').fill('2222-2222-2222-2222');
  await send(anyone);
  assert.match(await said(anyone), /No hay un reporte/);
  // As somebody types who heard it over the telephone.
  await anyone.locator('#clave').fill(key.toLowerCase().replaceAll('-', ' '));
  await send(anyone);
  assert.match(await said(anyone), /mx-demo: Dentro de plazo/);
  assert.doesNotMatch(await said(anyone), /Luz|Carretera/, 'what was told is not shown again');

  await anyone.goto(new URL('/takings', paso.links.overseer).href);
  assert.doesNotMatch(await said(anyone), new RegExp(folio), 'the authority still has time');
});

test('what is missing is named, and another language loses nothing', async () => {
  const anyone = await witness();
  await anyone.locator('#lugar').fill('Carretera 200');
  await send(anyone);
  const wrong = await anyone.locator('.summary li').allInnerTexts();
  assert.equal(wrong.length, 4, wrong.join('\n'));
  await anyone.getByRole('button', { name: 'English' }).click();
  await anyone.getByRole('heading', { name: 'Report people taken' }).waitFor();
  assert.equal(await anyone.locator('#lugar').inputValue(), 'Carretera 200');
});

test('the page is light', async () => {
  const anyone = await paso.stranger({ viewport: PHONE, js: false });
  const answers = [];
  anyone.on('response', (response) => answers.push(response));
  await anyone.goto(new URL('/taking', paso.links.overseer).href, { waitUntil: 'networkidle' });
  const bodies = await Promise.all(answers.map((response) => response.body()));
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  assert.ok(bytes > 5_000 && bytes < 35_000, `${bytes} bytes with style and mark`);
});
