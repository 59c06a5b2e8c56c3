/**
 * The routines of the command language beside numpy and scipy, on 4 Mpx of float32.
 *
 * Needs Debian's python3-numpy and python3-scipy. Run it with
 * `deno run --allow-run=/usr/bin/python3 bench/rpc_routines_bench.ts [NAME...]`.
 */

import { type IdlValue, LanguageSession } from "../rpc/mod.ts";
import { compare, printTable } from "./compare.ts";
import { Peer } from "./peer.ts";

const SIDE = 2048;

/** One piece of work in both languages. */
interface Work {
  readonly command: string;
  readonly scipy: string;
}

const CROSS = "[[0,1,0],[1,1,1],[0,1,0]]";

const WORKS: readonly Work[] = [
  {
    command: "r = interpolate(data, x, y)",
    scipy: "r = nd.map_coordinates(data, [y, x], order=1)",
  },
  { command: "r = interpol(line, places, flat)", scipy: "r = np.interp(flat, places, line)" },
  { command: "r = value_locate(places, flat)", scipy: "r = np.searchsorted(places, flat)" },
  { command: "r = poly(data, [1., 2, 3, 4])", scipy: "r = np.polyval([4, 3, 2, 1], data)" },
  { command: "r = deriv(flat)", scipy: "r = np.gradient(flat)" },
  {
    command: "r = convol(data, kernel, /edge_truncate)",
    scipy: "r = nd.correlate(data, kernel, mode='nearest')",
  },
  {
    command: "r = rot(data, 30., /interp, missing=0)",
    scipy: "r = nd.rotate(data, 30, reshape=False, order=1)",
  },
  {
    command: "r = sobel(data)",
    scipy: "r = np.abs(nd.sobel(data, 0)) + np.abs(nd.sobel(data, 1))",
  },
  { command: "r = hist_equal(data)", scipy: "r = equalize(data)" },
  {
    command: "r = hist_2d(flat, flat2, bin1=0.01, bin2=0.01, max1=1, max2=1, min1=0, min2=0)",
    scipy: "r = np.histogram2d(flat, flat2, 101, [[0, 1.01], [0, 1.01]])",
  },
  {
    command: "r = label_region(mask, /ulong)",
    scipy: "r = nd.label(mask)",
  },
  {
    command: `r = erode(mask, ${CROSS})`,
    scipy: `r = nd.binary_erosion(mask, ${CROSS})`,
  },
  {
    command: `r = dilate(data, ${CROSS}, /gray, /preserve)`,
    scipy: `r = nd.grey_dilation(data, footprint=${CROSS})`,
  },
  { command: "r = median(data, 3)", scipy: "r = nd.median_filter(data, 3)" },
  {
    command: "r = smooth(data, 5, /edge_truncate)",
    scipy: "r = nd.uniform_filter(data, 5, mode='nearest')",
  },
  { command: "r = c_correlate(flat, flat2, [-1, 0, 1])", scipy: "r = cross(flat, flat2)" },
  { command: "r = fft(data)", scipy: "r = fft.fft2(data)" },
  { command: "r = fft(odd)", scipy: "r = fft.fft2(odd)" },
  { command: "r = fft(flat)", scipy: "r = fft.fft(flat)" },
  { command: "r = fft(wave)", scipy: "r = fft.fft2(wave)" },
  { command: "r = randomu(1, 2048, 2048)", scipy: "r = rng.random_sample((2048, 2048))" },
  { command: "r = randomn(1, 2048, 2048)", scipy: "r = rng.standard_normal((2048, 2048))" },
];

const SERVER = `
import sys, time
import numpy as np
import scipy.ndimage as nd
import scipy.fft as fft
i = np.arange(${SIDE} * ${SIDE})
data = (i * 7919 % 1009 / 1009).astype('f4').reshape(${SIDE}, ${SIDE})
flat = data.ravel()
flat2 = np.ascontiguousarray(flat[::-1])
x = (i % ${SIDE} * 0.9 + 3.25).astype('f4').reshape(data.shape)
y = (i // ${SIDE} * 0.9 + 3.25).astype('f4').reshape(data.shape)
places = (np.arange(1000) / 1000).astype('f4')
line = places * places
kernel = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], 'f4')
mask = (data > 0.4).astype('u1')
odd = np.ascontiguousarray(data[:1500, :1500])
wave = data + 1j * data
rng = np.random.RandomState(1)
def equalize(a):
    h, e = np.histogram(a, 5001)
    c = h.cumsum()
    return (c[np.minimum(5000, ((a - a.min()) * (5000 / (a.max() - a.min()))).astype('i4'))] * (255.0 / c[-1])).astype('u1')
def cross(a, b):
    a = a - a.mean()
    b = b - b.mean()
    return [np.dot(a[1:], b[:-1]), np.dot(a, b), np.dot(a[:-1], b[1:])] / np.sqrt(np.dot(a, a) * np.dot(b, b))
for text in sys.stdin:
    start = time.perf_counter()
    exec(text)
    print(time.perf_counter() - start, flush=True)
`;

async function measure(session: LanguageSession, command: string): Promise<number> {
  const start = performance.now();
  const outcome = await session.run(command);
  if (!outcome.ok) throw outcome.error;
  return (performance.now() - start) / 1000;
}

function image(value: (i: number) => number, shape: readonly number[]): IdlValue {
  const count = shape.reduce((product, length) => product * length, 1);
  return { type: 4, shape, data: Float32Array.from({ length: count }, (_, i) => value(i)) };
}

if (import.meta.main) {
  await using scipy = new Peer("/usr/bin/python3", ["-c", SERVER]);
  const wanted = Deno.args.filter((word) => !word.startsWith("-"));
  const level = (i: number): number => i * 7919 % 1009 / 1009;
  const count = SIDE * SIDE;
  const session = new LanguageSession({ limits: { operations: Infinity } });
  session.set("data", image(level, [SIDE, SIDE]));
  session.set("flat", image(level, [count]));
  session.set("flat2", image((i) => level(count - 1 - i), [count]));
  session.set("x", image((i) => i % SIDE * 0.9 + 3.25, [SIDE, SIDE]));
  session.set("y", image((i) => Math.floor(i / SIDE) * 0.9 + 3.25, [SIDE, SIDE]));
  session.set("places", image((i) => i / 1000, [1000]));
  session.set("line", image((i) => (i / 1000) ** 2, [1000]));
  session.set("kernel", image((i) => [1, 2, 1, 2, 4, 2, 1, 2, 1][i]!, [3, 3]));
  const prepared = session.runSync(
    "mask = data gt 0.4 & odd = data[0:1499, 0:1499] & wave = complex(data, data)",
  );
  if (!prepared.ok) throw prepared.error;
  for (const { command, scipy: text } of WORKS) {
    if (wanted.length > 0 && !wanted.some((word) => command.includes(word))) continue;
    const figures = await compare([
      { name: "Heliograph", run: () => measure(session, command) },
      { name: "numpy and scipy", run: () => scipy.ask(text) },
    ], 3);
    printTable(`${command}, float32[${SIDE}, ${SIDE}]`, "s", figures);
  }
}
