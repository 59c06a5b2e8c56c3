/** Seeded calls of the routines that ours and GDL, or numpy and scipy, must agree on. */

import type { Nearness } from "../../support/rpc/compare.ts";
import { SeededRandom } from "../../support/random.ts";

/** Cases of each routine. */
export const CASES = 50;

/** Writes arguments of commands: the same digits reach ours and the other side. */
export class Arguments extends SeededRandom {
  /** A number in quarters, which every type of floating point holds exactly. */
  number(least: number, most: number, type = "float"): string {
    const quarters = this.integer(4 * least, 4 * most) / 4;
    switch (type) {
      case "byte":
        return `${Math.abs(Math.trunc(quarters)) % 256}b`;
      case "int":
        return `${Math.trunc(quarters)}`;
      case "uint":
        return `${Math.abs(Math.trunc(quarters))}u`;
      case "long":
        return `${Math.trunc(quarters)}L`;
      case "double":
        return `${quarters.toFixed(2)}d`;
      default:
        return quarters.toFixed(2);
    }
  }

  /** A list of numbers. */
  list(count: number, least: number, most: number, type = "float"): string {
    return `[${Array.from({ length: count }, () => this.number(least, most, type)).join(",")}]`;
  }

  /** An array of a shape. */
  array(shape: readonly number[], least: number, most: number, type = "float"): string {
    const count = shape.reduce((product, length) => product * length, 1);
    const list = this.list(count, least, most, type);
    return shape.length === 1 ? list : `reform(${list},${shape.join(",")})`;
  }

  /** A list of rising numbers. */
  rising(count: number, from: number, type = "float"): string {
    let at = from;
    const suffix = type === "double" ? "d" : "";
    const numbers = Array.from({ length: count }, () => {
      at += this.integer(1, 12) / 4;
      return at.toFixed(2) + suffix;
    });
    return `[${numbers.join(",")}]`;
  }

  /** A type of floating point, twice as often the single one. */
  float(): string {
    return this.pick(["float", "float", "double"]);
  }

  /** A type of real numbers. */
  real(): string {
    return this.pick(["byte", "int", "long", "float", "double"]);
  }

  /** One of several texts, or none. */
  maybe(...texts: readonly string[]): string {
    return texts.length === 0 || this.next() < 0.5 ? "" : this.pick(texts);
  }
}

/** The cases of one routine. */
export interface RoutineCases {
  readonly name: string;
  readonly nearness: Nearness;
  /** A case, or what is asked of both where GDL has the routine under no name. */
  readonly make: (own: Arguments) => string | { readonly ours: string; readonly theirs: string };
}

const row = (
  name: string,
  nearness: Nearness,
  make: RoutineCases["make"],
): RoutineCases => ({ name, nearness, make });

const small = (own: Arguments): number[] => [own.integer(3, 7), own.integer(3, 7)];

/** What GDL is asked. */
export const GDL_ROUTINES: readonly RoutineCases[] = [
  row("VALUE_LOCATE", "operation", (a) => {
    const type = a.float();
    return `value_locate(${a.rising(a.integer(2, 9), -5, type)},${
      a.list(a.integer(2, 8), -8, 30, type)
    })`;
  }),
  row("INTERPOL", "transform", (a) => {
    const type = a.float();
    const n = a.integer(4, 9);
    if (a.next() < 0.4) return `interpol(${a.list(n, -20, 20, type)},${a.integer(2, 20)})`;
    return `interpol(${a.list(n, -20, 20, type)},${a.rising(n, -5, type)},${
      a.list(a.integer(2, 9), -3, 9, type)
    }${n < 5 ? "" : a.maybe(",/quadratic", ",/spline", ",/lsquadratic")})`;
  }),
  row("INTERPOLATE", "transform", (a) => {
    const type = a.float();
    const rank = a.integer(1, 3);
    const missing = rank > 1 ? a.maybe(",missing=-99") : "";
    const shape = Array.from({ length: rank }, () => a.integer(2, 5));
    const grid = rank > 1 && a.next() < 0.5;
    const count = a.integer(2, 6);
    const places = Array.from(
      { length: rank },
      () => a.list(grid ? a.integer(2, 4) : count, -2, 6),
    );
    return `interpolate(${a.array(shape, -20, 20, type)},${places.join(",")}${
      grid ? ",/grid" : ""
    }${missing})`;
  }),
  row("INTERPOLATE CUBIC", "transform", (a) => {
    const shape = [a.integer(4, 7), a.integer(4, 7)];
    const inside = () => a.list(4, 1, 2);
    return `interpolate(${a.array(shape, -20, 20)},${inside()},${inside()},cubic=-0.5)`;
  }),
  row("BILINEAR", "transform", (a) => {
    const shape = small(a);
    return `bilinear(${a.array(shape, -20, 20, a.float())},${a.list(a.integer(2, 4), 0, 2)},${
      a.list(a.integer(2, 4), 0, 2)
    }${a.maybe(",missing=-99")})`;
  }),
  row("SPL_INIT", "transform", (a) => {
    const n = a.integer(3, 9);
    const type = a.float();
    return `spl_init(${a.rising(n, -3, type)},${a.list(n, -9, 9, type)})`;
  }),
  row("SPL_INTERP", "transform", (a) => {
    const n = a.integer(3, 9);
    const type = a.float();
    const [x, y] = [a.rising(n, -3, type), a.list(n, -9, 9, type)];
    return `x=${x} & y=${y} & spl_interp(x,y,spl_init(x,y),${a.list(5, -2, 4, type)})`;
  }),
  row("POLY", "transform", (a) => {
    const type = a.float();
    return `poly(${a.array(small(a), -3, 3, type)},${a.list(a.integer(1, 5), -4, 4, type)})`;
  }),
  row("POLY_FIT", "transform", (a) => {
    const degree = a.integer(1, 3);
    const n = a.integer(degree + 3, 12);
    return `reform(double(poly_fit(${a.rising(n, -5, "double")},${
      a.list(n, -20, 20, "double")
    },${degree})))`;
  }),
  row("LINFIT", "transform", (a) => {
    const n = a.integer(3, 12);
    const type = a.float();
    return `linfit(${a.rising(n, -5, type)},${a.list(n, -20, 20, type)})`;
  }),
  row("LINFIT SIGMA", "transform", (a) => {
    const n = a.integer(4, 12);
    return `r=linfit(${a.rising(n, -5, "double")},${a.list(n, -20, 20, "double")},sigma=s${
      a.maybe(`,measure_errors=${a.list(n, 1, 3, "double")}`)
    }) & s`;
  }),
  row("DERIV", "transform", (a) => {
    const n = a.integer(3, 12);
    const type = a.float();
    const y = a.list(n, -20, 20, type);
    return a.next() < 0.5 ? `deriv(${y})` : `deriv(${a.rising(n, -5, type)},${y})`;
  }),
  row("CONVOL", "transform", (a) => {
    const type = a.pick(["int", "long", "float", "double"]);
    const edges = [",/edge_wrap", ",/edge_truncate", ",/edge_zero"];
    const options = a.maybe(...edges) + a.maybe(",center=0");
    if (a.next() < 0.4) {
      return `convol(${a.list(a.integer(5, 12), -20, 20, type)},${
        a.list(a.pick([3, 5]), -3, 3, type)
      }${options})`;
    }
    return `convol(${a.array([a.integer(5, 8), a.integer(5, 8)], -20, 20, type)},${
      a.array([3, 3], -3, 3, type)
    }${options})`;
  }),
  row("CONVOL NORMALIZE", "transform", (a) => {
    const type = a.float();
    const edge = a.pick([",/edge_wrap", ",/edge_truncate", ""]);
    return `convol(${a.array([a.integer(5, 8), a.integer(5, 8)], 0, 20, type)},${
      a.array([3, 3], 1, 3, type)
    },/normalize${edge})`;
  }),
  row(
    "ROTATE",
    "operation",
    (a) => `rotate(${a.array(small(a), 0, 99, a.real())},${a.integer(0, 7)})`,
  ),
  row("SOBEL", "operation", (a) => `sobel(${a.array(small(a), 0, 99, a.real())})`),
  row("ROBERTS", "operation", (a) => `float(roberts(${a.array(small(a), 0, 99, a.real())}))`),
  row(
    "PREWITT",
    "function",
    (a) => `prewitt(${a.array(small(a), 0, 99, a.pick(["byte", "int", "long"]))})`,
  ),
  row(
    "HIST_EQUAL",
    "operation",
    (a) => `hist_equal(${a.array(small(a), 0, 99, a.real())}${a.maybe(",top=99")})`,
  ),
  row("HIST_2D", "operation", (a) => {
    const n = a.integer(4, 30);
    const type = a.pick(["byte", "int", "float"]);
    return `hist_2d(${a.list(n, 0, 9, type)},${a.list(n, 0, 9, type)},min1=0,max1=9,min2=0,max2=8${
      a.maybe(",bin1=2", ",bin1=2,bin2=3")
    })`;
  }),
  row(
    "ERODE",
    "operation",
    (a) =>
      `erode(${a.array([a.integer(4, 8), a.integer(4, 8)], 0, 9, "byte")},${
        a.pick(["replicate(1,2,2)", "replicate(1,3,3)"])
      }${a.maybe(",/gray")})`,
  ),
  row("CORRELATE", "transform", (a) => {
    const type = "double";
    const n = a.integer(4, 12);
    return `correlate(${a.list(n, -9, 9, type)},${a.list(n, -9, 9, type)}${
      a.maybe(",/covariance")
    })`;
  }),
  row("C_CORRELATE", "transform", (a) => {
    const type = a.float();
    const n = a.integer(5, 12);
    return `c_correlate(${a.list(n, -9, 9, type)},${a.list(n, -9, 9, type)},[-2,-1,0,1,3]${
      a.maybe(",/covariance")
    })`;
  }),
  row(
    "A_CORRELATE",
    "transform",
    (a) =>
      `a_correlate(${a.list(a.integer(5, 12), -9, 9, a.float())},[0,1,2,3]${
        a.maybe(",/covariance")
      })`,
  ),
  row(
    "ISHFT",
    "operation",
    (a) =>
      `ishft(${a.list(a.integer(2, 8), -99, 99, a.pick(["byte", "uint"]))},${a.integer(-9, 9)})`,
  ),
  row(
    "NORM",
    "function",
    (a) =>
      a.next() < 0.5
        ? `norm(${a.list(a.integer(2, 8), -9, 9, a.float())}${
          a.maybe(",lnorm=1", ",lnorm=0", ",lnorm=3")
        })`
        : `norm(${a.array([4, 4], -9, 9, a.float())}${a.maybe(",lnorm=1", ",lnorm=2")})`,
  ),
  row("CROSSP", "transform", (a) => {
    const type = a.pick(["int", "long", "float", "double"]);
    return `crossp(${a.list(3, -9, 9, type)},${a.list(3, -9, 9, type)})`;
  }),
  row("IDENTITY", "operation", (a) => `identity(${a.integer(1, 9)}${a.maybe(",/double")})`),
  row(
    "HANNING",
    "transform",
    (a) =>
      `hanning(${a.integer(2, 9)}${a.maybe(`,${a.integer(2, 6)}`)}${
        a.maybe(",alpha=0.54", ",/double")
      })`,
  ),
  row(
    "SWAP_ENDIAN",
    "operation",
    (a) =>
      `swap_endian(${a.list(a.integer(1, 6), -99, 99, a.pick(["byte", "int", "long", "uint"]))})`,
  ),
  row("INVERT", "transform", (a) => {
    const n = a.integer(2, 5);
    return `invert(${a.array([n, n], -9, 9, "double")})`;
  }),
  row("DETERM", "function", (a) => {
    const n = a.integer(2, 5);
    return `(determ(${a.array([n, n], -9, 9, a.float())}${a.maybe(",/double")}))[0]`;
  }),
  row("LUSOL", "transform", (a) => {
    const n = a.integer(2, 5);
    return `m=${a.array([n, n], -9, 9, "double")} & b=${
      a.list(n, -9, 9, "double")
    } & ludc,m,i & lusol(m,i,b)`;
  }),
  row(
    "SVDC",
    "transform",
    (a) => `svdc,${a.array([a.integer(2, 4), a.integer(4, 6)], -9, 9, a.float())},w,u,v & w`,
  ),
  row("GAMMA", "function", (a) => `gamma(${a.list(4, 1, 9, a.float())})`),
  row("LNGAMMA", "function", (a) => `lngamma(${a.list(4, 1, 9, a.float())})`),
  row("ERF", "function", (a) => `erf(${a.list(4, -2, 3, a.float())})`),
  row("ERFC", "function", (a) => `erfc(${a.list(4, -2, 3, a.float())})`),
  row(
    "IGAMMA",
    "function",
    (a) => `igamma(${a.list(4, 1, 9, "double")},${a.list(4, 0, 12, "double")})`,
  ),
  row(
    "JULDAY",
    "operation",
    (a) =>
      `julday(${a.integer(1, 12)},${a.integer(1, 28)},${a.integer(1, 2200)}${
        a.maybe(`,${a.integer(0, 23)},${a.integer(0, 59)},${a.integer(0, 59)}`)
      })`,
  ),
  row("CALDAT", "operation", (a) => `caldat,${a.integer(1721500, 2600000)}L,m,d,y & [m,d,y]`),
  row(
    "CALDAT time",
    "operation",
    (a) => `caldat,${a.integer(2400000, 2500000)}.${a.integer(1, 9999)}d,m,d,y,h,n & [m,d,y,h,n]`,
  ),
  row("STRSPLIT", "operation", (a) => {
    const text = words(a);
    return a.next() < 0.5
      ? `strsplit('${text}'${a.maybe(",','", ",', '")}${a.maybe(",/extract")}${
        a.maybe(",/preserve_null")
      })`
      : `strsplit('${text}','${a.pick(["[,;]", "a+", ", *", "b|cd"])}',/regex,/extract)`;
  }),
  row(
    "STRJOIN",
    "operation",
    (a) => `strjoin(['${words(a)}','${words(a)}'],'${a.pick(["", "-", ", "])}')`,
  ),
  row(
    "STRCMP",
    "operation",
    (a) =>
      `strcmp(['${letters(a)}','${letters(a)}'],'${letters(a)}'${a.maybe(`,${a.integer(0, 3)}`)}${
        a.maybe(",/fold_case")
      })`,
  ),
  row(
    "STRMATCH",
    "operation",
    (a) =>
      `strmatch(['${letters(a)}','${letters(a)}'],'${
        a.pick(["*", "a*", "*b", "?b*", "[ab]*", "*a*b*", "a?", "[!a]*"])
      }'${a.maybe(",/fold_case")})`,
  ),
  row("STREGEX", "operation", (a) => {
    const pattern = a.pick([
      "a",
      "a+",
      "b|ab",
      "^a",
      "b$",
      "(a)(b)?",
      "[ab]+c",
      "a.c",
      "a{2}",
      "a{1,2}b",
      "[^a]+",
      "(a|b)+",
      "x*",
      "c(a|b)*",
      "[[:alpha:]]+",
      "(a*)(b*)",
    ]);
    return `stregex(['${letters(a)}','${letters(a)}'],'${pattern}'${
      a.maybe(",/extract", ",/boolean", ",/extract,/subexpr", ",/subexpr")
    }${a.maybe(",/fold_case")})`;
  }),
  row(
    "STRPUT",
    "operation",
    (a) => `s='${letters(a)}${letters(a)}' & strput,s,'${letters(a)}',${a.integer(0, 5)} & s`,
  ),
  row("STRCOMPRESS", "operation", (a) => `strcompress('${words(a)}'${a.maybe(",/remove_all")})`),
  row(
    "READS",
    "operation",
    (a) =>
      `x=${a.pick(["0", "0.", "0d", "intarr(2)", "fltarr(3)"])} & reads,'${a.integer(-9, 99)} ${
        a.integer(-9, 99)
      }, ${a.integer(0, 9)}.5 7',x & x`,
  ),
  row("STRING FORMAT", "operation", (a) => {
    const [format, type] = a.pick(
      [
        ["(f8.3)", "float"],
        ["(e12.4)", "float"],
        ["(g10.4)", "float"],
        ["(i5)", "int"],
        ["(i5.3)", "int"],
        ["(i05)", "int"],
        ["(z6)", "int"],
        ["(o6)", "int"],
        ["(b18)", "int"],
        ['(%"%d")', "int"],
        ['(%"%6.2f")', "float"],
        ['(%"%05d|%s")', "int"],

        ["(2x,i4)", "int"],
        ["(f0.2)", "float"],
        ["(+i5)", "int"],
        ["(a6)", "int"],
      ] as const,
    );
    return `string(${a.number(-99, 99, type)},format='${format}')`;
  }),
  row(
    "ISA",
    "operation",
    (a) =>
      `isa(${a.pick(["1", "1.5", "'a'", "[1,2]", "['a']", "1b", "complex(1,2)"])}${
        a.maybe(",'INT'", ",'float'", ",/number", ",/array", ",/scalar", ",/string")
      })`,
  ),
  row(
    "FFT",
    "transform",
    (a) =>
      `fft(${a.array(a.pick([[5], [7], [8], [12], [3, 4], [5, 6], [2, 3, 4]]), -9, 9, a.float())}${
        a.maybe(",1", ",/inverse")
      })`,
  ),
  row(
    "MEDIAN",
    "operation",
    (a) =>
      `median(${
        a.list(a.integer(3, 12), -9, 9, a.pick(["byte", "int", "long", "float", "double"]))
      })`,
  ),
  row("WTN", "transform", (a) => {
    // GDL goes one step further, to a single smooth element; and of longer filters it takes the
    // first element, not the middle one, as that which stands at a place.
    const n = a.pick([8, 16, 32]);
    return `(wtn(${a.list(n, -9, 9, a.float())},4))[2:*]`;
  }),
];

/** Words with separators between them. */
export function words(a: Arguments): string {
  return Array.from(
    { length: a.integer(1, 5) },
    () => letters(a) + a.pick([" ", ",", ", ", "  ", ";", ""]),
  ).join("");
}

export function letters(a: Arguments): string {
  return Array.from({ length: a.integer(1, 5) }, () => a.pick([..."aaabbcABd"])).join("");
}

/** The cases of a routine for ours and for GDL, made anew from its name. */
export function casesOf(
  { name, make }: RoutineCases,
): { readonly ours: string; readonly theirs: string }[] {
  let seed = 0;
  for (const character of name) seed = (31 * seed + character.charCodeAt(0)) >>> 0;
  const own = new Arguments(seed);
  return Array.from({ length: CASES }, () => {
    const made = make(own);
    return typeof made === "string" ? { ours: made, theirs: made } : made;
  });
}
