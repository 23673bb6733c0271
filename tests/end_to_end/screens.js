// Pictures of the pages for README and guides, and for us to look at:
// PASO_DEMO=…/paso-demo node screens.js [directory] [--all]
//
// Without --all only the pictures named below are written, each as a person sees it first.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { station } from './lib/custody.js';
import { offices } from './lib/offices.js';
import { overseer } from './lib/overseer.js';
import { DESK, PHONE, Paso } from './lib/paso.js';
import { road } from './lib/shift.js';
import { tour } from './lib/tour.js';

// What the guides show lies beside them, where the book finds it.
const GUIDES = ['shift-open', 'shift-receipt', 'shift-sent', 'sign'];
const SHOWN = {
  1280: ['desk-eligible', 'log', 'custody-board'],
  390: ['verdict-stay', 'verify-receipt', 'family-held', ...GUIDES],
};

const args = process.argv.slice(2);
const all = args.includes('--all');
const asked = args.find((arg) => !arg.startsWith('--'));
const folder = resolve(asked ?? join(import.meta.dirname, '../../docs/screens'));
const guides = asked ? folder : join(import.meta.dirname, '../../docs/src/screens');
for (const one of [folder, guides]) mkdirSync(one, { recursive: true });

const paso = await Paso.start();
try {
  for (const viewport of [DESK, { ...PHONE, width: 390, height: 844 }]) {
    const width = viewport.width;
    const look = async (page, name) => {
      if (!all && !SHOWN[width].includes(name)) return;
      await page.evaluate(() => document.activeElement?.blur?.());
      await page.evaluate(() => window.scrollTo(0, 0));
      const path = join(GUIDES.includes(name) ? guides : folder, `${name}-${width}.png`);
      await page.screenshot({ path, fullPage: all });
    };
    await tour(paso, { viewport }, look);
    await offices(paso, { viewport }, look);
    await overseer(paso, { viewport }, look);
    await station(paso, { viewport }, look);
    await road(paso, { viewport }, look);
  }
} finally {
  await paso.stop();
}
