/**
 * QR codes (ISO/IEC 18004) of short texts: bytes, the level of correction L, versions 1 to 5, each
 * of which has one block.
 *
 * @module
 */

/** Codewords of data and of correction, by version. */
const CODEWORDS: readonly (readonly [data: number, correction: number])[] = [
  [19, 7],
  [34, 10],
  [55, 15],
  [80, 20],
  [108, 26],
];

/** Modules of light around a code. */
const QUIET = 4;

/**
 * A text as a QR code.
 *
 * @param text The text, of at most 106 bytes in UTF-8.
 * @param mask Which of the eight masks. Default: the one that scanners like best.
 * @returns The rows of the code, true for dark; undefined for a text that is too long.
 */
export function qrCode(text: string, mask?: number): boolean[][] | undefined {
  const bytes = new TextEncoder().encode(text);
  const version = CODEWORDS.findIndex(([data]) => bytes.length + 2 <= data) + 1;
  if (version === 0) return undefined;
  const words = codewords(bytes, version);
  if (mask !== undefined) return draw(words, version, mask);
  let best: boolean[][] | undefined;
  for (let i = 0, least = Infinity; i < 8; i++) {
    const code = draw(words, version, i);
    const penalty = penaltyOf(code);
    if (penalty >= least) continue;
    least = penalty;
    best = code;
  }
  return best;
}

/**
 * A QR code in characters, two rows in each line, for a terminal with a dark background.
 *
 * @param code The code.
 * @returns The lines, with the light margin that scanners need.
 */
export function qrLines(code: readonly (readonly boolean[])[]): string[] {
  const size = code.length;
  const isLight = (x: number, y: number) => !(code[y - QUIET]?.[x - QUIET] ?? false);
  const lines: string[] = [];
  for (let y = 0; y < size + 2 * QUIET; y += 2) {
    let line = "";
    for (let x = 0; x < size + 2 * QUIET; x++) {
      const [upper, lower] = [isLight(x, y), y + 1 < size + 2 * QUIET && isLight(x, y + 1)];
      line += upper ? lower ? "█" : "▀" : lower ? "▄" : " ";
    }
    lines.push(line);
  }
  return lines;
}

/** The bytes with their mode and count, padded, and the words that correct them. */
function codewords(bytes: Uint8Array, version: number): Uint8Array {
  const [data, correction] = CODEWORDS[version - 1]!;
  const words = new Uint8Array(data + correction);
  // The mode 4 and a count of eight bits move everything by half a byte.
  const plain = [0x40 | bytes.length >> 4, (bytes.length & 15) << 4, ...bytes.map(() => 0)];
  bytes.forEach((byte, i) => {
    plain[i + 1]! |= byte >> 4;
    plain[i + 2] = (byte & 15) << 4;
  });
  words.set(plain);
  for (let i = plain.length, odd = false; i < data; i++, odd = !odd) words[i] = odd ? 0x11 : 0xec;
  words.set(remainder(words.subarray(0, data), correction), data);
  return words;
}

/** The remainder of Reed and Solomon over GF(256) with the polynomial 0x11d. */
function remainder(data: Uint8Array, degree: number): Uint8Array {
  let generator = Uint8Array.of(1);
  for (let i = 0, root = 1; i < degree; i++, root = multiply(root, 2)) {
    const next = new Uint8Array(generator.length + 1);
    next.set(generator);
    generator.forEach((factor, k) => next[k + 1]! ^= multiply(factor, root));
    generator = next;
  }
  const rest = new Uint8Array(data.length + degree);
  rest.set(data);
  for (let i = 0; i < data.length; i++) {
    const factor = rest[i]!;
    generator.forEach((other, k) => rest[i + k]! ^= multiply(other, factor));
  }
  return rest.subarray(data.length);
}

function multiply(a: number, b: number): number {
  let product = 0;
  for (; b > 0; b >>= 1) {
    if (b & 1) product ^= a;
    a = a << 1 ^ (a & 0x80 ? 0x11d : 0);
  }
  return product;
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => ((y >> 1) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => x * y % 2 + x * y % 3 === 0,
  (x, y) => (x * y % 2 + x * y % 3) % 2 === 0,
  (x, y) => ((x + y) % 2 + x * y % 3) % 2 === 0,
];

function draw(words: Uint8Array, version: number, mask: number): boolean[][] {
  const size = 17 + 4 * version;
  const code: (boolean | undefined)[][] = Array.from({ length: size }, () => Array(size));
  const set = (x: number, y: number, dark: boolean) => {
    if (x >= 0 && y >= 0 && x < size && y < size) code[y]![x] = dark;
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  const square = (cx: number, cy: number, radius: number, light: number) => {
    for (let y = -radius; y <= radius; y++) {
      for (let x = -radius; x <= radius; x++) {
        const ring = Math.max(Math.abs(x), Math.abs(y));
        set(cx + x, cy + y, ring !== light && ring !== 4);
      }
    }
  };
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) square(x, y, 4, 2);
  if (version > 1) square(size - 7, size - 7, 2, 1);
  drawFormat(set, size, mask);
  const mayBeDark = MASKS[mask]!;
  let bit = 0;
  // Columns of two, from the right, up and down; that of the timing is left out.
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right--;
    for (let i = 0; i < size; i++) {
      const y = up ? size - 1 - i : i;
      for (const x of [right, right - 1]) {
        if (code[y]![x] !== undefined) continue;
        const dark = ((words[bit >> 3] ?? 0) >> (7 - (bit & 7)) & 1) === 1;
        bit++;
        code[y]![x] = dark !== mayBeDark(x, y);
      }
    }
  }
  return code as boolean[][];
}

/** The level and the mask, twice, and the one module that is always dark. */
function drawFormat(
  set: (x: number, y: number, dark: boolean) => void,
  size: number,
  mask: number,
): void {
  const data = 1 << 3 | mask;
  let rest = data;
  for (let i = 0; i < 10; i++) rest = rest << 1 ^ (rest >> 9) * 0x537;
  const bits = (data << 10 | rest) ^ 0x5412;
  const isDark = (i: number) => (bits >> i & 1) === 1;
  for (let i = 0; i < 15; i++) {
    // Around the first corner, past the timing...
    if (i < 6) set(8, i, isDark(i));
    else if (i < 8) set(8, i + 1, isDark(i));
    else set(i === 8 ? 7 : 14 - i, 8, isDark(i));
    // ...and beside the two others.
    if (i < 8) set(size - 1 - i, 8, isDark(i));
    else set(8, size - 15 + i, isDark(i));
  }
  set(8, size - 8, true);
}

/** What makes a code hard to read: long runs of one kind, blocks, and more of one kind. */
function penaltyOf(code: readonly (readonly boolean[])[]): number {
  const size = code.length;
  let penalty = 0;
  let dark = 0;
  for (let a = 0; a < size; a++) {
    for (const at of [(b: number) => code[a]![b], (b: number) => code[b]![a]]) {
      for (let b = 0, run = 0; b < size; b++) {
        run = b > 0 && at(b) === at(b - 1) ? run + 1 : 1;
        if (run === 5) penalty += 3;
        else if (run > 5) penalty++;
      }
    }
    for (let b = 0; b < size; b++) {
      if (code[a]![b]) dark++;
      const same = a > 0 && b > 0 && code[a]![b] === code[a - 1]![b] &&
        code[a]![b] === code[a]![b - 1] && code[a]![b] === code[a - 1]![b - 1];
      if (same) penalty += 3;
    }
  }
  return penalty + 10 * Math.floor(Math.abs(20 * dark / size / size - 10));
}
