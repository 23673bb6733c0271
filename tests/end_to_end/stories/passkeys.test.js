// Who somebody is: a passkey of their own, a session it opens, and acts that one or two people sign.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TOMAS } from '../lib/mrz.js';
import { person } from '../lib/offices.js';
import { asks, device, enrol, sign } from '../lib/passkey.js';
import { DESK, PHONE, Paso } from '../lib/paso.js';
import { assess, press, words } from '../lib/tour.js';

const w = words('es');
let paso;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

const heading = (page) => page.locator('h1').innerText();
const main = (page) => page.locator('main').innerText();

// The page on which an act waits to be signed, reached by a form of the administration.
async function decide(page, number, what, reason) {
  await page.goto(`/administracion/oficiales/${number}/${what}`);
  if (reason) await page.locator('#motivo').fill(reason);
  await Promise.all([page.waitForEvent('load'), page.locator('button[value=decidir]').click()]);
  assert.match(page.url(), /\/firmas\//);
  return page.url();
}

// An officer enrolled by the administrator on the pages, with the link that is handed over.
async function enrolled(administrator, number, name) {
  await administrator.goto('/administracion/alta');
  await administrator.locator('#numero').fill(number);
  await administrator.locator('#nombre').fill(name);
  await administrator.locator('#rol').selectOption('desk');
  await press(administrator, 'Dar de alta');
  await sign(administrator);
  assert.equal(await heading(administrator), 'Entregue este enlace');
  return administrator.locator('#secreto').inputValue();
}

test('a link becomes a passkey, the passkey a session, and signing out ends it', async () => {
  const page = await paso.stranger({ viewport: DESK });
  const key = await device(page);
  await page.goto(paso.links.police);
  assert.match(await main(page), /GN-0908[\s\S]*Raúl Méndez Ake/);
  await sign(page);
  assert.match(await main(page), /GN-0908 ya sirve/);
  assert.equal((await key.credentials()).length, 1);
  await page.getByRole('link', { name: 'Entrar' }).last().click();
  await page.waitForURL('**/entrar');
  await sign(page);
  assert.equal(new URL(page.url()).pathname, '/');
  assert.match(await page.locator('header').innerText(), /GN-0908/);
  await press(page, 'Salir');
  await page.goto('/punto');
  assert.equal(new URL(page.url()).pathname, '/', 'nobody is signed in');
  assert.match(await main(page), /Entrar/);

  await page.goto(paso.links.police);
  assert.equal(await heading(page), 'Este enlace no abre');
  assert.match(await main(page), /ya se usó/);
  await page.goto('/alta/GN-0908~otro');
  assert.match(await main(page), /no existe o fue reemplazado/);
});

test('somebody signs in with the keyboard alone', async () => {
  await paso.page('desk');
  const page = await paso.stranger({ viewport: DESK });
  paso.devices.desk = await device(page, await paso.devices.desk.credentials());
  await page.goto('/');
  const to = async (selector) => {
    for (let tabs = 0; tabs < 30; tabs += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((it) => document.activeElement.matches(it), selector)) return;
    }
    assert.fail(`Tab never reached ${selector}`);
  };
  await to('a[href="/entrar"]');
  await Promise.all([page.waitForURL('**/entrar'), page.keyboard.press('Enter')]);
  await to('form[data-llave] button');
  await Promise.all([page.waitForURL(`${paso.origin}/`), page.keyboard.press('Enter')]);
  assert.match(await page.locator('header').innerText(), /INM-0417/);
});

test('without the passkey, or without being recognised by it, nobody gets in, and the page says so', async () => {
  const page = await paso.stranger();
  const key = await device(page);
  await page.goto('/entrar');
  await asks(page).click();
  const said = page.locator('form[data-llave] [role=status]');
  await said.filter({ hasText: 'No se usó ninguna llave' }).waitFor();
  assert.equal(await asks(page).getAttribute('aria-disabled'), null, 'one can try again');
  assert.equal((await key.credentials()).length, 0);
});

test('a refusal is signed with one’s own passkey, and without one it is not done', async () => {
  const desk = await paso.page('desk');
  await assess(desk, TOMAS, w);
  await press(desk, w.refuse);
  assert.match(await main(desk), /Negar una tarjeta|Razones/);
  await sign(desk);
  assert.equal(await heading(desk), 'Negativa');

  const keyless = await paso.stranger({ viewport: DESK });
  await keyless.goto(paso.links['administrator-2']);
  await press(keyless, 'Entrar sin llave (demostración)');
  await keyless.goto('/administracion/oficiales/INM-0733/suspender');
  await keyless.locator('#motivo').fill('Prueba');
  await press(keyless, 'Suspender');
  assert.match(await main(keyless), /se firma con su propia llave y no tiene ninguna/);
});

test('a lost passkey is replaced by two people, and nobody is both of them', async () => {
  const lost = await paso.page('checkpoint');
  const first = await paso.page('administrator');
  const place = await decide(first, 'INM-0733', 'recuperar');
  assert.match(await main(first), /dos firmas de dos personas distintas/);
  // The same person in a second window, who has not signed there yet.
  const again = await paso.page('administrator');
  await again.goto(place);
  await sign(first);
  assert.match(await main(first), /espera la firma de una segunda persona/);
  assert.equal(await asks(first).count(), 0, 'nothing to sign any more');
  await sign(again);
  assert.match(await again.getByRole('alert').innerText(), /tiene que ser de otra persona/);

  const second = await paso.page('supervisor');
  await second.goto('/firmas');
  await second.getByRole('link', { name: 'Reemplazar la llave perdida de un oficial' }).click();
  await second.waitForURL(place);
  assert.match(await main(second), /ADM-0001/);
  await sign(second);
  assert.equal(await heading(second), 'Entregue este enlace');
  const link = await second.locator('#secreto').inputValue();
  await second.goto(place);
  assert.equal(await second.locator('#secreto').count(), 0, 'a secret is shown once');

  const found = await paso.stranger();
  await device(found);
  await found.goto(link);
  assert.match(await main(found), /llave anterior dejará de servir/);
  await sign(found);
  assert.match(await main(found), /dejaron de servir/);
  await lost.goto('/entrar');
  await sign(lost);
  assert.match(await lost.getByRole('alert').innerText(), /Esta llave ya no sirve/);
});

test('a second person who does not agree ends it', async () => {
  await paso.page('desk');
  const first = await paso.page('administrator');
  const place = await decide(first, 'INM-0417', 'recuperar');
  await sign(first);
  const second = await paso.page('administrator-2');
  await second.goto(place);
  await press(second, 'No firmar');
  assert.match(await second.getByRole('alert').innerText(), /Elija un motivo/);
  await second.getByLabel('Falta el fundamento o no convence').check();
  await press(second, 'No firmar');
  assert.match(await main(second), /No se firmó|no convence/);
  await first.goto(place);
  assert.match(await main(first), /no convence/);
  assert.equal(await asks(first).count(), 0);
});

test('whoever is dismissed is out at the next request, in words', async () => {
  const administrator = await paso.page('administrator');
  const link = await enrolled(administrator, 'INM-0555', 'Nadia Tun Moo');
  const officer = await paso.stranger({ viewport: DESK });
  await device(officer);
  await enrol(officer, link);
  await officer.goto('/entrar');
  await sign(officer);
  // For all posts: what for is asked.
  await officer.locator('input[name=funcion]').first().check();
  await officer.locator('#sitio').selectOption('TAL');
  await press(officer, 'Entrar');
  await assess(officer, TOMAS, w);
  await officer.locator('#negativa-remedio').fill('Acudir a la oficina de trámites.');

  await decide(administrator, 'INM-0555', 'baja', 'Fin del encargo');
  await sign(administrator);
  await press(officer, w.refuse);
  assert.match(await main(officer), /acceso terminó|acuda a quien administra/i);
  await officer.goto('/entrar');
  await sign(officer);
  assert.match(await officer.getByRole('alert').innerText(), /Su acceso terminó/);
});

test('a record is erased by two bodies, and neither alone', async () => {
  const { desk, number, id } = await person(paso);
  await desk.goto(`/personas/${id}`);
  assert.match(await main(desk), /XITUMUL/i);
  const transparency = await paso.page('transparency');
  await transparency.goto(`/supresiones/nueva?de=${id}`);
  // While a card is good nothing is forgotten.
  assert.match(await main(transparency), /tarjeta/i);
  const supervisor = await paso.page('supervisor');
  await supervisor.goto(`/tarjetas/${number}/revocar`);
  await supervisor.locator('input[name=causa]').first().check();
  await press(supervisor, w.revoke);
  await sign(supervisor);
  await transparency.goto(`/supresiones/nueva?de=${id}`);
  await transparency.locator('input[name=causa]').first().check();
  await transparency.locator('form[action="/supresiones"] button').last().click();
  await transparency.waitForURL('**/firmas/*');
  const place = transparency.url();
  await sign(transparency);
  assert.match(await main(transparency), /espera la firma de una segunda persona/);
  const ombudsman = await paso.page('ombudsman');
  await ombudsman.goto(place);
  await sign(ombudsman);
  await ombudsman.goto('/supresiones');
  assert.match(await ombudsman.locator('tbody').innerText(), /\S/, 'that it was done stays to be seen');
  await desk.goto(`/personas/${id}`);
  assert.doesNotMatch(await desk.locator('body').innerText(), /XITUMUL/i);
});
