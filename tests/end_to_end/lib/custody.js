// A third walk: people are counted, described, offered, counted again on arrival with one missing, and
// let go; the ombudsman and the family look on. `look(page, name)` is called as in the other walks; what
// the stories check is given back.

import { sign } from './passkey.js';

// Presses a button and waits for the page that answers.
async function send(page, button) {
  await Promise.all([page.waitForEvent('load'), page.locator(button).first().click()]);
}

const folios = (page) =>
  page.locator('main a[href^="/custodia/"]').evaluateAll((links) => [
    ...new Set(
      links.map((a) => a.getAttribute('href').split('/')[2]).filter((id) => /^[0-9a-f]{32}$/.test(id)),
    ),
  ]);

export async function count(page, number, look = async () => {}) {
  await page.goto('/custodia/abrir');
  await look(page, 'custody-open');
  await page.locator('#numero').fill(String(number));
  await page.locator('#vehiculo').fill('AB-12-345');
  await page.locator('#unidad').fill('Grupo de prueba');
  await page.locator('#fundamento').fill('Ley de Migración: revisión migratoria');
  await page.locator('#motivo').fill('No mostró documento migratorio');
  await send(page, 'main form button.big');
  await look(page, 'custody-open-sign');
  await sign(page);
  return folios(page);
}

export async function describe(page, person, names, look = async () => {}) {
  await page.goto(`/custodia/${person}/persona`);
  await look(page, 'custody-person');
  await page.locator('#nombres').fill(names[0]);
  await page.locator('#apellidos').fill(names[1]);
  await page.locator('[name=nacimiento-anio]').fill('1991');
  await page.locator('#nacionalidad').fill('HND');
  await page.locator('#idioma').fill('español');
  await page.locator('#derechos').fill('español');
  await send(page, 'button[value=siguiente]');
}

export async function offer(page, people, post, look = async () => {}) {
  await page.goto('/custodia/entregar');
  await look(page, 'custody-offer');
  for (const id of people) await page.locator(`[name=p-${id}]`).check();
  await page.locator('#contadas').fill(String(people.length));
  await page.locator('#destino').selectOption(post);
  await page.locator('#motivo').fill('Cambio de turno');
  await send(page, 'main form button.big');
  await look(page, 'custody-offer-sign');
  await sign(page);
  return new URL(page.url()).pathname;
}

export async function receive(page, handover, people, counted, look = async () => {}) {
  await page.goto(handover);
  await look(page, 'custody-receive');
  for (const id of people) await page.locator(`[name=p-${id}]`).check();
  await page.locator('#contadas').fill(String(counted));
  await send(page, 'main form button.big');
}

export async function ask(page, secret) {
  await page.goto('/familia');
  await page.locator('#secreto').fill(secret);
  await send(page, 'main form button');
  return page.locator('main [role=status]').innerText();
}

export async function station(paso, options, look) {
  const giver = await paso.page('custody', options);
  const taker = await paso.page('custody-2', options);
  const at = async (page, path, name) => {
    await page.goto(path);
    await look(page, name);
  };
  await at(giver, '/', 'home-custody');
  const people = await count(giver, 3, look);
  await look(giver, 'custody-operation');
  await describe(giver, people[0], ['Ana Lucía', 'Ejemplo Prueba'], look);
  await describe(giver, people[1], ['Marvin', 'Ejemplo Prueba']);
  await at(giver, `/custodia/${people[0]}`, 'custody-episode');
  await at(giver, '/custodia', 'custody-board');
  await at(giver, '/custodia/lista', 'custody-list');
  await at(giver, `/custodia/papel?de=${people[0]}`, 'custody-paper');
  await at(giver, `/custodia/${people[0]}/secreto`, 'custody-secret');
  const secret = await giver.locator('#secreto strong').innerText();

  const handover = await offer(giver, people, 'TAL', look);
  await look(giver, 'custody-offer-made');
  await at(taker, '/custodia', 'custody-board-offered');
  await receive(taker, handover, people.slice(0, 2), 3, look);
  await look(taker, 'custody-receive-miscounted');
  await receive(taker, handover, people.slice(0, 2), 2);
  await look(taker, 'custody-receive-sign');
  await sign(taker);
  await look(taker, 'custody-received');
  await at(giver, handover, 'custody-missing');

  const ombudsman = await paso.page('ombudsman', options);
  await at(ombudsman, '/vigilancia/custodia', 'custody-overlook');
  await at(ombudsman, `/vigilancia/custodia/${people[2]}`, 'custody-overlook-episode');

  // With scripts: what looks at the pages is one.
  const family = await paso.stranger(options);
  await at(family, '/familia', 'family');
  const held = await ask(family, secret);
  await look(family, 'family-held');

  await at(taker, `/custodia/${people[0]}/terminar`, 'custody-end');
  await taker.locator('[name=como][value=released]').check();
  await taker.locator('#consta').fill('Salió por la puerta principal');
  await send(taker, 'main form button.big');
  await sign(taker);
  await at(giver, '/custodia', 'custody-board-unsigned');
  await giver.goto(`/custodia/${people[0]}`);
  await send(giver, 'form[action$="/refrendar"] button');
  await sign(giver);
  await look(giver, 'custody-ended');
  const gone = await ask(family, secret);
  return { giver, taker, ombudsman, family, people, handover, held, gone };
}
