// An officer with a phone and no network: a shift opened with a passkey, an encounter recorded, the
// receipt in the traveller's hand, and then a network.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sign } from '../lib/passkey.js';
import { PHONE, Paso } from '../lib/paso.js';
import { met, openShift, unsent } from '../lib/shift.js';
import { press, words } from '../lib/tour.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const w = words('es');
const CODE = /^[2346789CFHJKPRTX]{4}-[2346789CFHJKPRTX]{4}$/;
let paso;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

// PASO_LOOK names a directory for pictures of what the story sees.
async function look(page, name) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map((v) => `${name} ${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} pixels wider than the window`);
  if (!process.env.PASO_LOOK) return;
  await mkdir(process.env.PASO_LOOK, { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(process.env.PASO_LOOK, `${name}-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

// What waits on the phone, as the page keeps it: sealed bytes.
const waiting = (page) => page.evaluate(() => new Promise((done, failed) => {
  const asked = indexedDB.open('paso-turno', 1);
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction('envios').objectStore('envios').getAll();
    all.onsuccess = () => done(all.result.map((record) => [...record.sealed]));
  };
}));

const bring = (page, bytes) => page.evaluate(async (bytes) => {
  const answer = await fetch('/punto/envios', { method: 'POST', body: new Uint8Array(bytes) });
  return { status: answer.status, ...(await answer.json()) };
}, bytes);

test('what is recorded without a network is in the traveller’s hand at once, and arrives once', async () => {
  const page = await paso.page('custody', { viewport: PHONE });
  await page.goto('/punto/telefono');
  await page.locator('[data-listo]:not([data-listo=""])').waitFor({ state: 'attached' });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.locator('#sin-turno a').click();
  await page.waitForURL('**/punto/turno');
  await look(page, 'abrir');
  await Promise.all([page.waitForURL('**/firmas/*'), page.locator('#abrir button').click()]);
  assert.match(await page.locator('main').innerText(), /turno en un teléfono[\s\S]*Clave del teléfono/i);
  await look(page, 'firmar');
  await sign(page);
  await page.waitForURL('**/punto/telefono');
  await page.locator('#turno[data-abierto=si]').waitFor({ state: 'attached' });
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await look(page, 'turno');
  const extractable = await page.evaluate(() => new Promise((done) => {
    indexedDB.open('paso-turno', 1).onsuccess = ({ target }) => {
      target.result.transaction('turno').objectStore('turno').get('actual').onsuccess = (found) => done(found.target.result.key.extractable);
    };
  }));
  assert.equal(extractable, false);

  // The road: the page is opened anew where there is nobody to answer.
  await page.context().setOffline(true);
  await page.reload();
  await page.locator('#turno[data-abierto=si]').waitFor({ state: 'attached' });
  await page.locator('#anotar').click();
  await page.locator('#encuentro button').first().click();
  assert.match(await page.locator('#encuentro [data-problema]').innerText(), /Falta algo/);
  await page.getByLabel('Siguió su camino', { exact: true }).check();
  await page.locator('#e-lugar').fill('Carretera 200, km 12');
  await page.locator('#e-razon').fill('Una razón que es asunto del registro');
  await look(page, 'encuentro');
  await page.locator('#encuentro button').first().click();
  await page.locator('#constancia').waitFor({ state: 'visible' });
  const code = await page.locator('#constancia-codigo').innerText();
  assert.match(code, CODE);
  const text = await page.locator('#constancia').getAttribute('data-texto');
  await look(page, 'constancia');
  const picture = await page.locator('#constancia-qr').screenshot();
  await page.locator('#entregada').click();
  await unsent(page, 1);

  await page.locator('#contar').click();
  await page.locator('#a-numero').fill('2');
  await page.locator('#a-unidad').fill('Unidad de prueba');
  await page.locator('#a-fundamento').fill('Ley de Migración, art. 99');
  await page.locator('#a-motivo').fill('Sin documento a la mano');
  await look(page, 'apertura');
  await page.locator('#apertura button').first().click();
  await page.locator('#constancia-secreto').waitFor({ state: 'visible' });
  const secret = await page.locator('#constancia-secreto-dicho').innerText();
  await look(page, 'constancia-custodia');
  await page.locator('#siguiente').click();
  assert.equal(await page.locator('#constancia-cual').innerText(), '2 / 2');
  await page.locator('#entregada').click();
  await unsent(page, 2);
  assert.equal(await page.locator('#sin-enviar-dicho').innerText(), 'Sin enviar: 2');
  await look(page, 'sin-enviar');
  const held = await waiting(page);
  assert.equal(held.length, 2);
  for (const bytes of held) assert.doesNotMatch(Buffer.from(bytes).toString('latin1'), /Carretera|Unidad de prueba/);

  // Whoever holds the receipt has a proof before anybody has heard of the act: the symbol on the screen
  // is read by the project's own reader, and the signature is this authority's.
  const traveller = await paso.stranger({ js: false });
  await traveller.goto('/verify');
  await traveller.locator('#foto').setInputFiles({ name: 'pantalla.png', mimeType: 'image/png', buffer: picture });
  await press(traveller, w.verify);
  const before = await traveller.locator('main').innerText();
  assert.match(before, /La autoridad firmó/);
  assert.ok(before.includes(code), before);
  assert.equal(await traveller.locator('input[name=texto]').inputValue(), text);
  await traveller.goto('/verify');
  await traveller.locator('#codigo').fill(code);
  await press(traveller, w.verify);
  assert.doesNotMatch(await traveller.locator('main').innerText(), /La autoridad dio una constancia/);

  // An altered record is refused in words; the whole ones are taken as soon as there is a network.
  const altered = held[0].with(-1, held[0].at(-1) ^ 1);
  await page.context().setOffline(false);
  await unsent(page, 0);
  const refused = await bring(page, altered);
  assert.equal(refused.status, 422);
  assert.match(refused.detail, /fue alterado/);
  const again = await bring(page, held[0]);
  assert.deepEqual([again.status, again.again, again.receipts], [200, true, [code]]);
  assert.equal((await bring(page, [1, 2, 3])).code, 'not-a-record');

  await traveller.goto('/verify');
  await traveller.locator('#codigo').fill(code);
  await press(traveller, w.verify);
  assert.match(await traveller.locator('main').innerText(), /La autoridad dio una constancia con este código/);
  await traveller.goto('/familia');
  await traveller.locator('#secreto').fill(secret);
  await traveller.locator('main form button').first().click();
  assert.match(await traveller.locator('main [role=status]').innerText(), /custodia/i);

  await page.goto(`/constancias/${code}`);
  const kept = await page.locator('main').innerText();
  assert.match(kept, /Carretera 200, km 12/);
  assert.match(kept, /Registrado sin red[\s\S]*Llegó/);
  await look(page, 'constancia-en-el-registro');
});

test('the page announces the end of a shift, and says what to do after it', async () => {
  const page = await paso.page('custody', { viewport: PHONE });
  await openShift(page);
  assert.ok(await page.locator('#turno-problema').isHidden());
  // Whoever turns back before the passkey has signed another one goes on with this one.
  await page.goto('/punto/turno');
  await Promise.all([page.waitForURL('**/firmas/*'), page.locator('#abrir button').click()]);
  await page.goto('/punto/telefono');
  await page.locator('#turno[data-abierto=si]').waitFor({ state: 'attached' });
  await page.context().setOffline(true);
  await met(page);

  const HOUR = 3_600_000;
  const start = Date.now();
  await page.clock.setFixedTime(start + 11.5 * HOUR);
  await page.reload();
  await page.locator('#turno-problema').waitFor({ state: 'visible' });
  assert.match(await page.locator('#turno-problema').innerText(), /termina pronto[\s\S]*\d:\d\d/);
  await look(page, 'turno-termina');

  // It ends while a form is open: nothing is signed any more, and what was recorded stays.
  await page.locator('#anotar').click();
  await page.clock.setFixedTime(start + 12.5 * HOUR);
  await page.getByLabel('Siguió su camino', { exact: true }).check();
  await page.locator('#encuentro button').first().click();
  assert.match(await page.locator('#encuentro [data-problema]').innerText(), /terminó[\s\S]*papel/);
  await page.reload();
  await page.locator('#turno[data-abierto=no]').waitFor({ state: 'attached' });
  assert.match(await page.locator('#turno-terminado').innerText(), /terminó: [\s\S]*sigue aquí, cifrado/);
  assert.ok(await page.locator('#con-turno').isHidden());
  await unsent(page, 1);
  await look(page, 'turno-terminado');

  await page.context().setOffline(false);
  await unsent(page, 0);
  assert.match(await page.locator('#turno-terminado').innerText(), /ya se envió/);
});

test('signing out leaves what is unsent, and says so', async () => {
  const page = await paso.page('custody', { viewport: PHONE });
  await page.goto('/punto/turno');
  await Promise.all([page.waitForURL('**/firmas/*'), page.locator('#abrir button').click()]);
  await sign(page);
  await page.locator('#turno[data-abierto=si]').waitFor({ state: 'attached' });
  await page.route('**/punto/envios', (route) => route.abort());
  await page.locator('#anotar').click();
  await page.getByLabel('Siguió su camino', { exact: true }).check();
  await page.locator('#encuentro button').first().click();
  await page.locator('#entregada').click();
  await unsent(page, 1);
  await page.goto('/');
  await press(page, 'Salir');
  assert.match(await page.locator('main').innerText(), /queda un registro sin enviar[\s\S]*No se borró/);
  await page.unroute('**/punto/envios');
  await page.goto('/punto/telefono');
  await unsent(page, 0);
});

test('a shift opened at a post is brought to the post while the hub is away, and reaches the hub', async () => {
  // Somebody with a shift of the hub's, too: what it records is no affair of the post's.
  const other = await paso.page('checkpoint', { viewport: PHONE });
  await openShift(other);
  await other.route('**/punto/envios', (route) => route.abort());
  await met(other);
  const [ofHub] = await waiting(other);

  const page = await paso.page('desk-post', { viewport: PHONE });
  assert.notEqual(new URL(paso.links['desk-post']).origin, paso.origin);
  await page.goto('/');
  await openShift(page);
  await paso.turnHub('off');
  await page.context().setOffline(true);
  const { code, text } = await met(page);
  const [ofPost] = await waiting(page);
  await page.context().setOffline(false);
  await unsent(page, 0);
  await page.goto(`/constancias/${code}`);
  assert.match(await page.locator('main').innerText(), /Registrado sin red[\s\S]*Llegó/);

  // What the hub's shift recorded is refused here in words, and stays on its phone.
  await page.goto('/punto/telefono');
  const refused = await bring(page, ofHub);
  assert.deepEqual([refused.status, refused.code], [422, 'elsewhere']);
  assert.match(refused.detail, /se abrió en otro equipo/);

  await paso.turnHub('on');
  // The post comes by itself, every two seconds, and the hub's log takes in what it brought.
  const traveller = await paso.stranger({ js: false });
  const until = Date.now() + 45_000;
  const says = async (field, what, words) => {
    for (;;) {
      await traveller.goto('/verify');
      await traveller.locator(field).fill(what);
      await press(traveller, w.verify);
      const said = await traveller.locator('main').innerText();
      if (words.test(said)) return;
      assert.ok(Date.now() < until, said);
    }
  };
  await says('#codigo', code, /La autoridad dio una constancia con este código/);
  await says('#texto', text, /la tiene (anotada )?en su bitácora/);

  // Whoever looks after the posts sees that this one was heard.
  const office = await paso.page('administrator', { js: false });
  await office.goto('/administracion/dispositivos');
  assert.match(await office.locator('main').innerText(), /Escuchado por última vez el/);

  // The other way round: the phone of the hub's shift keeps what the post's machine alone can open.
  const here = await paso.page('checkpoint', { viewport: PHONE });
  await here.goto('/punto/telefono');
  const back = await bring(here, ofPost);
  assert.deepEqual([back.status, back.code], [422, 'elsewhere']);
  await unsent(other, 1);
  await other.unroute('**/punto/envios');
  await unsent(other, 0);
});

test('what is refused stays on the phone with the reason beside it, and goes when it can', async () => {
  const page = await paso.page('checkpoint', { viewport: PHONE });
  await openShift(page);
  // On the way somebody alters what the phone sends.
  await page.route('**/punto/envios', (route) => {
    const sent = route.request().postDataBuffer();
    sent[sent.length - 1] ^= 1;
    return route.continue({ postData: sent });
  });
  await met(page);
  const why = page.locator('#sin-enviar-lista .wrong');
  await why.waitFor({ state: 'visible' });
  assert.match(await why.innerText(), /no se abre aquí: fue alterado, o el turno se abrió en otro equipo/);
  await unsent(page, 1);
  await look(page, 'rechazado');
  await page.unroute('**/punto/envios');
  await page.locator('#enviar').click();
  await unsent(page, 0);
});
