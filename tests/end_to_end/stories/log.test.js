// What is done reaches the log while one looks, others countersign it, and the overseer has a copy.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MARIA } from '../lib/mrz.js';
import { Paso } from '../lib/paso.js';
import { assess, press, words } from '../lib/tour.js';

const w = words('es');
let paso;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

// The number of leaves that a page shows beside a word.
async function leaves(page, word) {
  const cell = page.locator('dt', { hasText: word }).first().locator('xpath=following-sibling::dd[1]');
  return Number((await cell.innerText()).replace(/\D/g, ''));
}

test('the page of the log shows a witnessed head grow, without scripts and without being asked', async () => {
  const anyone = await paso.stranger({ js: false });
  await anyone.goto('/bitacora');
  await anyone.getByText('En orden').waitFor();
  assert.equal(await anyone.getByText('Firmó. Hojas:').count(), 2, 'both witnesses signed');
  const before = await leaves(anyone, 'Hojas');
  assert.ok(before > 1, 'the demonstration has done something');

  const desk = await paso.page('desk');
  await assess(desk, MARIA, w);
  await press(desk, w.issue);

  // The page renews itself: nobody touches it here.
  const deadline = Date.now() + 60_000;
  let now = before;
  while (now === before && Date.now() < deadline) {
    await anyone.waitForEvent('load', { timeout: 30_000 });
    now = await leaves(anyone, 'Hojas');
  }
  assert.ok(now > before, `${now} leaves after an act, ${before} before`);
});

test('the signed text is what the authority and both witnesses put their names to', async () => {
  const anyone = await paso.stranger({ js: false });
  await anyone.goto('/bitacora');
  await anyone.getByRole('link', { name: 'El texto firmado' }).click();
  await anyone.waitForURL('**/checkpoint');
  const note = await anyone.locator('body').innerText();
  assert.equal(note.split('\n').filter((line) => line.startsWith('\u2014 ')).length, 3, note);
});

test('the overseer has a whole copy and finds nothing that does not fit', async () => {
  const anyone = await paso.stranger({ js: false });
  await anyone.goto(paso.links.overseer);
  const deadline = Date.now() + 60_000;
  const whole = anyone.getByText('Aquí está todo lo publicado.');
  while (Date.now() < deadline && !(await whole.count())) await anyone.reload();
  await whole.waitFor();
  assert.equal(await anyone.getByText('Sin pruebas de engaño.').count(), 2, 'this year and the next');
});
