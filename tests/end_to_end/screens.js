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
import { tour } from './lib/tour.js';

const SHOWN = {
  1280: ['desk-eligible', 'log', 'custody-board'],
  390: ['verdict-stay', 'receipt', 'verify-receipt', 'family-held'],
};

const args = process.argv.slice(2);
const all = args.includes('--all');
const folder = resolve(args.find((arg) => !arg.startsWith('--')) ?? join(import.meta.dirname, '../../docs/screens'));
mkdirSync(folder, { recursive: true });

const paso = await Paso.start();
try {
  for (const viewport of [DESK, { ...PHONE, width: 390, height: 844 }]) {
    const width = viewport.width;
    const look = async (page, name) => {
      if (!all && !SHOWN[width].includes(name)) return;
      await page.evaluate(() => document.activeElement?.blur?.());
      await page.evaluate(() => window.scrollTo(0, 0));
      const path = join(folder, `${name}-${width}.png`);
      await page.screenshot({ path, fullPage: all });
    };
    await tour(paso, { viewport }, look);
    await offices(paso, { viewport }, look);
    await overseer(paso, { viewport }, look);
    await station(paso, { viewport }, look);
  }
} finally {
  await paso.stop();
}
