/**
 * Passes of Fourier transforms, for lines that are too long for the kernel or stand alone.
 *
 * @module
 */

/** The real and the imaginary parts of lines. */
export interface Parts {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** The roots of unity of the whole length, and how many of them make one step of a pass. */
export interface Turns {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
  readonly step: number;
}

/** One pass of radix 4: `n` elements are left, each of `s` numbers. */
export function passOf4(from: Parts, to: Parts, turns: Turns, n: number, s: number): void {
  const { real: x, imaginary: y } = from;
  const { real: u, imaginary: v } = to;
  const { cosines, sines, step } = turns;
  const quarter = n / 4;
  const away = s * quarter;
  for (let p = 0; p < quarter; p++) {
    const c1 = cosines[p * step]!;
    const s1 = sines[p * step]!;
    const c2 = cosines[2 * p * step]!;
    const s2 = sines[2 * p * step]!;
    const c3 = cosines[3 * p * step]!;
    const s3 = sines[3 * p * step]!;
    let i = s * p;
    let o = 4 * s * p;
    for (let q = 0; q < s; q++, i++, o++) {
      const ax = x[i]!, ay = y[i]!;
      const bx = x[i + away]!, by = y[i + away]!;
      const cx = x[i + 2 * away]!, cy = y[i + 2 * away]!;
      const dx = x[i + 3 * away]!, dy = y[i + 3 * away]!;
      const sumX = ax + cx, sumY = ay + cy;
      const gapX = ax - cx, gapY = ay - cy;
      const otherX = bx + dx, otherY = by + dy;
      // i (b - d)
      const turnX = dy - by, turnY = bx - dx;
      u[o] = sumX + otherX;
      v[o] = sumY + otherY;
      const px = gapX - turnX, py = gapY - turnY;
      u[o + s] = px * c1 - py * s1;
      v[o + s] = px * s1 + py * c1;
      const qx = sumX - otherX, qy = sumY - otherY;
      u[o + 2 * s] = qx * c2 - qy * s2;
      v[o + 2 * s] = qx * s2 + qy * c2;
      const rx = gapX + turnX, ry = gapY + turnY;
      u[o + 3 * s] = rx * c3 - ry * s3;
      v[o + 3 * s] = rx * s3 + ry * c3;
    }
  }
}

export function passOf2(from: Parts, to: Parts, turns: Turns, n: number, s: number): void {
  const { real: x, imaginary: y } = from;
  const { real: u, imaginary: v } = to;
  const { cosines, sines, step } = turns;
  const half = n / 2;
  const away = s * half;
  for (let p = 0; p < half; p++) {
    const c = cosines[p * step]!;
    const d = sines[p * step]!;
    let i = s * p;
    let o = 2 * s * p;
    for (let q = 0; q < s; q++, i++, o++) {
      const ax = x[i]!, ay = y[i]!;
      const bx = x[i + away]!, by = y[i + away]!;
      u[o] = ax + bx;
      v[o] = ay + by;
      const gapX = ax - bx, gapY = ay - by;
      u[o + s] = gapX * c - gapY * d;
      v[o + s] = gapX * d + gapY * c;
    }
  }
}

const HALF_ROOT_3 = Math.sqrt(3) / 2;

export function passOf3(from: Parts, to: Parts, turns: Turns, n: number, s: number): void {
  const { real: x, imaginary: y } = from;
  const { real: u, imaginary: v } = to;
  const { cosines, sines, step } = turns;
  const third = n / 3;
  const away = s * third;
  for (let p = 0; p < third; p++) {
    const c1 = cosines[p * step]!;
    const s1 = sines[p * step]!;
    const c2 = cosines[2 * p * step]!;
    const s2 = sines[2 * p * step]!;
    let i = s * p;
    let o = 3 * s * p;
    for (let q = 0; q < s; q++, i++, o++) {
      const ax = x[i]!, ay = y[i]!;
      const bx = x[i + away]!, by = y[i + away]!;
      const cx = x[i + 2 * away]!, cy = y[i + 2 * away]!;
      const sumX = bx + cx, sumY = by + cy;
      const gapX = HALF_ROOT_3 * (by - cy), gapY = HALF_ROOT_3 * (cx - bx);
      const midX = ax - sumX / 2, midY = ay - sumY / 2;
      u[o] = ax + sumX;
      v[o] = ay + sumY;
      const px = midX + gapX, py = midY + gapY;
      u[o + s] = px * c1 - py * s1;
      v[o + s] = px * s1 + py * c1;
      const qx = midX - gapX, qy = midY - gapY;
      u[o + 2 * s] = qx * c2 - qy * s2;
      v[o + 2 * s] = qx * s2 + qy * c2;
    }
  }
}

const [COS_72, SIN_72] = [Math.cos(0.4 * Math.PI), Math.sin(0.4 * Math.PI)];
const [COS_144, SIN_144] = [Math.cos(0.8 * Math.PI), Math.sin(0.8 * Math.PI)];

export function passOf5(from: Parts, to: Parts, turns: Turns, n: number, s: number): void {
  const { real: x, imaginary: y } = from;
  const { real: u, imaginary: v } = to;
  const { cosines, sines, step } = turns;
  const fifth = n / 5;
  const away = s * fifth;
  for (let p = 0; p < fifth; p++) {
    const c1 = cosines[p * step]!;
    const s1 = sines[p * step]!;
    const c2 = cosines[2 * p * step]!;
    const s2 = sines[2 * p * step]!;
    const c3 = cosines[3 * p * step]!;
    const s3 = sines[3 * p * step]!;
    const c4 = cosines[4 * p * step]!;
    const s4 = sines[4 * p * step]!;
    let i = s * p;
    let o = 5 * s * p;
    for (let q = 0; q < s; q++, i++, o++) {
      const ax = x[i]!, ay = y[i]!;
      const bx = x[i + away]!, by = y[i + away]!;
      const cx = x[i + 2 * away]!, cy = y[i + 2 * away]!;
      const dx = x[i + 3 * away]!, dy = y[i + 3 * away]!;
      const ex = x[i + 4 * away]!, ey = y[i + 4 * away]!;
      const beX = bx + ex, beY = by + ey, cdX = cx + dx, cdY = cy + dy;
      const bmX = bx - ex, bmY = by - ey, cmX = cx - dx, cmY = cy - dy;
      u[o] = ax + beX + cdX;
      v[o] = ay + beY + cdY;
      const mX = ax + COS_72 * beX + COS_144 * cdX;
      const mY = ay + COS_72 * beY + COS_144 * cdY;
      const nX = ax + COS_144 * beX + COS_72 * cdX;
      const nY = ay + COS_144 * beY + COS_72 * cdY;
      // Minus i times the sums of sines.
      const tX = SIN_72 * bmY + SIN_144 * cmY, tY = -SIN_72 * bmX - SIN_144 * cmX;
      const wX = SIN_144 * bmY - SIN_72 * cmY, wY = SIN_72 * cmX - SIN_144 * bmX;
      u[o + s] = (mX + tX) * c1 - (mY + tY) * s1;
      v[o + s] = (mX + tX) * s1 + (mY + tY) * c1;
      u[o + 2 * s] = (nX + wX) * c2 - (nY + wY) * s2;
      v[o + 2 * s] = (nX + wX) * s2 + (nY + wY) * c2;
      u[o + 3 * s] = (nX - wX) * c3 - (nY - wY) * s3;
      v[o + 3 * s] = (nX - wX) * s3 + (nY - wY) * c3;
      u[o + 4 * s] = (mX - tX) * c4 - (mY - tY) * s4;
      v[o + 4 * s] = (mX - tX) * s4 + (mY - tY) * c4;
    }
  }
}

/** One pass of any radix, by its definition. */
export function passOf(
  radix: number,
  from: Parts,
  to: Parts,
  turns: Turns,
  n: number,
  s: number,
): void {
  const { real: x, imaginary: y } = from;
  const { real: u, imaginary: v } = to;
  const { cosines, sines, step } = turns;
  const part = n / radix;
  const away = s * part;
  // The roots of unity of the radix, and those that turn the results of one p.
  const length = cosines.length;
  const root = length / radix;
  for (let p = 0; p < part; p++) {
    for (let k = 0; k < radix; k++) {
      const c = cosines[k * p * step]!;
      const d = sines[k * p * step]!;
      const o = s * (radix * p + k);
      u.fill(0, o, o + s);
      v.fill(0, o, o + s);
      for (let t = 0; t < radix; t++) {
        const place = (t * k % radix) * root;
        const wx = cosines[place]! * c - sines[place]! * d;
        const wy = cosines[place]! * d + sines[place]! * c;
        const i = s * p + t * away;
        for (let q = 0; q < s; q++) {
          u[o + q]! += x[i + q]! * wx - y[i + q]! * wy;
          v[o + q]! += x[i + q]! * wy + y[i + q]! * wx;
        }
      }
    }
  }
}
