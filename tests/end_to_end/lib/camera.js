// A camera for Chromium: a print held before it, sharp or not, as a video of still frames.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [WIDTH, HEIGHT] = [1280, 720];

// A page of a PDF as grey values.
function render(pdf, dpi) {
  const dir = mkdtempSync(join(tmpdir(), 'paso-camera-'));
  try {
    writeFileSync(join(dir, 'a.pdf'), pdf);
    execFileSync('pdftoppm', ['-r', `${dpi}`, '-gray', '-singlefile', join(dir, 'a.pdf'), join(dir, 'a')]);
    const file = readFileSync(join(dir, 'a.pgm'));
    const [, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.subarray(0, 40).toString('latin1'));
    const pixels = file.subarray(file.length - width * height);
    return { width: Number(width), height: Number(height), pixels };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

// Where the code is: nothing else on the paper changes between black and white so often.
function code({ width, height, pixels }) {
  const CELL = 40;
  const SIDE = 6;
  const [columns, rows] = [Math.floor(width / CELL), Math.floor(height / CELL)];
  const changes = Array.from({ length: rows }, () => new Array(columns).fill(0));
  for (let y = 0; y < rows * CELL; y += 2) {
    for (let x = 1; x < columns * CELL; x += 1) {
      const [a, b] = [pixels[y * width + x - 1], pixels[y * width + x]];
      if ((a < 128) !== (b < 128)) changes[Math.floor(y / CELL)][Math.floor(x / CELL)] += 1;
    }
  }
  let best = { sum: -1 };
  for (let row = 0; row + SIDE <= rows; row += 1) {
    for (let column = 0; column + SIDE <= columns; column += 1) {
      let sum = 0;
      for (let r = row; r < row + SIDE; r += 1) for (let c = column; c < column + SIDE; c += 1) sum += changes[r][c];
      if (sum > best.sum) best = { sum, x: (column + SIDE / 2) * CELL, y: (row + SIDE / 2) * CELL };
    }
  }
  return best;
}

// Numbers that look random and are the same each time.
function noise(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

// What a bad hand, a bad lens and a bad light do to a print.
export const CONDITIONS = {
  sharp: { degrees: 0, blur: 0, contrast: 1, light: 0, grain: 4 },
  tilted: { degrees: 14, lean: 0.00018, blur: 0, contrast: 0.9, light: 0, grain: 8 },
  blurred: { degrees: 2, blur: 1, contrast: 0.9, light: 0, grain: 6 },
  dim: { degrees: -3, blur: 0, contrast: 0.3, light: -40, grain: 14 },
};

function frame(print, centre, { degrees, lean = 0, blur, contrast, light, grain }, seed) {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const random = noise(seed);
  const at = (x, y) => {
    const [column, row] = [Math.round(x), Math.round(y)];
    return column < 0 || row < 0 || column >= print.width || row >= print.height ? 235 : print.pixels[row * print.width + column];
  };
  const seen = Buffer.alloc(WIDTH * HEIGHT);
  for (let v = 0; v < HEIGHT; v += 1) {
    for (let u = 0; u < WIDTH; u += 1) {
      // Further away on one side, as a card held at a slant is.
      const far = 1 + lean * (u - WIDTH / 2);
      const [dx, dy] = [(u - WIDTH / 2) / far, (v - HEIGHT / 2) / far];
      const [x, y] = [centre.x + dx * cos - dy * sin, centre.y + dx * sin + dy * cos];
      let value = at(x, y);
      if (blur > 0) value = (2 * value + at(x - blur, y) + at(x + blur, y) + at(x, y - blur) + at(x, y + blur)) / 6;
      value = 128 + light + (value - 128) * contrast + grain * random();
      seen[v * WIDTH + u] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  return seen;
}

// A video file of a print under a condition, for `--use-file-for-fake-video-capture`.
export function video(pdf, condition, path) {
  const print = render(pdf, 220);
  const centre = code(print);
  const colours = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`)];
  for (let seed = 1; seed <= 3; seed += 1) {
    parts.push(Buffer.from('FRAME\n'), frame(print, centre, CONDITIONS[condition], seed), colours);
  }
  writeFileSync(path, Buffer.concat(parts));
}
