// A traveller with a receipt in the hand and no account, on a telephone without scripts.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MARIA } from '../lib/mrz.js';
import { PHONE, Paso } from '../lib/paso.js';
import { assess, photograph, press, words } from '../lib/tour.js';

const w = words('es');
let paso;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

const said = (page) => page.locator('main').innerText();

// An encounter that a checkpoint records: the code read aloud, and the paper.
async function met() {
  const checkpoint = await paso.page('checkpoint', { viewport: PHONE });
  await checkpoint.goto('/encuentro');
  await checkpoint.getByLabel('Siguió su camino', { exact: true }).check();
  await checkpoint.locator('#lugar').fill('Carretera 200, km 12');
  await checkpoint.locator('#razon').fill('Una razón que es asunto del registro');
  await press(checkpoint, w.tell);
  const code = (await checkpoint.locator('.code-large').innerText()).trim();
  const paper = await paso.download(checkpoint, `/constancias/${code}/imprimir.pdf`);
  assert.equal(paper.status, 200);
  return { code, paper: paper.body };
}

async function verify(page, fill) {
  await page.goto('/verify');
  await fill(page);
  await press(page, w.verify);
  return said(page);
}

test('the paper is read from a photograph, and then from its text', async () => {
  const { code, paper } = await met();
  const anyone = await paso.stranger({ js: false });
  await anyone.goto('/');
  await anyone.getByRole('link', { name: 'Comprobar una constancia' }).click();
  const photo = await verify(anyone, (page) =>
    page.locator('#foto').setInputFiles(photograph(paper)),
  );
  assert.match(photo, /La autoridad firmó esta constancia/);
  assert.match(photo, /Encuentro con un oficial/);
  assert.match(photo, /Talismán \(TAL\)/);
  assert.ok(photo.includes(code), photo);
  assert.doesNotMatch(photo, /Carretera|razón|Siguió/, 'the register knows more than the paper');
  assert.match(photo, /Ningún resultado de esta página es motivo para retener/);

  const text = await anyone.locator('input[name=texto]').inputValue();
  assert.ok(text.length <= 330, `${text.length} characters`);
  const pasted = await verify(anyone, (page) => page.locator('#texto').fill(text));
  assert.ok(pasted.includes(code), pasted);

  // The answer is told again in English, without scripts and without typing anything again.
  await press(anyone, 'English');
  assert.match(await said(anyone), /The authority signed this receipt/);

  await anyone.goto('/verify');
  await anyone.locator('#texto').fill(text.slice(0, 100) + text.slice(101));
  await press(anyone, words('en').verify);
  assert.doesNotMatch(await said(anyone), /Talismán/, 'what is not signed is not shown as a fact');
});

test('the code alone, read out by telephone, tells the kind, the post and the day', async () => {
  const { code } = await met();
  const anyone = await paso.stranger({ js: false });
  const spoken = await verify(anyone, (page) =>
    page.locator('#codigo').fill(code.toLowerCase().replace('-', ' ')),
  );
  assert.match(spoken, /La autoridad dio una constancia con este código/);
  assert.match(spoken, /Encuentro con un oficial/);
  assert.match(spoken, /Talismán/);
  assert.doesNotMatch(spoken, /\d\d:\d\d|INM-|Carretera/, 'neither hour nor officer nor place');
  const wrong = await verify(anyone, (page) => page.locator('#codigo').fill('2222-2222'));
  assert.match(wrong, /no hay ninguna constancia con ese código/);
});

test('an entry is on the back of its slip, and an exit on its own paper', async () => {
  const desk = await paso.page('desk');
  await assess(desk, MARIA, w);
  const other = desk.locator('input[name=persona][value=otra]');
  if (await other.count()) await other.check();
  await press(desk, w.issue);
  const number = await desk.locator('h1').innerText();
  await desk.goto(`/cruce/${number}`);
  await press(desk, w.enter);
  const slip = await paso.download(desk, `${new URL(desk.url()).pathname}/hoja.pdf`);
  const anyone = await paso.stranger({ js: false });
  const entry = await verify(anyone, (page) =>
    page.locator('#foto').setInputFiles(photograph(slip.body, 2)),
  );
  assert.match(entry, /Entrada[\s\S]*Talismán/);
  assert.ok(entry.includes(number), 'an entry names its card');
  assert.doesNotMatch(entry, /XITUMUL|Xitumul/, 'and never its holder');

  await desk.goto(`/cruce/${number}`);
  await press(desk, w.leave);
  const href = await desk
    .getByRole('link', { name: 'Imprimir la constancia de salida' })
    .first()
    .getAttribute('href');
  const paper = await paso.download(desk, href);
  const exit = await verify(anyone, (page) =>
    page.locator('#foto').setInputFiles(photograph(paper.body)),
  );
  assert.match(exit, /Salida[\s\S]*Talismán/);
});
