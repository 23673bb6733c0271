// A second walk: through the pages of those who watch, administer and protect. Each is signed in as
// somebody of their own; `look(page, name)` is called as in the first walk.

import { MARIA } from './mrz.js';
import { press, assess, words } from './tour.js';

// A card of somebody new to the register, and the address of that person's record.
export async function person(paso, options = {}, zone = MARIA) {
  const w = words(options.lang);
  const desk = await paso.page('desk', options);
  await assess(desk, zone, w);
  const other = desk.locator('input[name=persona][value=otra]');
  if (await other.count()) await other.check();
  await press(desk, w.issue);
  const number = new URL(desk.url()).pathname.split('/').pop();
  const record = await desk.locator('main a[href^="/personas/"]').first().getAttribute('href');
  return { desk, number, id: record.split('/')[2] };
}

export async function offices(paso, options, look) {
  const at = async (page, path, name) => {
    await page.goto(path);
    await look(page, name);
  };
  const { desk, number, id } = await person(paso, options);
  await at(desk, `/personas/${id}/proteccion`, 'protection');

  const administrator = await paso.page('administrator', options);
  await at(administrator, '/', 'home-administrator');
  await at(administrator, '/administracion', 'officers');
  await at(administrator, '/administracion/alta', 'officer-enrol');
  await at(administrator, '/administracion/oficiales/ADM-0001', 'officer');
  await at(administrator, '/administracion/oficiales/GN-0908/suspender', 'officer-suspend');
  await at(administrator, '/administracion/oficiales/GN-0908/invitar', 'officer-invite');
  await at(administrator, '/administracion/dispositivos', 'devices');
  await at(administrator, '/administracion/llaves', 'tokens');
  await at(administrator, '/administracion/llaves/nueva', 'token-new');
  await at(administrator, '/administracion/despues', 'after-end');
  await at(administrator, '/firmas', 'signatures');

  const inspector = await paso.page('inspector', options);
  await at(inspector, '/', 'home-inspector');
  await at(inspector, '/inspeccion', 'figures');
  await at(inspector, '/estadistica', 'aggregates');
  await at(inspector, '/accesos', 'readings');

  const transparency = await paso.page('transparency', options);
  await at(transparency, `/accesos?de=${number}`, 'readings-found');
  await at(transparency, `/personas/${id}/accesos`, 'readings-person');
  await at(transparency, '/supresiones', 'erasures');
  await at(transparency, `/supresiones/nueva?de=${id}`, 'erasure-ask');

  const ombudsman = await paso.page('ombudsman', options);
  await at(ombudsman, '/', 'home-ombudsman');
  await at(ombudsman, '/supresiones', 'erasures-ombudsman');
  await at(ombudsman, '/firmas', 'signatures-none');

  const refuge = await paso.page('refuge', options);
  await at(refuge, '/refugio', 'refuge');
  await refuge.locator('#tarjeta').fill(number);
  await refuge.locator('form[action="/refugio"] button').click();
  await refuge.waitForURL('**/refugio/*');
  await look(refuge, 'refuge-person');

  const consulate = await paso.page('consulate', options);
  await at(consulate, '/avisos', 'notices');

  const anyone = await paso.stranger(options);
  await at(anyone, paso.links.police, 'enrol');
  await at(anyone, '/alta/GN-0908~nada', 'enrol-dead');
  await at(anyone, '/entrar', 'sign-in');
}
