// An officer with a shift on a phone: opening it, recording an encounter without a network, and a walk
// through what the screen says meanwhile.

import { sign } from './passkey.js';

// Until the phone says that so many records wait.
export const unsent = (page, count) =>
  page.locator(`#turno[data-sin-enviar="${count}"]`).waitFor({ state: 'attached' });

// Opens a shift on this page's phone, which then works without a network.
export async function openShift(page) {
  await page.goto('/punto/turno');
  await Promise.all([page.waitForURL('**/firmas/*'), page.locator('#abrir button').click()]);
  await sign(page);
  await page.locator('#turno[data-abierto=si]').waitFor({ state: 'attached' });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

// Records an encounter and gives the receipt: its code and its text.
export async function met(page, look = async () => {}) {
  await page.locator('#anotar').click();
  await page.getByLabel('Siguió su camino', { exact: true }).check();
  await page.locator('#encuentro button').first().click();
  await page.locator('#constancia').waitFor({ state: 'visible' });
  const code = await page.locator('#constancia-codigo').innerText();
  const text = await page.locator('#constancia').getAttribute('data-texto');
  await look(page, 'shift-receipt');
  await page.locator('#entregada').click();
  await unsent(page, 1);
  return { code, text };
}

// The road and back, on a phone, and the sign that shows who stands there.
export async function road(paso, { viewport }, look) {
  const page = await paso.page('checkpoint', { viewport });
  await openShift(page);
  await look(page, 'shift-open');
  await page.context().setOffline(true);
  await met(page, look);
  await look(page, 'shift-unsent');
  await page.context().setOffline(false);
  await unsent(page, 0);
  await page.locator('#enviado').waitFor({ state: 'visible' });
  await look(page, 'shift-sent');
  await page.goto('/punto/letrero');
  await look(page, 'sign');
}
