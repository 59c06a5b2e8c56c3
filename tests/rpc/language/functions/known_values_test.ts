/** Values of routines that are known exactly: from their definitions, or from IDL's manual. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { isNumeric } from "../../../../rpc/language/values/value.ts";
import { failureOf, linesOf, valueOf } from "../../../support/rpc/language.ts";

/** Two expressions of the same value, type and shape, to 1e-6 of the largest element. */
function assertSame(found: string, expected: string): void {
  const [ours, known] = [valueOf(found), valueOf(expected)];
  assertEquals([ours.type, ours.shape], [known.type, known.shape], found);
  if (!isNumeric(ours) || !isNumeric(known)) {
    assertEquals([...ours.data], [...known.data as string[]], found);
    return;
  }
  const scale = Math.max(
    1e-6,
    ...Array.from(known.data as Float64Array, (n) => Math.abs(Number(n))),
  );
  for (let i = 0; i < ours.data.length; i++) {
    assertAlmostEquals(
      Number(ours.data[i]),
      Number(known.data[i]),
      1e-6 * scale,
      `${found}: element ${i}`,
    );
  }
}

const KNOWN: readonly (readonly [found: string, expected: string])[] = [
  // Between elements.
  ["value_locate([1., 2, 4, 8], [0, 1, 3, 8, 9])", "[-1L, 0, 1, 3, 3]"],
  ["value_locate([8., 4, 2, 1], [9, 8, 3, 1, 0])", "[-1L, 0, 1, 3, 3]"],
  ["value_locate([1, 2, 3], 2, /l64)", "1LL"],
  ["interpol([0., 10, 20], 5)", "[0., 5, 10, 15, 20]"],
  ["interpol([1., 3, 9], [0., 1, 3], [-1., 0.5, 2, 4])", "[-1., 2, 6, 12]"],
  ["interpol([0., 1, 4, 9], [0., 1, 2, 3], 1.5, /quadratic)", "2.25"],
  ["interpol([0., 1, 4, 9, 16], [0., 1, 2, 3, 4], [1.5, 2.5], /lsquadratic)", "[2.25, 6.25]"],
  ["interpol([1., !values.f_nan, 3], [0., 1, 2], [1.], /nan)", "[2.]"],
  ["interpolate(findgen(4), [0.5, -1, 9])", "[0.5, 0, 3]"],
  ["interpolate(findgen(4), [0.5, -1, 9], missing=7)", "[0.5, 7, 7]"],
  ["interpolate(findgen(3, 3), [0.5, 1], [0.5, 2], /grid)", "[[2., 2.5], [6.5, 7]]"],
  ["interpolate(findgen(2, 3), [0.5, 1.5])", "[[1., 2], [3, 4]]"],
  ["interpolate(findgen(2, 2, 2), 0.5, 0.5, 0.5)", "3.5"],
  ["interpolate(findgen(9), [3.25], cubic=-0.5)", "[3.25]"],
  ["bilinear([[0., 2], [4, 6]], [0.5, 1], [0.5])", "[3., 4]"],
  [
    "spl_interp([0., 1, 2], [0., 1, 2], spl_init([0., 1, 2], [0., 1, 2]), [0.5, 1.5])",
    "[0.5, 1.5]",
  ],
  // Fits.
  ["poly([0., 1, 2], [1, 2, 3])", "[1., 6, 17]"],
  ["poly(complex(0, 1), [1., 0, 1])", "complex(0, 0)"],
  ["poly_fit([0., 1, 2, 3], [1., 3, 7, 13], 2)", "reform([1., 1, 1], 1, 3)"],
  [
    "r = poly_fit([1000d, 1001, 1002, 1003], [1d, 2, 3, 4], 1, yfit=y) & return, y",
    "[1d, 2, 3, 4]",
  ],
  ["r = poly_fit([0, 1, 2], [1, 1, 1], 0, status=s, chisq=c) & return, [s, c]", "[0., 0]"],
  ["linfit([0., 1, 2], [1., 3, 5])", "[1., 2]"],
  ["r = linfit([0., 1, 2, 3], [1., 3, 5, 9], chisqr=c, prob=p) & return, [c, p]", "[1.2, 1]"],
  ["deriv([0., 1, 4, 9])", "[0., 2, 4, 6]"],
  ["deriv([0., 1, 3, 4], [0., 1, 9, 16])", "[0., 2, 6, 8]"],
  ["int_tabulated(dindgen(9) / 8, (dindgen(9) / 8) * 2)", "1d"],
  ["int_tabulated([2., 0, 1], [2., 0, 1], /sort)", "2."],
  ["correlate([1., 2, 3], [2., 4, 6])", "1."],
  ["correlate([[1., 2], [2, 1], [3, 0]], /covariance)", "[[1., -1], [-1, 1]]"],
  ["a_correlate([1., -1, 1, -1], [0, 1])", "[1., -0.75]"],
  ["c_correlate([1., 2, 3], [3., 2, 1], [0])", "[-1.]"],
  ["regress([[1., 1], [2, 1], [3, 5], [4, 2]], [3., 4, 5, 6])", "reform([1., 0], 1, 2)"],
  ["r = regress([1., 2, 3], [3., 5, 7], const=c, mcorrelation=m) & return, [c, m]", "[1., 1]"],
  ["svdfit([0., 1, 2], [1., 3, 7], 3)", "[1., 1, 1]"],
  [
    "x = dindgen(9) & g = gaussfit(x, 5 * exp(-(x - 4)^2 / 8), a, nterms=3) & return, a",
    "[5d, 4, 2]",
  ],
  [
    "x = dindgen(9, 9) mod 9 & y = transpose(x) & " +
    "g = gauss2dfit(1 + 4 * exp(-((x - 4)^2 / 2 + (y - 3)^2 / 8)), a) & return, a",
    "[1d, 4, 1, 2, 4, 3]",
  ],
  // Images.
  ["total(canny(replicate(5., 9, 9)))", "0."],
  ["(total(canny(float(indgen(9, 9) mod 9 gt 4) * 100), 1))[1:7]", "replicate(1., 7)"],
  ["convol([1., 2, 3, 4], [1., 1, 1])", "[0., 6, 9, 0]"],
  ["convol([1., 2, 3, 4], [1., 1, 1], 3, /edge_truncate)", "[4 / 3., 2, 3, 11 / 3.]"],
  ["convol([1., 2, 3, 4], [1., 1, 1], /edge_wrap)", "[7., 6, 9, 8]"],
  ["convol([1., 2, 3, 4], [1., 1, 1], /edge_zero)", "[3., 6, 9, 7]"],
  ["convol([1., 2, 4, 8], [1., 0, 0], /edge_mirror)", "[1., 1, 2, 4]"],
  ["convol([1., 2, 4, 8], [1., 2, 0], center=0)", "[0., 0, 8, 16]"],
  ["convol([1ll, 2, 3], [1ll, 1, 1], /edge_zero)", "[3ll, 6, 5]"],
  ["convol(byte([200, 200, 200]), byte([1, 1, 1]))", "byte([0, 255, 0])"],
  ["convol([1., !values.f_nan, 3], [1., 1, 1], /nan, /normalize, /edge_zero)", "[0.5, 2, 1.5]"],
  ["rot(findgen(3, 3), 90)", "rotate(findgen(3, 3), 3)"],
  ["rot(findgen(3, 3), 180)", "rotate(findgen(3, 3), 2)"],
  ["rot(indgen(4, 4), -90, /interp)", "rotate(indgen(4, 4), 1)"],
  ["sobel([[0, 0, 0], [0, 0, 0], [1, 1, 1]])", "[[0, 0, 0], [0, 4, 0], [0, 0, 0]]"],
  ["roberts([[1, 0], [0, 0]])", "[[1, 0], [0, 0]]"],
  ["prewitt([[0., 0, 0], [0, 0, 0], [1, 1, 1]])", "[[0., 0, 0], [0, 3, 0], [0, 0, 0]]"],
  ["laplacian([[0, 1, 0], [1, 9, 1], [0, 1, 0]])", "[[0, 0, 0], [0, 32, 0], [0, 0, 0]]"],
  ["erode(replicate(1b, 3, 3), replicate(1, 3, 3))", "byte([[0, 0, 0], [0, 1, 0], [0, 0, 0]])"],
  [
    "dilate(byte([[0, 0, 0], [0, 7, 0], [0, 0, 0]]), [[0, 1, 0], [1, 1, 1], [0, 1, 0]])",
    "byte([[0, 1, 0], [1, 1, 1], [0, 1, 0]])",
  ],
  ["erode(byte([5, 9, 7]), [1, 1], /gray)", "byte([0, 5, 7])"],
  [
    "label_region([[0, 0, 0, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]])",
    "[[0, 0, 0, 0, 0], [0, 1, 0, 2, 0], [0, 0, 3, 0, 0], [0, 0, 0, 0, 0]]",
  ],
  ["max(label_region([[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]], /all))", "1"],
  ["watershed(byte([[0, 9, 0], [0, 9, 0], [0, 9, 0]]))", "[[1, 0, 2], [1, 0, 2], [1, 0, 2]]"],
  ["hist_2d([0, 1, 1], [0, 1, 1])", "[[1L, 0], [0, 2]]"],
  ["hist_equal(byte([0, 1, 2, 3]))", "byte([0, 85, 170, 255])"],
  ["n_elements(uniq(adapt_hist_equal(bindgen(16, 16))))  gt 100", "1b"],
  // Matrices.
  ["invert([[2., 0], [0, 4]])", "[[0.5, 0], [0, 0.25]]"],
  ["a = invert([[1., 2], [2, 4]], status) & return, status", "1L"],
  ["determ([[1., 2], [3, 4]])", "-2."],
  ["m = [[2d, 1], [1, 3]] & ludc, m, i & return, lusol(m, i, [3d, 5])", "[0.8d, 1.4d]"],
  ["svdc, [[3., 0], [0, 4]], w, u, v & return, w", "[4., 3]"],
  ["svdc, [[2d, 1], [1, 3]], w, u, v & return, svsol(u, w, v, [3d, 5])", "[0.8d, 1.4d]"],
  ["eigenql([[2., 1], [1, 2]])", "[3., 1]"],
  ["eigenql([[-5., 0], [0, 2]], /absolute)", "[-5., 2]"],
  ["crossp([1, 0, 0], [0, 1, 0])", "[0, 0, 1]"],
  ["identity(2)", "[[1., 0], [0, 1]]"],
  ["norm([3., 4])", "5."],
  ["norm([[3., 0], [0, 4]], lnorm=2)", "4."],
  // Numbers.
  ["signum([-2.5, 0, 7])", "[-1., 0, 1]"],
  ["ishft([1, -1], [3, -1])", "[8, 32767]"],
  ["ishft(-1LL, -60)", "15LL"],
  ["swap_endian(1)", "256"],
  ["minmax([3, 1, 2])", "[1, 3]"],
  ["minmax([!values.f_nan, 1, 2], /nan)", "[1., 2]"],
  ["gamma([1., 5, 0.5])", "[1., 24, sqrt(!pi)]"],
  ["erf([0., 1])", "[0., 0.84270079]"],
  ["igamma(1d, 1d)", "1 - exp(-1d)"],
  ["hanning(4)", "[0., 0.5, 1, 0.5]"],
  ["butterworth(4, cutoff=1)", "1 / sqrt([1., 2, 5, 2])"],
  ["fft(complex([1, 0, 0, 0, 0, 0]))", "replicate(complex(1. / 6), 6)"],
  ["wtn(wtn(dindgen(8, 4), 12), 12, /inverse)", "dindgen(8, 4)"],
  ["wtn(wtn(dindgen(32), 20), 20, /inverse)", "dindgen(32)"],
  ["wtn(replicate(1d, 4), 4)", "[sqrt(2d), sqrt(2d), 0, 0]"],
  // The first numbers of numpy.random.RandomState(1).
  ["randomu(1, 3, /double)", "[0.417022004702574d, 0.7203244934421581d, 0.00011437481734488664d]"],
  ["randomn(1, 2, /double)", "[1.6243453636632417d, -0.6117564136500754d]"],
  ["s = 5 & a = randomu(s, 3) & b = randomu(s, 2) & return, [a, b]", "randomu(5, 5)"],
  // Dates: IDL manual, "JULDAY".
  ["julday(10, 15, 1582)", "2299161L"],
  ["julday(10, 4, 1582)", "2299160L"],
  ["julday(1, 1, 2000, 12)", "2451545d"],
  ["julday(1, 1, -4712)", "0L + 366"],
  ["caldat, 2451545L, m, d, y & return, [m, d, y]", "[1L, 1, 2000]"],
  [
    "caldat, 2451545.75d, m, d, y, h, n, s & return, [m, d, y, h, n, fix(s)]",
    "[1L, 2, 2000, 6, 0, 0]",
  ],
  // Texts.
  ["strsplit('a,b,,c', ',')", "[0L, 2, 5]"],
  ["strsplit('a,b,,c', ',', /extract, /preserve_null)", "['a', 'b', '', 'c']"],
  ["strsplit('a  b', /regex, /extract)", "['a', 'b']"],
  ["strsplit('a1b22c', '[0-9]+', /regex, /extract)", "['a', 'b', 'c']"],
  ["strsplit('a\\,b,c', ',', escape='\\', /extract)", "['a,b', 'c']"],
  ["strmatch(['foot', 'Feet', 'fort'], 'f??t', /fold_case)", "byte([1, 1, 1])"],
  ["strcmp('Sun', 'suN', /fold_case)", "1b"],
  ["stregex('abcab', 'b(c|a)*')", "1L"],
  ["stregex('2026-11-30', '([0-9]+)-([0-9]+)', /subexpr, /extract)", "['2026-11', '2026', '11']"],
  ["stregex(['one', 'two'], '^t', /boolean)", "byte([0, 1])"],
  ["s = stregex('xaax', 'a+', length=n) & return, [s, n]", "[1L, 2]"],
  ["s = 'abcdef' & strput, s, 'XY', 2 & return, s", "'abXYef'"],
  [
    "x = 0L & y = '' & reads, '12 rest of it', x, y & return, [string(x), y]",
    "['          12', ' rest of it']",
  ],
  ["x = intarr(2) & reads, '12345', x, format='(i2,i3)' & return, x", "[12, 345]"],
  ["reads, '1.5', x & return, x", "1.5"],
  [
    "[isa(1), isa(1, 'INT'), isa(1., /integer), isa([1], /array), isa(undefined_one)]",
    "byte([1, 1, 0, 1, 0])",
  ],
];

Deno.test("routines have the values that are known of them", () => {
  for (const [found, expected] of KNOWN) assertSame(found, expected);
});

const REFUSED: readonly (readonly [command: string, message: string])[] = [
  [
    "return, interpol([1], 5)",
    "INTERPOL: Cannot interpolate INT[1]: it takes two elements or more",
  ],
  [
    "return, interpolate([1., 2], [0.], [0.])",
    "INTERPOLATE: Cannot interpolate FLOAT[2] along 2 dimensions",
  ],
  [
    "return, convol([9007199254740993ll, 0, 0], [1ll, 1, 1])",
    "CONVOL: Cannot convolve LONG64[3]: its sums may go beyond 2^53, where they are no longer " +
    "exact; convert it to DOUBLE if that does not matter",
  ],
  [
    "return, convol([1, 2], [1, 2, 3])",
    "CONVOL: Cannot convolve INT[2] with the larger INT[3]",
  ],
  ["return, invert([[1., 2], [2, 4]])", "INVERT: Cannot invert FLOAT[2, 2]: it is singular"],
  ["return, invert(findgen(2, 3))", "INVERT: Cannot use FLOAT[2, 3]: expected a square matrix"],
  [
    "return, eigenql([[1., 2], [0, 1]])",
    "EIGENQL: Cannot find the eigenvalues of FLOAT[2, 2]: it is not symmetric",
  ],
  [
    "return, poly_fit([1, 2], [1, 2], 2)",
    "POLY_FIT: Cannot fit 3 coefficients to 2 points",
  ],
  ["return, rot(findgen(3), 5)", "ROT: Cannot turn FLOAT[3]: it must have two dimensions"],
  [
    "return, a_correlate([1., 2], [5])",
    "A_CORRELATE: Cannot correlate FLOAT[2] at a lag of 5: it has 2 elements",
  ],
  [
    "return, julday(1, 1, 0)",
    "JULDAY: Cannot use the year 0: expected -4716 to 5000000, and not 0",
  ],
  [
    "return, randomu([1, 2], 3)",
    "RANDOMU: Cannot use INT[2] as a seed: expected a number or an earlier seed",
  ],
  [
    "return, stregex('a', '(a')",
    'STREGEX: Cannot use the regular expression "(a": a bracket is not closed',
  ],
  ["reads, '1', x, y", "READS: Cannot read: the text ends before every variable has a value"],
  [
    "return, rebin(!null, 5, /sample)",
    "REBIN: Cannot move the elements of !NULL, which has none",
  ],
  ["return, ishft(1.5, 1)", "ISHFT: Cannot shift the bits of FLOAT: expected integers"],
];

Deno.test("routines refuse what they cannot take, with what was found and expected", () => {
  for (const [command, message] of REFUSED) assertEquals(failureOf(command).message, message);
});

Deno.test("HELP says in what a routine is not as IDL's", () => {
  assertEquals(linesOf("help, about='svdc'"), [
    "SVDC, matrix, w, u, v [, /COLUMN] [, /DOUBLE]",
    "  The singular values of a matrix, and the matrices U and V",
    "  Not as IDL: the values are in descending order",
  ]);
});

Deno.test("RANDOMU without a seed differs from call to call", () => {
  const [first, second] = [valueOf("randomu(seed, 4)"), valueOf("randomu(seed, 4)")];
  assert([...first.data].join() !== [...second.data].join());
});

Deno.test("POISSON, GAMMA and BINOMIAL have the means that they should", () => {
  const mean = (call: string): number => Number(valueOf(`mean(${call})`).data[0]);
  assertAlmostEquals(mean("randomu(3, 20000, poisson=4)"), 4, 0.1);
  assertAlmostEquals(mean("randomu(3, 20000, poisson=50)"), 50, 0.4);
  assertAlmostEquals(mean("randomu(3, 20000, gamma=3)"), 3, 0.1);
  assertAlmostEquals(mean("randomu(3, 20000, gamma=30)"), 30, 0.3);
  assertAlmostEquals(mean("randomu(3, 20000, binomial=[10, 0.3])"), 3, 0.1);
});

Deno.test("MEDIAN of width 3 is the middle of nine, and passes NaN over", () => {
  const data = Float64Array.from({ length: 20 * 20 }, (_, i) => i * 7919 % 101);
  data[45] = data[46] = data[211] = NaN;
  const found = valueOf("median(data, 3)", { data: { type: 5, shape: [20, 20], data } });
  for (let y = 1; y < 19; y++) {
    for (let x = 1; x < 19; x++) {
      const window = [-21, -20, -19, -1, 0, 1, 19, 20, 21].map((step) => data[20 * y + x + step]!)
        .filter((number) => !Number.isNaN(number)).sort((a, b) => a - b);
      assertEquals(found.data[20 * y + x], window[window.length >> 1], `${x}, ${y}`);
    }
  }
  assertEquals(found.data[0], data[0]);
});
