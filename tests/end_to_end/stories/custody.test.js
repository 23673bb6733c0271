// A handover between two browsers with two passkeys, side by side; the third person, who did not
// arrive, shows on both and to the ombudsman.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { count, receive, station } from '../lib/custody.js';
import { DESK, PHONE, Paso } from '../lib/paso.js';
import { sign } from '../lib/passkey.js';

let paso;

before(async () => {
  paso = await Paso.start();
});
after(() => paso?.stop());

test('three are offered, two arrive, the third is named, and whoever gave goes on answering', async () => {
  const seen = {};
  const { giver, taker, ombudsman, people, handover, held, gone } = await station(
    paso,
    { viewport: DESK },
    async (page, name) => {
      seen[name] = await page.locator('main').innerText();
    },
  );
  assert.equal(people.length, 3);
  assert.match(seen['custody-operation'], /0 \/ 3/);
  assert.match(seen['custody-episode'], /Ana Lucía|EJEMPLO PRUEBA ANA LUCIA/i);
  assert.match(seen['custody-board-offered'], /3 personas/);
  assert.match(seen['custody-receive-miscounted'], /no coinciden/);
  assert.match(seen['custody-receive-sign'], /No llegaron/);
  for (const page of ['custody-received', 'custody-missing']) {
    assert.match(seen[page], /No llegaron: Persona 3 de 3/, page);
  }
  assert.match(seen['custody-missing'], /Usted sigue respondiendo/);
  assert.match(seen['custody-overlook'], /No llegó con las demás/);
  assert.match(seen['custody-overlook-episode'], /INM-0707/);
  assert.match(seen['custody-ended'], /Libertad/);
  assert.match(seen['custody-ended'], /Refrendó INM-0707/);
  assert.match(held, /^Está en custodia de/);
  assert.match(gone, /^Ya no está en custodia de/);

  // On the board of the place each is somebody's: two are the taker's and one the giver's still.
  await giver.goto('/custodia?ver=mias');
  assert.equal(await giver.locator(`main a[href="/custodia/${people[2]}"]`).count(), 1);
  assert.equal(await giver.locator(`#presentes a[href="/custodia/${people[1]}"]`).count(), 0);
  await taker.goto('/custodia?ver=mias');
  assert.equal(await taker.locator(`#presentes a[href="/custodia/${people[1]}"]`).count(), 1);

  // Who arrived, and who was let go, takes a signed receipt away; whoever gave them has none of theirs.
  const paper = async (path) => {
    const { status, type } = await paso.download(taker, path);
    return `${status} ${type}`;
  };
  await taker.goto(handover);
  const slips = await taker.locator('main a[href$="/constancias.pdf"]').getAttribute('href');
  assert.equal(await paper(slips), '200 application/pdf');
  await taker.goto(`/custodia/${people[0]}`);
  const given = taker.locator('main a[href*="/recibos/"]');
  assert.deepEqual(await given.allInnerTexts(), ['Constancia de libertad (PDF)', 'Constancia de entrega (PDF)']);
  assert.equal(await paper(await given.first().getAttribute('href')), '200 application/pdf');

  // The one who did not arrive is found after all, and received.
  await receive(taker, handover, [people[2]], 1);
  await sign(taker);
  await giver.goto(handover);
  assert.match(await giver.locator('main .good').innerText(), /Llegaron todas/);
  await ombudsman.goto('/vigilancia/custodia');
  assert.doesNotMatch(await ombudsman.locator('main').innerText(), /No llegó con las demás/);
});

test('another post finds nothing of it', async () => {
  const giver = await paso.page('custody', { viewport: PHONE });
  const [person] = await count(giver, 1);
  const station = await paso.page('custody-station', { viewport: PHONE });
  const answer = await station.goto(`/custodia/${person}`);
  assert.equal(answer.status(), 404);
  await station.goto('/custodia');
  assert.equal(await station.locator('main .when strong').innerText(), '0');
});
