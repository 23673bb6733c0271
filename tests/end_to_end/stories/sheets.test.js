// A morning without the system: sheets were printed the day before, a check was written on one, and it
// is typed when the system works again. Once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Paso } from '../lib/paso.js';
import { photograph, press, words } from '../lib/tour.js';

const w = words('es');
let paso;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

const said = (page) => page.locator('main').innerText();

// The hour now by the clock of the post, as a field of date and time takes it.
const here = () =>
  new Date(Date.now() - 6 * 3600 * 1000).toISOString().slice(0, 16);

test('a sheet is printed, typed once, and its act is marked late', async () => {
  const road = await paso.page('checkpoint');
  await road.goto('/hojas');
  await road.getByLabel('Revisión, con talón para la persona', { exact: true }).check();
  await road.locator('#cuantas').fill('3');
  await press(road, 'Sacar números');
  assert.match(await said(road), /Los números quedaron anotados/);
  const href = await road.getByRole('link', { name: 'Imprimir (PDF)' }).first().getAttribute('href');
  const print = await paso.download(road, href);
  assert.equal(print.status, 200);
  assert.ok(photograph(print.body).buffer.length > 10_000);
  const number = (await road.locator('summary:has-text("Cuáles faltan") + ul .code').first().textContent()).trim();
  assert.match(number, /^P-TAL-E\w{3}-\w{2}01-\w$/);

  // Typed: the same form, with what the sheet says of when and who.
  const open = async () => {
    await road.goto('/hojas');
    await road.locator('#numero').fill(number.toLowerCase());
    await press(road, 'Abrir');
  };
  const type = async (when) => {
    await road.locator('#ocurrio').fill(when);
    await road.locator('#firmo').fill('INM-0033');
    await road.getByLabel('Siguió su camino', { exact: true }).check();
    await road.locator('#lugar').fill('Carretera 200, km 12');
    await press(road, w.tell);
  };
  await open();
  assert.match(await said(road), new RegExp(`De papel: hoja ${number}`));
  const typing = road.url();
  await type('2014-07-08T09:00');
  assert.match(await said(road), /La hoja se imprimió después de esa hora/);
  await type(here());
  assert.match(await said(road), new RegExp(`Registrada tarde, de la hoja ${number}.*firmó en papel INM-0033`));

  // The list of the day says so, too.
  await road.goto('/hoy');
  assert.match(await said(road), new RegExp(`Registrada tarde, de la hoja ${number}`));

  // A second time it is refused, by the page of sheets and by whoever kept the form open.
  await open();
  assert.match(await said(road), /capturada el/);
  await road.goto(typing);
  await type(here());
  assert.match(await said(road), /un número se usa una sola vez/);

  // Another is lost; nothing is typed from it.
  await road.goto('/hojas');
  const lost = (await road.locator('summary:has-text("Cuáles faltan") + ul .code').first().textContent()).trim();
  await road.locator('#hoja-anular').fill(lost);
  await road.getByLabel('Se perdió', { exact: true }).check();
  await road.locator('#palabras').fill('Se la llevó el agua.');
  await press(road, 'Anular');
  assert.match(await said(road), /no se capturará nada/);
});

test('internal control sees the numbers of a post and nobody', async () => {
  const control = await paso.page('inspector');
  await control.goto('/hojas/control?puesto=TAL');
  const text = await said(control);
  assert.match(text, /no una calificación de nadie/);
  assert.match(text, /Impresas\s+3/);
  assert.match(text, /Anuladas\s+1/);
});
