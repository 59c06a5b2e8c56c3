/** Noise in space that is the same for the same seed: gradients and cells (after Perlin and Worley). */

/** A number from 0 up to 1 for a point of the grid. */
function hash(x: number, y: number, z: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x2545f491) ^ seed;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4_294_967_296;
}

/** A ramp without kinks at 0 and 1. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** The slope of the noise at a grid point along one of twelve directions, times the distance. */
function slope(ix: number, iy: number, iz: number, x: number, y: number, z: number, seed: number) {
  const direction = Math.floor(hash(ix, iy, iz, seed) * 12);
  const u = direction < 8 ? x : y;
  const v = direction < 4 ? y : z;
  return ((direction & 1) === 0 ? u : -u) + ((direction & 2) === 0 ? v : -v);
}

/**
 * Smooth noise of about one bump in each unit of space.
 *
 * @returns About -1 to 1.
 */
export function gradientNoise(x: number, y: number, z: number, seed: number): number {
  const ix = Math.floor(x), iy = Math.floor(y), iz = Math.floor(z);
  const fx = x - ix, fy = y - iy, fz = z - iz;
  const u = smoothstep(0, 1, fx), v = smoothstep(0, 1, fy), w = smoothstep(0, 1, fz);
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const a = corner & 1, b = (corner >> 1) & 1, c = corner >> 2;
    const weight = (a === 1 ? u : 1 - u) * (b === 1 ? v : 1 - v) * (c === 1 ? w : 1 - w);
    sum += weight * slope(ix + a, iy + b, iz + c, fx - a, fy - b, fz - c, seed);
  }
  return sum;
}

/**
 * Gradient noise at several scales, each twice as fine and half as strong.
 *
 * @returns About -1 to 1.
 */
export function fractalNoise(
  x: number,
  y: number,
  z: number,
  seed: number,
  octaves: number,
): number {
  let sum = 0;
  let weight = 1;
  let total = 0;
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * gradientNoise(x, y, z, seed + octave * 7919);
    total += weight;
    weight /= 2;
    x *= 2;
    y *= 2;
    z *= 2;
  }
  return sum / total;
}

/**
 * Cells with narrow borders between them.
 *
 * @returns From 0 on a border to about 1 in the middle of a cell.
 */
export function cellNoise(x: number, y: number, z: number, seed: number): number {
  const ix = Math.floor(x), iy = Math.floor(y), iz = Math.floor(z);
  let first = 9;
  let second = 9;
  for (let dz = -1; dz <= 1; dz++) {
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const cx = ix + dx, cy = iy + dy, cz = iz + dz;
        const px = cx + hash(cx, cy, cz, seed) - x;
        const py = cy + hash(cx, cy, cz, seed + 1) - y;
        const pz = cz + hash(cx, cy, cz, seed + 2) - z;
        const distance = px * px + py * py + pz * pz;
        if (distance < first) {
          second = first;
          first = distance;
        } else if (distance < second) {
          second = distance;
        }
      }
    }
  }
  return Math.sqrt(second) - Math.sqrt(first);
}
