// Two places that do not hear of each other record that one person left. Both facts stay, and somebody
// who did neither says what was found.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MARIA } from '../lib/mrz.js';
import { DESK, PHONE, Paso } from '../lib/paso.js';
import { assess, photograph, press, words } from '../lib/tour.js';

const w = words('es');
let paso;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

const said = (page) => page.locator('main').innerText();

// What a post did reaches the hub by itself, within the minute: the page is asked until it says so.
async function until(page, path, expected) {
  for (let tries = 0; tries < 60; tries += 1) {
    await page.goto(path);
    const text = await said(page);
    if (expected.test(text)) return text;
    await page.waitForTimeout(1000);
  }
  throw new Error(`${path} never said ${expected}: ${await said(page)}`);
}

test('one stay that ended at two posts is settled by somebody else', async () => {
  const desk = await paso.page('desk');
  await assess(desk, MARIA, w);
  const other = desk.locator('input[name=persona][value=otra]');
  if (await other.count()) await other.check();
  await press(desk, w.issue);
  const number = await desk.locator('h1').innerText();
  const print = await paso.download(desk, `/tarjetas/${number}/imprimir.pdf`);
  await desk.goto('/punto');
  await desk.locator('#foto').setInputFiles(photograph(print.body));
  await press(desk, w.check);
  const text = await desk.locator('input[name=leido]').inputValue();

  // She enters at the post, which knows nothing of her but what her card says.
  const post = await paso.stranger({ viewport: DESK });
  await post.goto(paso.links['desk-post']);
  await press(post, 'Entrar sin llave (demostración)');
  const there = new URL(post.url()).origin;
  await post.goto(`${there}/cruce`);
  await post.locator('#tarjeta').fill(text);
  await press(post, w.find);
  await press(post, w.enter);
  assert.match(await said(post), /Salga antes de/);

  // She leaves by the bridge at Talismán, says its desk; and by Ciudad Hidalgo, says the post, to which
  // nobody's record comes down.
  await until(desk, `/cruce/${number}`, /Ciudad Hidalgo/);
  await press(desk, w.leave);
  await post.goto(`${there}/cruce/${number}`);
  await press(post, w.leave);
  assert.match(await said(post), /Salida registrada/);

  const supervisor = await paso.page('supervisor', { viewport: PHONE });
  const listed = await until(supervisor, '/contradicciones', /Una estancia tiene dos salidas/);
  // Whose act is the later one; of two in one second it is either.
  assert.match(listed, /se resuelve a más tardar el .*Le toca a: (Talismán|Ciudad Hidalgo)/);
  await supervisor.getByRole('link', { name: number }).click();
  const sides = await said(supervisor);
  assert.match(sides, /Talismán · INM-0417/);
  assert.match(sides, /Hidalgo.* · INM-0421/);

  // Nothing chosen and nothing written: it says so, and keeps the page.
  await press(supervisor, 'Guardar el resultado');
  assert.match(await said(supervisor), /Elija qué resultó/);
  await supervisor.getByLabel('Error de captura: otro número, otra persona u otra hora').check();
  await press(supervisor, 'Guardar el resultado');
  assert.match(await said(supervisor), /Escriba en pocas palabras cómo se supo/);
  await supervisor.locator('#palabras').fill('En la mesa de Talismán se escribió otro número.');
  await press(supervisor, 'Guardar el resultado');
  assert.match(await said(supervisor), /Quedó escrito qué resultó[\s\S]*No hay ninguna/);

  // What was found is with the person, and both exits are still there.
  await supervisor.goto(`/tarjetas/${number}`);
  await supervisor.getByRole('link', { name: 'Registro de la persona' }).click();
  await supervisor.getByRole('link', { name: number }).click();
  const found = await said(supervisor);
  assert.match(found, /Resuelta\. Los dos hechos quedan/);
  assert.match(found, /se escribió otro número/);
  for (const officer of ['INM-0417', 'INM-0421', 'INM-0102']) assert.ok(found.includes(officer), found);
  assert.equal(await supervisor.locator('form[action^="/contradicciones"]').count(), 0);
});

test('internal control sees what is late, and no person', async () => {
  const control = await paso.page('inspector');
  await control.goto('/contradicciones/control');
  assert.match(await said(control), /No hay ninguna/);
});
