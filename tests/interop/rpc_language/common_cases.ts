/** Seeded calls of the routines that every program uses; GDL is asked. */

import type { Nearness } from "../../support/rpc/compare.ts";
import { type Arguments, letters, type RoutineCases, words } from "./routine_cases.ts";

type Make = RoutineCases["make"];

const row = (name: string, nearness: Nearness, make: Make): RoutineCases => ({
  name,
  nearness,
  make,
});

const shape = (a: Arguments): number[] =>
  Array.from({ length: a.integer(1, 3) }, () => a.integer(2, 5));

/** An array, or seldom a scalar, of a type. */
const any = (a: Arguments, least: number, most: number, type: string): string =>
  a.next() < 0.15 ? `(${a.number(least, most, type)})` : a.array(shape(a), least, most, type);

const complexes = (a: Arguments): string => {
  const count = a.integer(2, 6);
  const name = a.pick(["complex", "dcomplex"]);
  return `${name}(${a.list(count, -9, 9)},${a.list(count, -9, 9)})`;
};

/** Functions of single elements with the numbers that they take. */
const ELEMENTARY: readonly (readonly [
  name: string,
  least: number,
  most: number,
  complex: boolean,
])[] = [
  ["abs", -99, 99, true],
  ["sqrt", 0, 99, true],
  ["exp", -9, 9, true],
  ["alog", 1, 99, true],
  ["alog10", 1, 99, true],
  ["sin", -9, 9, true],
  ["cos", -9, 9, true],
  ["tan", -1, 1, false],
  ["asin", -1, 1, false],
  ["acos", -1, 1, false],
  ["atan", -9, 9, false],
  ["sinh", -5, 5, false],
  ["cosh", -5, 5, false],
  ["tanh", -5, 5, false],
];

const elementary = ELEMENTARY.map(([name, least, most, complex]) =>
  row(name.toUpperCase(), "function", (a) => {
    if (complex && a.next() < 0.2) return `${name}(${complexes(a)})`;
    const type = a.real();
    if (name === "atan" && a.next() < 0.3) {
      return `atan(${a.list(4, -9, 9, type)},${a.list(4, 1, 9, type)})`;
    }
    return `${name}(${any(a, least, most, type)})`;
  })
);

const rounding = ["floor", "ceil", "round"].map((name) =>
  row(
    name.toUpperCase(),
    "operation",
    (a) => `${name}(${any(a, -99, 99, a.real())}${a.maybe(",/l64")})`,
  )
);

const TYPES = ["b", "", "l", "l64", "u", "ul", "ul64", "f", "d", "c", "dc"];
const numbered = TYPES.map((type) => {
  const name = `${type}indgen`;
  return row(name.toUpperCase(), "operation", (a) => {
    const dimensions = shape(a).join(",");
    const start = a.maybe(`,start=${a.integer(0, 9)}`);
    return `${name}(${dimensions}${start}${a.maybe(`,increment=${a.integer(1, 3)}`)})`;
  });
});
const EMPTY = "byt int lon lon64 uint ulon ulon64 flt dbl complex dcomplex str".split(" ");
const zeros = EMPTY.map((type) => {
  const dimensions = (a: Arguments) => a.next() < 0.2 ? `[${shape(a)}]` : shape(a).join(",");
  return row(`${type}arr`.toUpperCase(), "operation", (a) => `${type}arr(${dimensions(a)})`);
});

const SIGNED = ["fix", "long", "long64", "float", "double"];
const UNSIGNED = ["byte", "uint", "ulong", "ulong64"];
const conversions = [...SIGNED, ...UNSIGNED].map((name) =>
  row(name.toUpperCase(), "operation", (a) => {
    const least = SIGNED.includes(name) ? -99 : 0;
    if (a.next() < 0.2 && name !== "byte") return `${name}('${a.integer(least, 99)}')`;
    if (a.next() < 0.2) return `${name}(${complexes(a)})`.replaceAll("-", "");
    return `${name}(${any(a, least, 99, a.real())})`;
  })
);

const along = (a: Arguments, dimensions: number): string =>
  a.next() < 0.5 ? "" : String(a.integer(1, dimensions));

/** A function of an array, or along one of its dimensions by an argument. */
const reduction = (name: string, keywords: readonly string[]): RoutineCases =>
  row(name.toUpperCase(), "transform", (a) => {
    const own = shape(a);
    const type = a.real();
    const dimension = along(a, own.length);
    const second = dimension === "" ? "" : `,${dimension}`;
    return `${name}(${a.array(own, 1, name === "product" ? 3 : 99, type)}${second}${
      a.maybe(...keywords)
    })`;
  });

/** A statistic of an array, or along one of its dimensions by a keyword. */
const statistic = (name: string): RoutineCases =>
  row(name.toUpperCase(), "transform", (a) => {
    const dimension = name === "skewness" || name === "kurtosis" || name === "meanabsdev"
      ? ""
      : along(a, 2);
    const keyword = dimension === "" ? "" : `,dimension=${dimension}`;
    // The third and the fourth moments of FLOAT are rounded otherwise on the way.
    const type = name === "skewness" || name === "kurtosis" ? "double" : a.float();
    const array = a.array([a.integer(4, 7), a.integer(4, 7)], -99, 99, type);
    return `${name}(${array}${keyword}${a.maybe(",/double")})`;
  });

const extreme = (name: "max" | "min"): RoutineCases =>
  row(name.toUpperCase(), "operation", (a) => {
    const own = [a.integer(2, 5), a.integer(2, 5)];
    const array = a.array(own, -99, 99, a.real());
    if (a.next() < 0.3) return `m=${name}(${array},i) & [m,i]`;
    return `${name}(${array}${a.maybe(`,dimension=${a.integer(1, 2)}`)})`;
  });

const text = (a: Arguments): string => words(a).replaceAll("'", "");
const texts = (a: Arguments): string =>
  a.next() < 0.4 ? `'${text(a)}'` : `['${text(a)}','  ${text(a)} ']`;

/** What GDL is asked about the routines that every program uses. */
export const COMMON_ROUTINES: readonly RoutineCases[] = [
  ...elementary,
  ...rounding,
  ...numbered,
  ...zeros,
  ...conversions,
  row("MAKE_ARRAY", "operation", (a) => {
    const type = a.pick(["/byte", "/integer", "/long", "/float", "/double", "/uint", "type=3"]);
    const value = a.maybe(`,value=${a.integer(0, 9)}`, ",/index");
    return `make_array(${shape(a).join(",")},${type}${value})`;
  }),
  row("SINDGEN", "operation", (a) => `sindgen(${shape(a).join(",")})`),
  row("DIST", "function", (a) => `dist(${a.integer(2, 9)}${a.maybe(`,${a.integer(2, 9)}`)})`),
  row(
    "REPLICATE",
    "operation",
    (a) => `replicate(${a.number(-9, 9, a.real())},${shape(a).join(",")})`,
  ),
  row("COMPLEX", "operation", (a) => {
    const type = a.real();
    const imaginary = a.maybe(`,${a.number(-9, 9, type)}`);
    return `complex(${a.list(a.integer(2, 5), -9, 9, type)}${imaginary})`;
  }),
  row(
    "DCOMPLEX",
    "operation",
    (a) => `dcomplex(${a.list(3, -9, 9, a.real())},${a.list(3, -9, 9, a.real())})`,
  ),
  ...["real_part", "imaginary", "conj"].map((name) =>
    row(
      name.toUpperCase(),
      "operation",
      (a) =>
        `${name}(${
          a.next() < 0.8 || name === "imaginary" ? complexes(a) : a.list(3, -9, 9, a.float())
        })`,
    )
  ),
  row("STRING", "operation", (a) => `string(${a.list(a.integer(1, 4), -99, 99, a.real())})`),
  row(
    "BETA",
    "function",
    (a) => `beta(${a.list(3, 1, 9, "double")},${a.list(3, 1, 9, "double")})`,
  ),
  row("FACTORIAL", "function", (a) => `double(factorial(${a.integer(0, 18)}))`),
  ...["logical_and", "logical_or"].map((name) =>
    row(name.toUpperCase(), "operation", (a) => {
      const type = a.real();
      return `${name}(${a.list(5, 0, 1, type)},${a.list(5, 0, 1, type)})`;
    })
  ),
  row("LOGICAL_TRUE", "operation", (a) => `logical_true(${a.list(5, 0, 1, a.real())})`),
  row("REFORM", "operation", (a) => {
    const [n, m] = [a.integer(1, 5), a.integer(2, 5)];
    const array = a.array([n, m, 2], -9, 9, a.real());
    return `reform(${array}${a.maybe(`,${2 * m},${n}`, `,${n * m},2`, `,1,${2 * n * m}`)})`;
  }),
  row("TRANSPOSE", "operation", (a) => {
    const array = a.array([a.integer(2, 4), a.integer(2, 4), 2], -9, 9, a.real());
    return `transpose(${array}${a.maybe(",[1,0,2]", ",[2,0,1]", ",[0,2,1]")})`;
  }),
  row("REVERSE", "operation", (a) => {
    const own = shape(a);
    const dimension = a.maybe(`,${a.integer(1, own.length)}`);
    return `reverse(${a.array(own, -9, 9, a.real())}${dimension})`;
  }),
  row("SHIFT", "operation", (a) => {
    const own = [a.integer(2, 5), a.integer(2, 5)];
    const distances = a.maybe(`,${a.integer(-3, 3)}`);
    return `shift(${a.array(own, -9, 9, a.real())},${a.integer(-7, 7)}${distances})`;
  }),
  row("ARRAY_INDICES", "operation", (a) => {
    const [n, m] = [a.integer(2, 5), a.integer(2, 5)];
    const last = n * m - 1;
    return `array_indices(bytarr(${n},${m}),[${a.integer(0, last)},${a.integer(0, last)}])`;
  }),
  row("REBIN", "transform", (a) => {
    const [n, m] = [a.pick([2, 4, 6]), a.pick([2, 4])];
    const target = [a.pick([n / 2, n, 2 * n]), a.pick([m / 2, m, 3 * m])];
    const array = a.array([n, m], 0, 99, a.pick(["float", "double", "long"]));
    return `rebin(${array},${target.join(",")},/sample)`;
  }),
  row("REBIN averages", "transform", (a) => {
    const [n, m] = [a.pick([2, 4, 6]), a.pick([2, 4])];
    const target = [a.pick([n / 2, n, 2 * n]), a.pick([m / 2, m, 3 * m])];
    return `rebin(${a.array([n, m], 0, 99, a.float())},${target.join(",")})`;
  }),
  row("CONGRID", "operation", (a) => {
    const array = a.array([a.integer(3, 6), a.integer(3, 6)], 0, 99, a.real());
    return `congrid(${array},${a.integer(2, 9)},${a.integer(2, 9)})`;
  }),
  reduction("total", [",/double", ",/preserve_type"]),
  reduction("product", []),
  extreme("max"),
  extreme("min"),
  ...["mean", "variance", "stddev", "skewness", "kurtosis", "meanabsdev"].map(statistic),
  row(
    "MOMENT",
    "transform",
    (a) => `moment(${a.list(a.integer(4, 12), -99, 99, a.float())}${a.maybe(",/double")})`,
  ),
  row("HISTOGRAM", "operation", (a) => {
    const list = a.list(a.integer(4, 20), 0, 20, a.pick(["byte", "int", "long"]));
    return `histogram(${list},min=0,max=${a.integer(10, 20)}${
      a.maybe(",binsize=2", ",binsize=5")
    })`;
  }),
  row("WHERE", "operation", (a) => {
    const list = a.list(a.integer(3, 12), -9, 9, a.real());
    const tested = `${list} gt ${a.integer(-5, 9)}`;
    if (a.next() < 0.3) return `i=where(${tested},n) & n`;
    if (a.next() < 0.3) return `i=where(${tested},complement=c) & c`;
    return `where(${tested})`;
  }),
  row("FINITE", "operation", (a) => {
    const list = Array.from(
      { length: a.integer(2, 7) },
      () => a.pick(["1.5", "!values.f_nan", "!values.f_infinity", "0.0", "-!values.f_infinity"]),
    );
    return `finite([${list}]${a.maybe(",/nan", ",/infinity")})`;
  }),
  row("SORT", "operation", (a) => {
    const numbers = Array.from({ length: a.integer(3, 12) }, (_, i) => 7 * i % 23);
    numbers.sort(() => a.next() - 0.5);
    return `sort([${numbers}]*${a.pick(["1", "1.5", "(-2L)", "0.25d"])})`;
  }),
  row("UNIQ", "operation", (a) => {
    const list = a.list(a.integer(3, 12), 0, 4, a.pick(["byte", "int", "long"]));
    return a.next() < 0.5 ? `x=${list} & x=x[sort(x)] & x[uniq(x)]` : `uniq(${list})`;
  }),
  row("BYTSCL", "operation", (a) => {
    const array = a.array([a.integer(2, 5), a.integer(2, 5)], 0, 99, a.real());
    return `bytscl(${array}${a.maybe(",min=10", ",max=50", ",min=5,max=80")}${a.maybe(",top=99")})`;
  }),
  row("SMOOTH", "transform", (a) => {
    // Of the edges that it need not change GDL changes some.
    const [n, m] = [a.integer(5, 9), a.integer(5, 9)];
    const array = a.array([n, m], 0, 99, a.float());
    return a.next() < 0.5
      ? `smooth(${array},3,/edge_truncate)`
      : `(smooth(${array},3))[1:${n - 2},1:${m - 2}]`;
  }),
  row("DIAG_MATRIX", "operation", (a) => {
    const type = a.real();
    if (a.next() < 0.5) {
      const place = a.maybe(`,${a.integer(-2, 2)}`);
      return `diag_matrix(${a.list(a.integer(2, 4), -9, 9, type)}${place})`;
    }
    const place = a.maybe(`,${a.pick([-1, 1])}`);
    return `diag_matrix(${a.array([a.integer(3, 5), a.integer(3, 5)], -9, 9, type)}${place})`;
  }),
  row("TRACE", "function", (a) => {
    const n = a.integer(2, 5);
    return `trace(${a.array([n, n], -9, 9, a.float())}${a.maybe(",/double")})`;
  }),
  row("SVSOL", "transform", (a) => {
    const [n, m] = [a.integer(2, 3), a.integer(3, 5)];
    const matrix = a.array([n, m], -9, 9, "double");
    return `svdc,${matrix},w,u,v & svsol(u,w,v,${a.list(m, -9, 9, "double")})`;
  }),
  row("LUDC", "transform", (a) => {
    const n = a.integer(2, 5);
    return `m=${a.array([n, n], -9, 9, "double")} & ludc,m,i & abs(m)`;
  }),
  row("N_ELEMENTS", "operation", (a) => `n_elements(${any(a, 0, 9, a.real())})`),
  row(
    "SIZE",
    "operation",
    (a) =>
      `size(${any(a, 0, 9, a.real())}${
        a.maybe(",/type", ",/n_dimensions", ",/dimensions", ",/tname", ",/n_elements")
      })`,
  ),
  row(
    "KEYWORD_SET",
    "operation",
    (a) => `keyword_set(${a.pick(["0", "1", "[0,0]", "''", "'a'", "0.0", "[0]", "2b"])})`,
  ),
  row(
    "ARRAY_EQUAL",
    "operation",
    (a) => `array_equal(${a.list(2, 0, 1, a.real())},${a.list(2, 0, 1, a.real())})`,
  ),
  row("TYPENAME", "operation", (a) => `typename(${any(a, 0, 9, a.real())})`),
  row("TEMPORARY", "operation", (a) => `x=${any(a, 0, 9, a.real())} & temporary(x)`),
  row("STRTRIM", "operation", (a) => `strtrim(${texts(a)}${a.maybe(",0", ",1", ",2")})`),
  row("STRLEN", "operation", (a) => `strlen(${texts(a)})`),
  row("STRUPCASE", "operation", (a) => `strupcase(${texts(a)})`),
  row("STRLOWCASE", "operation", (a) => `strlowcase(${texts(a)})`),
  row(
    "STRMID",
    "operation",
    (a) => `strmid('${letters(a)}${letters(a)}',${a.integer(0, 4)}${a.maybe(",2", ",3")})`,
  ),
  row(
    "STRPOS",
    "operation",
    (a) => `strpos('${letters(a)}${letters(a)}','${letters(a)[0]}'${a.maybe(",/reverse_search")})`,
  ),
  row("TAG_NAMES", "operation", (a) => `tag_names({${letters(a)}: 1, x${letters(a)}: 'a'})`),
  row(
    "N_TAGS",
    "operation",
    (a) => `n_tags(${a.pick(["{a:1}", "{a:1,b:2.}", "{a:1,b:{c:2}}", "5", "'a'"])})`,
  ),
  row(
    "CREATE_STRUCT",
    "operation",
    (a) => `s=create_struct('a',${a.number(-9, 9, a.real())},'b',${a.list(3, 0, 9)}) & s.a`,
  ),
  row("LIST", "operation", (a) => {
    const [n, m] = [a.number(-9, 9, "int"), a.number(-9, 9, "int")];
    return a.pick([
      `l=list(${n},${m}) & l.toarray()`,
      `l=list(${n},'a',[${m},2]) & n_elements(l)`,
      `l=list(${n},${m}) & l->add,7 & l.count()`,
      `n_elements(list(${n},${m},3))`,
    ]);
  }),
  ...["hash", "orderedhash"].map((name) =>
    row(name.toUpperCase(), "operation", (a) => {
      const value = a.number(-9, 9, a.real());
      return a.pick([
        `h=${name}('a',${value},'b',2) & h['a']`,
        `h=${name}('a',${value}) & h['c']=5 & h.count()`,
        `h=${name}('a',${value}) & fix(h.haskey('${a.pick(["a", "b"])}'))`,
      ]);
    })
  ),
  row("OBJ_VALID", "operation", (a) => `obj_valid(${a.pick(["list()", "hash()", "5", "'a'"])})`),
  row("PTR_NEW", "operation", (a) => `p=ptr_new(${any(a, -9, 9, a.real())}) & *p`),
  row("PTRARR", "operation", (a) => {
    const [n, value] = [a.integer(2, 5), a.number(-9, 9, a.real())];
    const place = a.integer(0, n - 1);
    return a.pick([
      `p=ptrarr(${n}) & p[${place}]=ptr_new(${value}) & ptr_valid(p)`,
      `p=ptrarr(${n}) & p[${place}]=ptr_new(${value}) & *p[${place}]`,
      `p=ptrarr(${n},/allocate_heap) & *p[${place}]=${value} & *p[${place}]`,
    ]);
  }),
  row(
    "PTR_VALID",
    "operation",
    (a) => `ptr_valid(${a.pick(["ptr_new()", "ptr_new(5)", "5", "ptrarr(3)", "[1,2]", "'a'"])})`,
  ),
  row(
    "PTR_FREE",
    "operation",
    (a) => `p=ptr_new(${a.number(-9, 9, a.real())}) & q=p & ptr_free,p & ptr_valid(q)`,
  ),
  row("HEAP_FREE", "operation", (a) => {
    const value = `ptr_new(${a.number(-9, 9, a.real())})`;
    return a.pick([
      `p=${value} & q=p & heap_free,p & ptr_valid(q)`,
      `p=${value} & s={a:1,b:p} & heap_free,s & ptr_valid(p)`,
    ]);
  }),
  row(
    "CALL_PROCEDURE",
    "operation",
    (a) => `call_procedure,'caldat',${a.integer(1721500, 2600000)}L,m,d,y & [m,d,y]`,
  ),
  row("TRIM", "operation", (a) => {
    const type = a.pick(["int", "long", "float", "double"]);
    const value = a.next() < 0.5 ? `'  ${text(a)} '` : a.number(-99, 99, type);
    return { ours: `trim(${value})`, theirs: `strtrim(${value},2)` };
  }),
  row("STR2ARR", "operation", (a) => {
    const pieces = Array.from({ length: a.integer(1, 5) }, () => letters(a));
    const between = a.pick([",", ";", "x-"]);
    const own = `'${pieces.join(between)}'`;
    return {
      ours: `str2arr(${own},'${between}')`,
      theirs: `['${pieces.join("','")}']`,
    };
  }),
  row("ARR2STR", "operation", (a) => {
    const list = `['${letters(a)}','${letters(a)}','${letters(a)}']`;
    const between = a.pick([",", "; ", ""]);
    return { ours: `arr2str(${list},'${between}')`, theirs: `strjoin(${list},'${between}')` };
  }),
  row("REPCHR", "operation", (a) => {
    const own = `'${letters(a)}${letters(a)}'`;
    const [before, after] = [a.pick(["a", "b", "B"]), a.pick(["x", "-", "a"])];
    return {
      ours: `repchr(${own},'${before}','${after}')`,
      theirs: `strjoin(strsplit(${own},'${before}',/extract,/preserve_null),'${after}')`,
    };
  }),
  row("IS_NUMBER", "operation", (a) => {
    const number = a.next() < 0.5;
    const own = number
      ? a.pick(["'12'", "'-3.5'", "'1e5'", "' 7 '", "3.5", "12b", "'.5'", "'+2.'", "'1d-3'"])
      : a.pick(["'a1'", "'1a'", "'--2'", "'e5'", "'1.2.3'", "'1 2'"]);
    return { ours: `fix(is_number(${own}))`, theirs: number ? "1" : "0" };
  }),
  row("STRING dates", "operation", (a) => {
    // GDL has no blanks within C(), takes names whole, and cuts seconds off that are a little less.
    const date = `julday(${a.integer(1, 12)},${a.integer(1, 28)},${a.integer(1900, 2100)},${
      a.integer(0, 23)
    },${a.integer(0, 59)},30)`;
    const format = a.pick([
      '(C(CYI4,"-",CMOI2.2,"-",CDI2.2))',
      '(C(CHI2.2,":",CMI2.2))',
      '(C(CDI2.2,"/",CMOI2.2,"/",CYI4))',
    ]);
    return `string(${date},format='${format}')`;
  }),
  row("EXECUTE", "operation", (a) => `i=execute('x=${a.number(-9, 9, a.real())}') & x`),
  row("CALL_FUNCTION", "function", (a) => `call_function('sqrt',${a.list(3, 0, 9, a.real())})`),
];
