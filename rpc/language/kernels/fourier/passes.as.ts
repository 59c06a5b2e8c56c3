// Passes of Fourier transforms over several lines side by side, two numbers in one vector. See
// kernel.ts.

/** Numbers that each of the four arrays of lines holds. */
const CAPACITY: i32 = 65536;
/** Elements of the longest line. */
const MAX_LENGTH: i32 = 16384;
/** Bytes of an array of lines. */
const ARRAY_BYTES: i32 = 8 * CAPACITY;
/** Bytes of a vector. */
const VECTOR: i32 = 16;

const lines = memory.data(4 * ARRAY_BYTES, 64);
const linesEnd = lines + 4 * ARRAY_BYTES;
/** The roots of unity of a length: cosines, then sines. */
const roots = memory.data(2 * 8 * MAX_LENGTH, 64);
const sines = roots + 8 * MAX_LENGTH;

/** Where the arrays of lines begin in this module's memory, one behind the other. */
export function linesStart(): usize {
  return lines;
}

/** How many numbers each of them holds. */
export function capacity(): i32 {
  return CAPACITY;
}

/** Where the cosines begin; behind them come as many sines. */
export function rootsStart(): usize {
  return roots;
}

/** How many elements a line has at most. */
export function longest(): i32 {
  return MAX_LENGTH;
}

// A trap, not a code: only a fault of the program asks for what these forbid.

/** Traps if an array of so many numbers would leave the memory, or begins within a vector. */
@inline
function checkArray(at: usize, count: i32): void {
  if (at < lines || at > linesEnd || at % VECTOR != 0) unreachable();
  if (count < 0 || count > CAPACITY || <u32>(8 * count) > <u32>(linesEnd - at)) unreachable();
}

/** Traps if a pass of a radix has not whole vectors of `s` numbers, or more roots than there are. */
@inline
function check(
  radix: i32,
  x: usize,
  y: usize,
  u: usize,
  v: usize,
  length: i32,
  n: i32,
  s: i32,
): void {
  if (length < 1 || length > MAX_LENGTH || n < radix || n > length) unreachable();
  if (length % n != 0 || n % radix != 0) unreachable();
  if (s < 2 || s > CAPACITY || s % 2 != 0 || <i64>n * <i64>s > <i64>CAPACITY) unreachable();
  checkArray(x, n * s);
  checkArray(y, n * s);
  checkArray(u, n * s);
  checkArray(v, n * s);
}

@inline
function add(a: v128, b: v128): v128 {
  return v128.add<f64>(a, b);
}

@inline
function sub(a: v128, b: v128): v128 {
  return v128.sub<f64>(a, b);
}

@inline
function mul(a: v128, b: v128): v128 {
  return v128.mul<f64>(a, b);
}

@inline
function root(table: usize, place: i32): v128 {
  return v128.splat<f64>(load<f64>(table + 8 * place));
}

/** Stores x + i y times c + i d. */
@inline
function storeTurned(u: usize, v: usize, x: v128, y: v128, c: v128, d: v128): void {
  v128.store(u, sub(mul(x, c), mul(y, d)));
  v128.store(v, add(mul(x, d), mul(y, c)));
}

/** Stores x + i y, turned where `isTurned` says so: it is a constant of each loop. */
@inline
function put(isTurned: bool, u: usize, v: usize, x: v128, y: v128, c: v128, d: v128): void {
  if (isTurned) return storeTurned(u, v, x, y, c, d);
  v128.store(u, x);
  v128.store(v, y);
}

/** The numbers of one place of a pass of radix 4. */
@inline
function butterfly4(
  isTurned: bool,
  x: usize,
  y: usize,
  u: usize,
  v: usize,
  away: i32,
  row: i32,
  c1: v128,
  d1: v128,
  c2: v128,
  d2: v128,
  c3: v128,
  d3: v128,
): void {
  const end = x + row;
  const x1 = away, x2 = 2 * away, x3 = 3 * away;
  const o1 = row, o2 = 2 * row, o3 = 3 * row;
  for (; x < end; x += VECTOR, y += VECTOR, u += VECTOR, v += VECTOR) {
    const ax = v128.load(x), ay = v128.load(y);
    const bx = v128.load(x + x1), by = v128.load(y + x1);
    const cx = v128.load(x + x2), cy = v128.load(y + x2);
    const dx = v128.load(x + x3), dy = v128.load(y + x3);
    const sumX = add(ax, cx), sumY = add(ay, cy);
    const gapX = sub(ax, cx), gapY = sub(ay, cy);
    const otherX = add(bx, dx), otherY = add(by, dy);
    // i (b - d)
    const turnX = sub(dy, by), turnY = sub(bx, dx);
    v128.store(u, add(sumX, otherX));
    v128.store(v, add(sumY, otherY));
    put(isTurned, u + o1, v + o1, sub(gapX, turnX), sub(gapY, turnY), c1, d1);
    put(isTurned, u + o2, v + o2, sub(sumX, otherX), sub(sumY, otherY), c2, d2);
    put(isTurned, u + o3, v + o3, add(gapX, turnX), add(gapY, turnY), c3, d3);
  }
}

/**
 * One pass of radix 4 from x + i y to u + i v: `n` elements of a line of `length` are left, each of
 * `s` numbers.
 */
export function passOf4(
  x: usize,
  y: usize,
  u: usize,
  v: usize,
  length: i32,
  n: i32,
  s: i32,
): void {
  check(4, x, y, u, v, length, n, s);
  const quarter = n / 4;
  const step = length / n;
  const row = 8 * s;
  const away = row * quarter;
  const one = v128.splat<f64>(1);
  const none = v128.splat<f64>(0);
  butterfly4(false, x, y, u, v, away, row, one, none, one, none, one, none);
  for (let p = 1; p < quarter; p++) {
    const at = p * step;
    const i = p * row;
    const o = 4 * i;
    butterfly4(
      true,
      x + i,
      y + i,
      u + o,
      v + o,
      away,
      row,
      root(roots, at),
      root(sines, at),
      root(roots, 2 * at),
      root(sines, 2 * at),
      root(roots, 3 * at),
      root(sines, 3 * at),
    );
  }
}

/** One pass of radix 2. */
export function passOf2(
  x: usize,
  y: usize,
  u: usize,
  v: usize,
  length: i32,
  n: i32,
  s: i32,
): void {
  check(2, x, y, u, v, length, n, s);
  const half = n / 2;
  const step = length / n;
  const row = 8 * s;
  const away = row * half;
  for (let p = 0; p < half; p++) {
    const c = root(roots, p * step), d = root(sines, p * step);
    for (const end = x + row; x < end; x += VECTOR, y += VECTOR, u += VECTOR, v += VECTOR) {
      const ax = v128.load(x), ay = v128.load(y);
      const bx = v128.load(x + away), by = v128.load(y + away);
      v128.store(u, add(ax, bx));
      v128.store(v, add(ay, by));
      storeTurned(u + row, v + row, sub(ax, bx), sub(ay, by), c, d);
    }
    u += row;
    v += row;
  }
}

/** One pass of radix 3. */
export function passOf3(
  x: usize,
  y: usize,
  u: usize,
  v: usize,
  length: i32,
  n: i32,
  s: i32,
): void {
  check(3, x, y, u, v, length, n, s);
  const third = n / 3;
  const step = length / n;
  const row = 8 * s;
  const away = row * third;
  const half = v128.splat<f64>(0.5);
  const sine = v128.splat<f64>(0.8660254037844386);
  for (let p = 0; p < third; p++) {
    const at = p * step;
    const c1 = root(roots, at), d1 = root(sines, at);
    const c2 = root(roots, 2 * at), d2 = root(sines, 2 * at);
    for (const end = x + row; x < end; x += VECTOR, y += VECTOR, u += VECTOR, v += VECTOR) {
      const ax = v128.load(x), ay = v128.load(y);
      const bx = v128.load(x + away), by = v128.load(y + away);
      const cx = v128.load(x + 2 * away), cy = v128.load(y + 2 * away);
      const sumX = add(bx, cx), sumY = add(by, cy);
      const gapX = mul(sine, sub(by, cy)), gapY = mul(sine, sub(cx, bx));
      const midX = sub(ax, mul(half, sumX)), midY = sub(ay, mul(half, sumY));
      v128.store(u, add(ax, sumX));
      v128.store(v, add(ay, sumY));
      storeTurned(u + row, v + row, add(midX, gapX), add(midY, gapY), c1, d1);
      storeTurned(u + 2 * row, v + 2 * row, sub(midX, gapX), sub(midY, gapY), c2, d2);
    }
    u += 2 * row;
    v += 2 * row;
  }
}

/** One pass of radix 5. */
export function passOf5(
  x: usize,
  y: usize,
  u: usize,
  v: usize,
  length: i32,
  n: i32,
  s: i32,
): void {
  check(5, x, y, u, v, length, n, s);
  const fifth = n / 5;
  const step = length / n;
  const row = 8 * s;
  const away = row * fifth;
  const cos72 = v128.splat<f64>(0.30901699437494745), sin72 = v128.splat<f64>(0.9510565162951535);
  const cos144 = v128.splat<f64>(-0.8090169943749475), sin144 = v128.splat<f64>(0.5877852522924731);
  for (let p = 0; p < fifth; p++) {
    const at = p * step;
    const c1 = root(roots, at), d1 = root(sines, at);
    const c2 = root(roots, 2 * at), d2 = root(sines, 2 * at);
    const c3 = root(roots, 3 * at), d3 = root(sines, 3 * at);
    const c4 = root(roots, 4 * at), d4 = root(sines, 4 * at);
    for (const end = x + row; x < end; x += VECTOR, y += VECTOR, u += VECTOR, v += VECTOR) {
      const ax = v128.load(x), ay = v128.load(y);
      const bx = v128.load(x + away), by = v128.load(y + away);
      const cx = v128.load(x + 2 * away), cy = v128.load(y + 2 * away);
      const dx = v128.load(x + 3 * away), dy = v128.load(y + 3 * away);
      const ex = v128.load(x + 4 * away), ey = v128.load(y + 4 * away);
      const beX = add(bx, ex), beY = add(by, ey), cdX = add(cx, dx), cdY = add(cy, dy);
      const bmX = sub(bx, ex), bmY = sub(by, ey), cmX = sub(cx, dx), cmY = sub(cy, dy);
      v128.store(u, add(ax, add(beX, cdX)));
      v128.store(v, add(ay, add(beY, cdY)));
      const mX = add(ax, add(mul(cos72, beX), mul(cos144, cdX)));
      const mY = add(ay, add(mul(cos72, beY), mul(cos144, cdY)));
      const nX = add(ax, add(mul(cos144, beX), mul(cos72, cdX)));
      const nY = add(ay, add(mul(cos144, beY), mul(cos72, cdY)));
      // i times the sums of sines, which come with both signs.
      const tX = add(mul(sin72, bmY), mul(sin144, cmY));
      const tY = add(mul(sin72, bmX), mul(sin144, cmX));
      const wX = sub(mul(sin144, bmY), mul(sin72, cmY));
      const wY = sub(mul(sin144, bmX), mul(sin72, cmX));
      storeTurned(u + row, v + row, add(mX, tX), sub(mY, tY), c1, d1);
      storeTurned(u + 2 * row, v + 2 * row, add(nX, wX), sub(nY, wY), c2, d2);
      storeTurned(u + 3 * row, v + 3 * row, sub(nX, wX), add(nY, wY), c3, d3);
      storeTurned(u + 4 * row, v + 4 * row, sub(mX, tX), add(mY, tY), c4, d4);
    }
    u += 4 * row;
    v += 4 * row;
  }
}

/** One pass of any radix, by its definition. */
export function passOf(
  radix: i32,
  x: usize,
  y: usize,
  u: usize,
  v: usize,
  length: i32,
  n: i32,
  s: i32,
): void {
  if (radix < 2) unreachable();
  check(radix, x, y, u, v, length, n, s);
  const part = n / radix;
  const step = length / n;
  const row = 8 * s;
  const away = row * part;
  const turn = length / radix;
  for (let p = 0; p < part; p++) {
    for (let k = 0; k < radix; k++) {
      const c = load<f64>(roots + 8 * (k * p * step)), d = load<f64>(sines + 8 * (k * p * step));
      const o = row * (radix * p + k);
      memory.fill(u + o, 0, row);
      memory.fill(v + o, 0, row);
      for (let t = 0; t < radix; t++) {
        const place = t * k % radix * turn;
        const ownC = load<f64>(roots + 8 * place), ownD = load<f64>(sines + 8 * place);
        const wx = v128.splat<f64>(ownC * c - ownD * d);
        const wy = v128.splat<f64>(ownC * d + ownD * c);
        const i = row * p + t * away;
        for (let q = 0; q < row; q += VECTOR) {
          const ax = v128.load(x + i + q), ay = v128.load(y + i + q);
          const at = u + o + q, other = v + o + q;
          v128.store(at, add(v128.load(at), sub(mul(ax, wx), mul(ay, wy))));
          v128.store(other, add(v128.load(other), add(mul(ax, wy), mul(ay, wx))));
        }
      }
    }
  }
}
