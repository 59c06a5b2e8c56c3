/**
 * Where GDL 1.0.1 departs from IDL's manual, and the manual wins; and where it
 * has not what the manual describes.
 */

/** One expression on which ours and GDL disagree. */
export interface Departure {
  readonly expression: string;
  /** An expression without the doubtful feature, whose value is the manual's. */
  readonly manual: string;
  /** What GDL does instead. */
  readonly gdl: string;
  /** What the manual says, or why ours does so. */
  readonly reason: string;
}

const MEDIAN_EDGES = "MEDIAN: elements nearer to the edge than half the width are not changed";
const AVERAGE = "REBIN: parts are averaged; conversion to an integer cuts toward zero";

/** Every departure. */
export const DEPARTURES: readonly Departure[] = [
  { expression: "2*-3", manual: "-6", gdl: "parse error", reason: "a sign may follow an operator" },
  {
    expression: "7 mod -3",
    manual: "7 mod (-3)",
    gdl: "parse error",
    reason: "a sign may follow an operator",
  },
  {
    expression: "[1,'a']",
    manual: "['       1','a']",
    gdl: "INT[2], with a warning",
    reason: "concatenation: an array with a STRING is of STRINGs",
  },
  {
    expression: "['a',1.5]",
    manual: "['a','      1.50000']",
    gdl: "FLOAT[2], with a warning",
    reason: "concatenation: an array with a STRING is of STRINGs",
  },
  {
    expression: "70000U",
    manual: "70000UL",
    gdl: "parse error",
    reason: "integer constants: what does not fit UINT is ULONG",
  },
  {
    expression: "'FFFFFFFF'xL",
    manual: "-1L",
    gdl: "parse error",
    reason: "hexadecimal constants name the bits of their type",
  },
  {
    expression: "0xFF",
    manual: "255",
    gdl: "parse error",
    reason: "IDL 8.4: constants 0x, 0o, 0b",
  },
  { expression: "0b101", manual: "5", gdl: "parse error", reason: "IDL 8.4: constants 0x, 0o, 0b" },
  {
    expression: "1.0 or 2.0",
    manual: "1.0",
    gdl: "2.0",
    reason: "OR: of floating-point operands the first, if it is not zero",
  },
  {
    expression: "complex(1,2) lt complex(3,4)",
    manual: "1b",
    gdl: "an error",
    reason: "relational operators compare complex numbers by their magnitudes",
  },
  {
    expression: "complex(5,2) < complex(3,4)",
    manual: "complex(3,4)",
    gdl: "an error",
    reason: "minimum and maximum operators compare complex numbers by their magnitudes",
  },
  {
    expression: "complex(5,2) > complex(3,4)",
    manual: "complex(5,2)",
    gdl: "an error",
    reason: "minimum and maximum operators compare complex numbers by their magnitudes",
  },
  {
    expression: "complex(1,2) ^ 0.5",
    manual: "complex(1.2720196495140690, 0.78615137775742329)",
    gdl: "its imaginary part is 2 units in the last place away",
    reason: "ours is rounded once, from DOUBLE",
  },
  { expression: "alog2(8)", manual: "3.0", gdl: "no ALOG2", reason: "ALOG2" },
  {
    expression: "string(complex(1,2))",
    manual: "'(      1.00000,      2.00000)'",
    gdl: "'(1,2)'",
    reason: "STRING writes what PRINT writes",
  },
  {
    expression: "a=indgen(3,2) & a[[0,1],[1,0]]",
    manual: "[3,1]",
    gdl: "an assertion ends the process",
    reason: "subscript arrays in every dimension name single elements",
  },
  {
    expression: "median([3.,1,2,9,5],3)",
    manual: "[3.,2,2,5,5]",
    gdl: "[2.,2,2,5,7]",
    reason: MEDIAN_EDGES,
  },
  {
    expression: "(median(findgen(5,5),3))[0:4]",
    manual: "findgen(5)",
    gdl: "[3,3.5,4.5,5.5,6]",
    reason: MEDIAN_EDGES,
  },
  {
    expression: "median(dindgen(4),/even)",
    manual: "1.5d",
    gdl: "2d",
    reason: "MEDIAN, EVEN: the mean of the two middle elements",
  },
  {
    expression: "histogram([1.,2,2,3,5],nbins=4,min=0,max=10)",
    manual: "[4L,1,0,0]",
    gdl: "[3L,2,0,0]",
    reason: "HISTOGRAM, NBINS: the bins are (MAX - MIN) / (NBINS - 1) wide",
  },
  {
    expression: "histogram(indgen(10),nbins=5)",
    manual: "[2L,2,2,2,2]",
    gdl: "[3L,2,2,2,1]",
    reason: "HISTOGRAM, BINSIZE: of integers it is whole",
  },
  {
    expression: "where(complex([0,0],[0,1]))",
    manual: "[1L]",
    gdl: "-1L",
    reason: "WHERE: every element that is not zero; (0,1) is not",
  },
  {
    expression: "smooth(findgen(3,3)^2,3)",
    manual: "a=findgen(3,3)^2 & a[4]=204/9. & a",
    gdl: "smooths along the edges",
    reason: "SMOOTH: elements nearer to an edge than half the width are not changed",
  },
  {
    expression: "(smooth([1.,5,!values.f_nan,8,2,5,6],3))[4:5]",
    manual: "[15/3.,13/3.]",
    gdl: "NaN in all that follows one",
    reason: "SMOOTH: the mean of the box; no NaN lies in these",
  },
  { expression: "rebin([1,-2,3,-4],2)", manual: "[0,0]", gdl: "[-1,-1]", reason: AVERAGE },
  { expression: "rebin([-1,-2],1)", manual: "[-1]", gdl: "[-2]", reason: AVERAGE },
  {
    expression: "max([!values.f_nan,1.,2.])",
    manual: "2.0",
    gdl: "NaN",
    reason: "MAX: without NAN the result is not defined if there is one; ours is a number",
  },
  {
    expression: "total(replicate(0.1,1000))",
    manual: "100.0",
    gdl: "99.99905",
    reason: "ours sums FLOAT in DOUBLE",
  },
];
