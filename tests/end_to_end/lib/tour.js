// One walk through every page, as people take it: from a passport to a card, across the bridge, past
// a checkpoint, and back. `look(page, name)` is called on each page; the stories check what they
// came for, and `screens.js` takes pictures.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MARIA, TOMAS } from './mrz.js';
import { sign } from './passkey.js';

export const button = (page, name) => page.getByRole('button', { name, exact: true });

// Sends the form and waits for the page that answers.
export async function press(page, name) {
  await Promise.all([page.waitForEvent('load'), button(page, name).click()]);
}

// A photograph of one page of a PDF, as a telephone would take it of the print.
export function photograph(pdf, of = 1) {
  const dir = mkdtempSync(join(tmpdir(), 'paso-print-'));
  try {
    writeFileSync(join(dir, 'a.pdf'), pdf);
    const options = ['-r', '200', '-png', '-f', `${of}`, '-l', `${of}`, '-singlefile'];
    execFileSync('pdftoppm', [...options, join(dir, 'a.pdf'), join(dir, 'a')]);
    return { name: 'foto.png', mimeType: 'image/png', buffer: readFileSync(join(dir, 'a.png')) };
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error('pdftoppm is missing: apt install poppler-utils');
    throw error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const ES = {
  read: 'Leer',
  see: 'Ver si procede',
  issue: 'Expedir tarjeta',
  refuse: 'Negar',
  enter: 'Registrar entrada',
  leave: 'Registrar salida',
  find: 'Buscar',
  check: 'Revisar',
  tell: 'Registrar y dar constancia',
  revoke: 'Revocar',
  verify: 'Comprobar',
  merge: 'Unir',
};

const EN = {
  read: 'Read',
  see: 'See whether a card can be issued',
  issue: 'Issue the card',
  refuse: 'Refuse',
  enter: 'Record an entry',
  leave: 'Record an exit',
  find: 'Find',
  check: 'Check',
  tell: 'Record and give a receipt',
  revoke: 'Revoke',
  verify: 'Check',
  merge: 'Merge',
};

export const words = (lang) => (lang === 'en' ? EN : ES);

// Fills the desk's form from a zone and asks for the answer.
export async function assess(desk, zone, w) {
  await desk.goto('/mesa');
  await desk.locator('#mrz').fill(zone);
  await press(desk, w.read);
  await press(desk, w.see);
}

export async function tour(paso, { viewport, lang = 'es', zone = MARIA, signs = true }, look) {
  const w = words(lang);
  const options = { viewport, lang };
  const desk = await paso.page('desk', options);
  const at = async (page, path, name) => {
    await page.goto(path);
    await look(page, name);
  };

  await at(desk, '/', 'home-desk');
  await at(desk, '/ayuda', 'help');
  await at(desk, '/fallas', 'trouble');
  await at(desk, '/funcionamiento', 'uptime');
  await at(desk, '/no-existe', 'not-found');
  await at(desk, '/mesa', 'desk');
  await press(desk, w.see);
  await look(desk, 'desk-errors');
  await desk.goto('/mesa');
  await desk.locator('#mrz').fill(zone);
  await press(desk, w.read);
  await look(desk, 'desk-read');
  await press(desk, w.see);
  await look(desk, 'desk-eligible');
  // On a second walk the register knows her: the desk is asked, and answers.
  const other = desk.locator('input[name=persona][value=otra]');
  if (await other.count()) await other.check();
  await press(desk, w.issue);
  await look(desk, 'card');
  const number = new URL(desk.url()).pathname.split('/').pop();
  const card = await paso.download(desk, `/tarjetas/${number}/imprimir.pdf`);
  await assess(desk, zone, w);
  await look(desk, 'desk-known');
  await at(desk, `/mesa?renueva=${number}`, 'desk-renewal');

  await assess(desk, TOMAS, w);
  await look(desk, 'desk-not-eligible');
  await press(desk, w.refuse);
  await look(desk, 'signing');
  if (signs) {
    await sign(desk);
    await look(desk, 'refusal');
  }

  await at(desk, '/cruce', 'crossing');
  await desk.locator('#tarjeta').fill(number);
  await press(desk, w.find);
  await look(desk, 'crossing-holder');
  await press(desk, w.enter);
  await look(desk, 'entry');
  const slip = await paso.download(desk, `${new URL(desk.url()).pathname}/hoja.pdf`);
  await at(desk, `/cruce/${number}`, 'crossing-open');

  const checkpoint = await paso.page('checkpoint', options);
  await at(checkpoint, '/', 'home-checkpoint');
  await at(checkpoint, '/punto', 'check');
  await press(checkpoint, w.check);
  await look(checkpoint, 'check-nothing');
  await checkpoint.goto('/punto');
  await checkpoint.locator('#foto').setInputFiles(photograph(card.body));
  await press(checkpoint, w.check);
  await look(checkpoint, 'verdict-valid');
  const cardText = await checkpoint.locator('input[name=leido]').inputValue();
  await checkpoint.goto('/punto');
  await checkpoint.locator('#foto').setInputFiles(photograph(slip.body));
  await checkpoint.locator('#codigo').fill(cardText);
  await press(checkpoint, w.check);
  await look(checkpoint, 'verdict-stay');
  await checkpoint.goto('/punto');
  await checkpoint.locator('#codigo').fill(cardText.slice(0, 120));
  await press(checkpoint, w.check);
  await look(checkpoint, 'verdict-amber');
  await at(checkpoint, '/encuentro', 'encounter');
  await press(checkpoint, w.tell);
  await look(checkpoint, 'encounter-untold');
  await checkpoint.locator('input[value=went-on]').check();
  await checkpoint.locator('#lugar').fill('Carretera 200, km 12');
  await checkpoint.locator('#fundamento').fill('Ley de Migración, art. 97');
  await checkpoint.locator('#razon').fill('Revisión de todos los vehículos');
  await press(checkpoint, w.tell);
  await look(checkpoint, 'receipt');
  const receipt = new URL(checkpoint.url()).pathname.split('/').pop();
  const paper = await paso.download(checkpoint, `/constancias/${receipt}/imprimir.pdf`);
  await at(checkpoint, '/recibo', 'receipt-find');

  const anyone = await paso.stranger(options);
  await at(anyone, '/', 'welcome');
  await at(anyone, '/bitacora', 'log');
  await at(anyone, paso.links.overseer, 'overseer');
  await at(anyone, '/verify', 'verify');
  await press(anyone, w.verify);
  await look(anyone, 'verify-nothing');
  await anyone.goto('/verify');
  await anyone.locator('#foto').setInputFiles(photograph(paper.body));
  await press(anyone, w.verify);
  await look(anyone, 'verify-receipt');
  await anyone.goto('/verify');
  await anyone.locator('#codigo').fill(receipt);
  await press(anyone, w.verify);
  await look(anyone, 'verify-code');

  await at(checkpoint, '/hoy', 'today-checkpoint');

  await desk.goto(`/cruce/${number}`);
  await press(desk, w.leave);
  await look(desk, 'crossing-left');

  const supervisor = await paso.page('supervisor', options);
  await at(supervisor, '/', 'home-supervisor');
  await at(supervisor, `/tarjetas/${number}/revocar`, 'revoke');
  await supervisor.locator('input[value=lost]').check();
  await press(supervisor, w.revoke);
  await look(supervisor, 'signing-grave');
  // A signature is the one thing that takes a script.
  if (!signs) return;
  await sign(supervisor);
  await look(supervisor, 'card-revoked');
  await supervisor.locator('a[href^="/personas/"]').click();
  await look(supervisor, 'person');
  await at(supervisor, '/hoy', 'today-supervisor');
  await checkpoint.goto('/punto');
  await checkpoint.locator('#codigo').fill(cardText);
  await press(checkpoint, w.check);
  await look(checkpoint, 'verdict-red');

}
