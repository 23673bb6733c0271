// A walk through the overseer's pages for everybody: numbers of custody, samples, people taken.

// Two days ago by the clock of Chiapas, in the three parts of a date.
export function twoDaysAgo() {
  const then = new Date(Date.now() - 54 * 3600e3);
  return { dia: then.getUTCDate(), mes: then.getUTCMonth() + 1, anio: then.getUTCFullYear() };
}

// Fills in what was seen; nothing is sent.
export async function saw(page, people, told = '') {
  await page.locator('#estado').selectOption('MX-CHP');
  await page.locator('#lugar').fill('Carretera 200, km 12');
  for (const [part, value] of Object.entries(twoDaysAgo())) {
    await page.locator(`[name=fecha-${part}]`).fill(String(value));
  }
  await page.locator('#hora').fill('10:15');
  await page.locator('#personas').fill(String(people));
  await page.locator('#relato').fill(told);
}

export const send = (page) => page.locator('button[name=accion]').click();

export async function overseer(paso, options, look) {
  const anyone = await paso.stranger(options);
  const at = async (path, name) => {
    await anyone.goto(new URL(path, paso.links.overseer).href);
    await look(anyone, name);
  };
  await at('/custody', 'overseer-custody');
  await at('/sample', 'overseer-sample');
  await at('/sample?omiten=0', 'overseer-sample-wrong');
  await at('/taking', 'overseer-taking');
  await send(anyone);
  await look(anyone, 'overseer-taking-wrong');
  await saw(anyone, 4);
  await send(anyone);
  await look(anyone, 'overseer-taking-told');
  const [folio, key] = await anyone.locator('dd strong').allInnerTexts();
  await at('/taking/own', 'overseer-own');
  await send(anyone);
  await look(anyone, 'overseer-own-nothing');
  await anyone.locator('#folio').fill(folio);
  await anyone.locator('#clave').fill(key);
  await send(anyone);
  await look(anyone, 'overseer-own-found');
  await at('/takings', 'overseer-takings');
}
