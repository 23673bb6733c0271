// A card's life, in the browser, by the people who handle it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MARIA, TOMAS } from '../lib/mrz.js';
import { DESK, PHONE, Paso } from '../lib/paso.js';
import { sign } from '../lib/passkey.js';
import { assess, photograph, press, words } from '../lib/tour.js';

const w = words('es');
let paso;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

const heading = (page) => page.locator('h1').innerText();

async function issued(desk, zone) {
  await assess(desk, zone, w);
  const other = desk.locator('input[name=persona][value=otra]');
  if (await other.count()) await other.check();
  await press(desk, w.issue);
  return heading(desk);
}

async function verdict(checkpoint, ...codes) {
  await checkpoint.goto('/punto');
  await checkpoint.locator('#codigo').fill(codes.join('\n'));
  await press(checkpoint, w.check);
  return { word: await heading(checkpoint), page: await checkpoint.locator('main').innerText() };
}

// The text of a code, read by the server out of a picture of the print.
async function read(checkpoint, pdf) {
  await checkpoint.goto('/punto');
  await checkpoint.locator('#foto').setInputFiles(photograph(pdf));
  await press(checkpoint, w.check);
  return checkpoint.locator('input[name=leido]').inputValue();
}

test('a passport becomes a card, is printed, checked, used to enter, and to leave', async () => {
  const desk = await paso.page('desk');
  const number = await issued(desk, MARIA);
  assert.match(number, /^TAL-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]$/);

  const print = await paso.download(desk, `/tarjetas/${number}/imprimir.pdf`);
  assert.deepEqual([print.status, print.type], [200, 'application/pdf']);
  const checkpoint = await paso.page('checkpoint', { viewport: PHONE });
  const cardText = await read(checkpoint, print.body);
  assert.equal(await heading(checkpoint), 'Válida');
  assert.match(await checkpoint.locator('main').innerText(), /XITUMUL DE LEON MARIA KABEL/);
  assert.ok(cardText.length <= 419, `${cardText.length} characters`);
  assert.equal((await verdict(checkpoint, cardText)).word, 'Válida');

  await desk.goto('/cruce');
  await desk.locator('#tarjeta').fill(number.toLowerCase().replaceAll('-', ' '));
  await press(desk, w.find);
  await press(desk, w.enter);
  const entry = await desk.locator('main').innerText();
  assert.match(entry, /Salga antes de/);
  assert.match(entry, /No hay exceso de estancia hasta/);
  const times = entry.match(/\d\d:\d\d/g);
  assert.equal(times[1], '23:59', 'the later clock ends with its day');
  const slip = await paso.download(desk, `${new URL(desk.url()).pathname}/hoja.pdf`);
  const slipText = await read(checkpoint, slip.body);
  const stay = await verdict(checkpoint, cardText, slipText);
  assert.equal(stay.word, 'Válida');
  assert.match(stay.page, /dentro de sus fechas/);

  await desk.goto(`/cruce/${number}`);
  await press(desk, w.leave);
  assert.match(await desk.locator('main').innerText(), /Salida registrada\.[\s\S]*Salió dentro de sus fechas/);
});

test('a misread zone names its check digit and keeps what was typed', async () => {
  const desk = await paso.page('desk');
  await desk.goto('/mesa');
  await desk.locator('#apellidos').fill('Xitumul de León');
  await desk.locator('#mrz').fill(MARIA.replace('9005318', '9005313'));
  await press(desk, w.read);
  const problem = desk.getByRole('alert').getByRole('link');
  assert.match(await problem.innerText(), /fecha de nacimiento.* es 3 y debería ser 8/);
  assert.equal(await desk.locator('#apellidos').inputValue(), 'Xitumul de León');
  await problem.click();
  assert.equal(await desk.evaluate(() => document.activeElement.id), 'mrz');
  assert.match(await desk.title(), /^Error:/);
});

test('who is not covered is told why, and leaves with it in writing', async () => {
  const desk = await paso.page('desk');
  await assess(desk, TOMAS, w);
  const answer = await desk.locator('.answer').innerText();
  assert.match(answer, /No procede[\s\S]*nacionales de Guatemala y Belice/);
  assert.match(await desk.locator('#negativa-razones').inputValue(), /Guatemala y Belice/);
  await desk.locator('#negativa-remedio').fill('');
  await press(desk, w.refuse);
  assert.match(await desk.getByRole('alert').innerText(), /qué puede hacer la persona/i);
  assert.match(await desk.locator('#negativa-razones').inputValue(), /Guatemala y Belice/);
  await desk.locator('#negativa-remedio').fill('Acudir a la oficina de trámites, sin costo.');
  await press(desk, w.refuse);
  assert.match(await desk.locator('main').innerText(), /Acudir a la oficina de trámites/);
  await sign(desk);
  assert.equal(await heading(desk), 'Negativa');
  const print = await paso.download(desk, `${new URL(desk.url()).pathname}/imprimir.pdf`);
  assert.deepEqual([print.status, print.type], [200, 'application/pdf']);
});

test('a revoked card is red at the checkpoint at once, and no ground to hold anybody', async () => {
  const desk = await paso.page('desk');
  const number = await issued(desk, MARIA);
  const print = await paso.download(desk, `/tarjetas/${number}/imprimir.pdf`);
  const checkpoint = await paso.page('checkpoint', { viewport: PHONE });
  const cardText = await read(checkpoint, print.body);
  const supervisor = await paso.page('supervisor', { viewport: DESK });
  await supervisor.goto(`/tarjetas/${number}`);
  await supervisor.getByRole('link', { name: 'Revocar' }).click();
  await supervisor.getByLabel('La persona dice que se la robaron').check();
  await press(supervisor, w.revoke);
  assert.equal((await verdict(checkpoint, cardText)).word, 'Válida', 'nothing is done unsigned');
  await sign(supervisor);
  const found = await verdict(checkpoint, cardText);
  assert.equal(found.word, 'Revocada');
  assert.match(found.page, /no es motivo para retener a una persona/);
  await desk.goto(`/cruce/${number}`);
  assert.equal(await desk.getByRole('button', { name: w.enter }).count(), 0);
});

test('an altered, a cut and an invented code are each told apart', async () => {
  const desk = await paso.page('desk');
  const number = await issued(desk, MARIA);
  const print = await paso.download(desk, `/tarjetas/${number}/imprimir.pdf`);
  const checkpoint = await paso.page('checkpoint', { viewport: PHONE });
  const cardText = await read(checkpoint, print.body);
  const cut = await verdict(checkpoint, cardText.slice(0, 150));
  assert.match(cut.page, /nunca justifica retener/);
  const invented = await verdict(checkpoint, 'HTTPS://EXAMPLE.ORG/CARD');
  assert.match(invented.page, /No se leyó/);
  await checkpoint.goto('/punto');
  await checkpoint.locator('#codigo').fill(number);
  await press(checkpoint, w.check);
  assert.match(await checkpoint.getByRole('alert').innerText(), /con el número no se comprueba la firma/);
});

test('an encounter without a card leaves a receipt that is found by its code', async () => {
  const checkpoint = await paso.page('checkpoint', { viewport: PHONE });
  await checkpoint.goto('/encuentro');
  await checkpoint.getByLabel('Siguió su camino', { exact: true }).check();
  await checkpoint.locator('#lugar').fill('Carretera 200, km 12');
  await press(checkpoint, w.tell);
  const code = (await checkpoint.locator('.code-large').innerText()).trim();
  assert.match(code, /^[2346789CFHJKPRTX]{4}-[2346789CFHJKPRTX]{4}$/);
  const print = await paso.download(checkpoint, `/constancias/${code}/imprimir.pdf`);
  assert.equal(print.status, 200);
  const supervisor = await paso.page('supervisor');
  await supervisor.goto('/recibo');
  await supervisor.locator('#codigo').fill(code.replace('-', ' ').toLowerCase());
  await press(supervisor, w.find);
  assert.match(await supervisor.locator('main').innerText(), /Carretera 200, km 12/);
});
