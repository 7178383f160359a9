// Small pictures for the documentation: an image of many colours becomes a PNG of at most 256, by median cut, with
// nothing but what Node brings.

import { deflateSync } from 'node:zlib';

/** Colours are told apart by their upper five bits each: 32,768 kinds. */
const KINDS = 1 << 15;
const TINT_WEIGHT = 4;

/** Encodes RGBA rows as a PNG of the most colours that fit into `bytesMax`; `null` where even 16 do not. */
export function smallPng({ rgba, width, height, bytesMax }) {
  for (const colours of [256, 192, 128, 96, 64, 48, 32, 16]) {
    const { palette, indexOf } = medianCut(rgba, colours);
    const png = encode({ rgba, width, height, palette, indexOf });
    if (png.length <= bytesMax) return { png, colours: palette.length };
  }
  return null;
}

function kindOf(rgba, at) {
  return ((rgba[at] >> 3) << 10) | ((rgba[at + 1] >> 3) << 5) | (rgba[at + 2] >> 3);
}

/** Cuts the colours that occur into boxes; each box is shown by its mean. */
function medianCut(rgba, colours) {
  const sums = new Float64Array(KINDS * 4);
  for (let at = 0; at < rgba.length; at += 4) {
    const kind = kindOf(rgba, at) * 4;
    sums[kind] += rgba[at];
    sums[kind + 1] += rgba[at + 1];
    sums[kind + 2] += rgba[at + 2];
    sums[kind + 3] += 1;
  }
  const all = [];
  for (let kind = 0; kind < KINDS; kind += 1) {
    const count = sums[kind * 4 + 3];
    if (count === 0) continue;
    const mean = [0, 1, 2].map((channel) => sums[kind * 4 + channel] / count);
    all.push({ kind, count, mean, seen: seen(mean) });
  }
  let boxes = [measured(all)];
  while (boxes.length < colours) {
    const widest = boxes.reduce((best, box) => (box.worth > best.worth ? box : best));
    if (widest.worth === 0) break;
    boxes = boxes.filter((box) => box !== widest).concat(cut(widest));
  }
  const indexOf = new Uint8Array(KINDS);
  const palette = boxes.map(({ colours: inside }, index) => {
    const count = inside.reduce((sum, one) => sum + one.count, 0);
    for (const one of inside) indexOf[one.kind] = index;
    return [0, 1, 2].map((channel) => {
      return Math.round(inside.reduce((sum, one) => sum + one.mean[channel] * one.count, 0) / count);
    });
  });
  return { palette, indexOf };
}

/** Lightness and two tints. A tint counts for more than a shade: pale blue paper is not grey. */
function seen([red, green, blue]) {
  const light = 0.299 * red + 0.587 * green + 0.114 * blue;
  return [light, TINT_WEIGHT * (blue - light), TINT_WEIGHT * (red - light)];
}

function measured(colours) {
  const ranges = [0, 1, 2].map((channel) => {
    const values = colours.map((one) => one.seen[channel]);
    return Math.max(...values) - Math.min(...values);
  });
  const channel = ranges.indexOf(Math.max(...ranges));
  const count = colours.reduce((sum, one) => sum + one.count, 0);
  // A rare colour far away is worth as much as a frequent one nearby: the magenta of links must stay.
  return { colours, channel, worth: colours.length > 1 ? ranges[channel] * Math.cbrt(count) : 0 };
}

function cut({ colours, channel }) {
  const sorted = [...colours].sort((left, right) => left.seen[channel] - right.seen[channel]);
  const middle = (sorted[0].seen[channel] + sorted.at(-1).seen[channel]) / 2;
  const index = sorted.findIndex((one) => one.seen[channel] > middle);
  const at = Math.min(Math.max(index, 1), sorted.length - 1);
  return [measured(sorted.slice(0, at)), measured(sorted.slice(at))];
}

function encode({ rgba, width, height, palette, indexOf }) {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows[y * (width + 1) + 1 + x] = indexOf[kindOf(rgba, (y * width + x) * 4)];
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(checksum(body), body.length + 4);
  return framed;
}

/** CRC-32 as PNG has it. */
function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
