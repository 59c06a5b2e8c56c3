/** Tables against astropy and fitsverify (Debian: python3-astropy, fitsverify). */

import { assert, assertEquals } from "@std/assert";
import {
  cellsOf,
  type ColumnInput,
  encodeFits,
  type FitsFile,
  openFits,
  tableHdu,
  writeTable,
} from "../../fits/mod.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { SeededRandom } from "../support/random.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { python } from "./python.ts";

/** A cell in a form that both languages can write: flat lists, integers as text. */
type Plain = string | number | boolean | null | Plain[];
interface PlainTable {
  hdu: number;
  columns: { name: string; cells: Plain[] }[];
}

/** What both scripts need: cells in the common form. */
const COMMON = `
import json, math, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
from astropy.io import fits
def plain(v):
    if isinstance(v, (np.ndarray, list)):
        return [plain(x) for x in np.asarray(v).ravel()]
    if isinstance(v, (str, np.str_)):
        return str(v)
    if isinstance(v, (bool, np.bool_)):
        return bool(v)
    if isinstance(v, (int, np.integer)):
        return str(int(v))
    if isinstance(v, (complex, np.complexfloating)):
        return [plain(v.real), plain(v.imag)]
    v = float(v)
    return v if math.isfinite(v) else "NaN" if v != v else "Infinity" if v > 0 else "-Infinity"
def tables(path):
    out = []
    with fits.open(path, memmap=False, disable_image_compression=True) as f:
        for i, hdu in enumerate(f):
            if not isinstance(hdu, (fits.BinTableHDU, fits.TableHDU)) or hdu.data is None:
                continue
            columns = []
            for n in range(len(hdu.columns)):
                values = hdu.data.field(n) if hdu.header["NAXIS2"] else []
                columns.append(dict(name=hdu.columns[n].name or "", cells=[plain(v) for v in values]))
            out.append(dict(hdu=i, columns=columns))
    return out
`;

const READ = `${COMMON}
for path in json.load(sys.stdin):
    try:
        print(json.dumps(tables(path)))
    except Exception as e:
        print(json.dumps(str(e)))
`;

/** What astropy reads from files: the tables of each. */
async function readByAstropy(paths: readonly string[]): Promise<(PlainTable[] | string)[]> {
  const text = await python(READ, JSON.stringify(paths));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

function plainNumber(value: number): Plain {
  return Number.isFinite(value) ? value : String(value);
}

/** Our values in the common form. */
async function readByOurs(file: FitsFile): Promise<PlainTable[]> {
  const tables: PlainTable[] = [];
  for await (const hdu of file.hdus) {
    if (!hdu.isTable && hdu.kind !== "compressed IMAGE") continue;
    const table = hdu.openTable({ stored: true });
    const columns = [];
    for (const [index, { name }] of table.columns.entries()) {
      const data = await table.column(index);
      const integer = /int/.test(data.type);
      const cell = cellsOf(data);
      const one = (value: unknown): Plain => {
        if (value !== null && typeof value === "object") {
          return Array.from(value as ArrayLike<unknown>, one);
        }
        if (data.type === "bit") return value === 1;
        if (typeof value === "bigint" || (integer && value !== null)) return String(value);
        if (typeof value !== "number") return value as Plain;
        // Of a real without a value astropy gives what it is stored as, or 0.
        return Number.isNaN(value) && data.column.null !== undefined ? null : plainNumber(value);
      };
      columns.push({ name, cells: Array.from({ length: data.rows }, (_, row) => one(cell(row))) });
    }
    tables.push({ hdu: hdu.index, columns });
  }
  return tables;
}

/** Whether values are the same; of integers and logicals that have none, astropy shows something. */
function same(ours: Plain, theirs: Plain): boolean {
  if (ours === null) return true;
  if (Array.isArray(ours)) {
    if (!Array.isArray(theirs)) return ours.length === 1 && same(ours[0]!, theirs);
    return ours.length === theirs.length && ours.every((value, i) => same(value, theirs[i]!));
  }
  if (Array.isArray(theirs)) {
    // Characters in the heap are a list to astropy.
    const text = typeof ours === "string" && theirs.every((value) => typeof value === "string");
    return text ? ours === theirs.join("") : theirs.length === 1 && same(ours, theirs[0]!);
  }
  // Logicals in the heap are bytes to astropy, which writes 1 for true.
  if (typeof ours === "boolean" && typeof theirs === "string") {
    return ours ? theirs === "84" || theirs === "1" : theirs === "70";
  }
  if (typeof ours === "string" && typeof theirs === "string") {
    return ours.trimEnd() === theirs.trimEnd();
  }
  // Signed bytes are floats to astropy.
  if (typeof ours === "string" && typeof theirs === "number") return ours === String(theirs);
  return ours === theirs;
}

function compareTables(label: string, ours: PlainTable[], theirs: PlainTable[]): number {
  assertEquals(ours.map(({ hdu }) => hdu), theirs.map(({ hdu }) => hdu), label);
  let cells = 0;
  for (const [i, table] of ours.entries()) {
    const expected = theirs[i]!;
    assertEquals(table.columns.length, expected.columns.length, label);
    for (const [n, column] of table.columns.entries()) {
      const other = expected.columns[n]!;
      assertEquals(column.name.trim(), other.name.trim(), label);
      // A column without elements has no rows in astropy.
      if (other.cells.length === 0 && column.cells.every((cell) => same(cell, []))) continue;
      assertEquals(column.cells.length, other.cells.length, `${label} ${column.name}`);
      for (const [row, cell] of column.cells.entries()) {
        cells++;
        assert(
          same(cell, other.cells[row]!),
          `${label}, HDU ${table.hdu}, column ${n + 1} '${column.name}', row ${row + 1}: ` +
            `${JSON.stringify(cell).slice(0, 200)}, astropy ` +
            `${JSON.stringify(other.cells[row]).slice(0, 200)}`,
        );
      }
    }
  }
  return cells;
}

corpusTest("Table reads every table of the corpus as astropy does", async () => {
  const expected = JSON.parse(await Deno.readTextFile(corpusFile("fits/EXPECTED.json"))).files;
  // Columns without names are beyond astropy: these two tables, and the compressed forms of them.
  const names = Object.keys(expected).filter((name) =>
    !name.startsWith("compressed/ztable_") &&
    expected[name].hdus?.some((hdu: { cols?: unknown }) => hdu.cols !== undefined)
  );
  const paths = names.map((name) => corpusFile(`fits/${name}`).pathname);
  const answers = await readByAstropy(paths);
  let cells = 0;
  for (const [i, name] of names.entries()) {
    const theirs = answers[i]!;
    if (typeof theirs === "string") throw new Error(`${name}: astropy says ${theirs}`);
    await using file = await openFits(paths[i]!);
    cells += compareTables(name, await readByOurs(file), theirs);
  }
  assert(cells > 10_000, `${cells} cells`);
});

type Values = ColumnInput["values"];
const NUMBERS: Record<string, (bytes: Uint8Array<ArrayBuffer>) => Values> = {
  uint8: (b) => new Uint8Array(b),
  int8: (b) => new Int8Array(b),
  int16: (b) => new Int16Array(b.buffer),
  uint16: (b) => new Uint16Array(b.buffer),
  int32: (b) => new Int32Array(b.buffer),
  uint32: (b) => new Uint32Array(b.buffer),
  int64: (b) => new BigInt64Array(b.buffer),
  uint64: (b) => new BigUint64Array(b.buffer),
  float32: (b) => new Float32Array(b.buffer),
  float64: (b) => new Float64Array(b.buffer),
};
const SIZES: Record<string, number> = {
  uint8: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

function randomText(random: SeededRandom, most: number): string {
  const length = random.integer(0, most);
  const text = Array.from({ length }, () => String.fromCharCode(random.integer(33, 126))).join("");
  return random.next() < 0.2 ? `it's ${text}`.slice(0, most).trimEnd() : text;
}

/** A column of a random type and shape. */
function randomColumn(random: SeededRandom, rows: number, index: number): ColumnInput {
  const name = random.pick([`COL_${index}`, `c${index}`, `Flux_${index}`]);
  const unit = random.pick(["", "Jy", "m/s", "arcsec"]);
  const shape = random.pick([[], [], [1], [3], [2, 3]]);
  const count = shape.reduce((product, length) => product * length, 1);
  const total = rows * count;
  const kind = random.pick([
    ...Object.keys(NUMBERS),
    ...["string", "strings", "logical", "bit", "complex64", "complex128"],
    ...["variable", "variable", "variable logical", "variable complex", "variable text"],
  ]);
  const bytes = (size: number) => random.bytes(size);
  const logical = () => random.pick([true, false, null]);
  const lengths = () => Array.from({ length: rows }, () => random.integer(0, 6));
  switch (kind) {
    case "string":
      return { name, values: Array.from({ length: rows }, () => randomText(random, 20)) };
    case "strings":
      return {
        name,
        shape: [2],
        values: Array.from({ length: rows * 2 }, () => randomText(random, 9)),
      };
    case "logical":
      return { name, shape, values: Array.from({ length: total }, logical), type: "logical" };
    case "bit": {
      const bits = random.integer(1, 20);
      const values = bytes(rows * bits).map((byte) => byte & 1);
      return { name, shape: [bits], type: "bit", values };
    }
    case "complex64":
      return { name, shape, type: kind, values: new Float32Array(bytes(total * 8).buffer) };
    case "complex128":
      return { name, shape, type: kind, values: new Float64Array(bytes(total * 16).buffer) };
    case "variable": {
      // astropy adds TZEROn of arrays in the heap in 16 bits and overflows.
      const type = random.pick(
        Object.keys(NUMBERS).filter((name) => !/^uint[136]|^int8/.test(name)),
      );
      const values = lengths().map((length) => NUMBERS[type]!(bytes(length * SIZES[type]!)));
      return { name, unit, values: values as ColumnInput["values"] };
    }
    case "variable logical":
      return { name, values: lengths().map((length) => Array.from({ length }, logical)) };
    case "variable complex":
      return {
        name,
        type: "complex64",
        values: lengths().map((length) => new Float32Array(bytes(length * 8).buffer)),
      };
    case "variable text":
      return {
        name,
        variable: true,
        values: lengths().map((length) => randomText(random, 1 + length * 5)),
      };
    default:
      return { name, unit, shape, values: NUMBERS[kind]!(bytes(total * SIZES[kind]!)) };
  }
}

function randomAsciiColumn(random: SeededRandom, rows: number, index: number): ColumnInput {
  const name = `COL_${index}`;
  const list = <T>(make: () => T) => Array.from({ length: rows }, make);
  switch (random.integer(0, 4)) {
    case 0:
      return { name, values: list(() => randomText(random, 12)) };
    case 1:
      return { name, values: new Int32Array(list(() => random.integer(-99_999_999, 999_999_999))) };
    case 2:
      return { name, values: new BigInt64Array(random.bytes(rows * 8).buffer) };
    case 3:
      return {
        name,
        unit: "mag",
        values: new Float32Array(list(() => (random.next() - 0.5) * 10 ** random.integer(-30, 30))),
      };
    default:
      return {
        name,
        values: new Float64Array(list(() => (random.next() - 0.5) * 10 ** random.integer(-99, 99))),
      };
  }
}

Deno.test("tableHdu() writes 150 tables that astropy reads equal and fitsverify does not blame", async () => {
  await using folder = await temporaryFolder();
  const paths: string[] = [];
  for (let i = 0; i < 150; i++) {
    const random = new SeededRandom(30_000 + i);
    const rows = random.pick([0, 1, 2, 7, 60]);
    const ascii = i % 5 === 4;
    const make = ascii ? randomAsciiColumn : randomColumn;
    const columns = Array.from({ length: random.integer(1, 8) }, (_, n) => make(random, rows, n));
    const path = `${folder.path}/t${i}.fits`;
    const options = { name: `T${i}`, checksum: random.next() < 0.5 };
    if (i % 5 === 3) {
      await writeTable(path, [columns, columns], options);
    } else {
      const table = tableHdu({ columns, name: `T${i}`, kind: ascii ? "ascii" : "binary" });
      await Deno.writeFile(path, await encodeFits([table], options));
    }
    paths.push(path);
  }
  const answers = await readByAstropy(paths);
  let cells = 0;
  for (const [i, path] of paths.entries()) {
    const theirs = answers[i]!;
    if (typeof theirs === "string") throw new Error(`seed ${30_000 + i}: astropy says ${theirs}`);
    await using file = await openFits(path);
    cells += compareTables(`seed ${30_000 + i}`, await readByOurs(file), theirs);
  }
  assert(cells > 5_000, `${cells} cells`);
  const { stdout } = await new Deno.Command("fitsverify", { args: ["-q", ...paths] }).output();
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  assertEquals(lines.filter((line) => !line.startsWith("verification OK")), []);
  assertEquals(lines.length, paths.length);
});

const WRITE = `${COMMON}
import random as R
folder, count = sys.argv[1], int(sys.argv[2])
def column(rng, n, i):
    kind = rng.choice(["L","B","I","J","K","E","D","C","M","A","X","PI","PD","QJ","PL","PA","PC","u2","u4","u8","scaled","null"])
    r = rng.choice([1, 1, 2, 5])
    ints = lambda bits: [rng.randrange(-2**(bits-1), 2**(bits-1)) for _ in range(n*r)]
    shape = (n,) if r == 1 else (n, r)
    form = lambda k: ("" if r == 1 else str(r)) + k
    name = "C%d" % i
    def arr(values, dtype): return np.array(values, dtype=dtype).reshape(shape)
    real = lambda: [rng.gauss(0, 1) * 10.0**rng.randrange(-20, 20) if rng.random() > .1 else float("nan") for _ in range(n*r)]
    if kind == "L": return fits.Column(name, form("L"), array=arr([rng.random() < .5 for _ in range(n*r)], bool))
    if kind == "B": return fits.Column(name, form("B"), array=arr([rng.randrange(256) for _ in range(n*r)], np.uint8))
    if kind == "I": return fits.Column(name, form("I"), array=arr(ints(16), np.int16))
    if kind == "J": return fits.Column(name, form("J"), array=arr(ints(32), np.int32))
    if kind == "K": return fits.Column(name, form("K"), array=arr(ints(64), np.int64))
    if kind == "E": return fits.Column(name, form("E"), array=arr(real(), np.float32))
    if kind == "D": return fits.Column(name, form("D"), array=arr(real(), np.float64))
    if kind == "C": return fits.Column(name, form("C"), array=arr([complex(a, b) for a, b in zip(real(), real())], np.complex64))
    if kind == "M": return fits.Column(name, form("M"), array=arr([complex(a, b) for a, b in zip(real(), real())], np.complex128))
    if kind == "A": return fits.Column(name, "9A", array=np.array(["x%d" % rng.randrange(10**rng.randrange(1, 8)) for _ in range(n)]))
    if kind == "X": return fits.Column(name, "11X", array=np.array([[rng.random() < .5 for _ in range(11)] for _ in range(n)]))
    if kind == "u2": return fits.Column(name, form("I"), bzero=2**15, array=arr([rng.randrange(2**16) for _ in range(n*r)], np.uint16))
    if kind == "u4": return fits.Column(name, form("J"), bzero=2**31, array=arr([rng.randrange(2**32) for _ in range(n*r)], np.uint32))
    if kind == "u8": return fits.Column(name, form("K"), bzero=2**63, array=arr([rng.randrange(2**64) for _ in range(n*r)], np.uint64))
    if kind == "scaled": return fits.Column("S" + name, form("I"), array=arr(ints(16), np.int16))
    if kind == "null": return fits.Column(name, form("J"), null=-99, array=arr([rng.choice([-99, 5]) for _ in range(n*r)], np.int32))
    lengths = [rng.randrange(0, 5) for _ in range(n)]
    def vla(form, make, dtype):
        a = np.empty(n, dtype=object)
        for k in range(n): a[k] = np.array([make() for _ in range(lengths[k])], dtype=dtype)
        return fits.Column(name, form, array=a)
    if kind == "PI": return vla("PI()", lambda: rng.randrange(-2**15, 2**15), np.int16)
    if kind == "PD": return vla("PD()", lambda: rng.gauss(0, 1), np.float64)
    if kind == "QJ": return vla("QJ()", lambda: rng.randrange(-2**31, 2**31), np.int32)
    if kind == "PL": return vla("PL()", lambda: rng.random() < .5, bool)
    if kind == "PC": return vla("PC()", lambda: complex(rng.random(), rng.random()), np.complex64)
    a = np.empty(n, dtype=object)
    for k in range(n): a[k] = "y" * lengths[k]
    return fits.Column(name, "PA()", array=a)
paths = []
for i in range(count):
    rng = R.Random(40000 + i)
    n = rng.choice([1, 2, 9, 40])
    hdu = fits.BinTableHDU.from_columns([column(rng, n, k) for k in range(rng.randrange(1, 8))])
    path = "%s/a%d.fits" % (folder, i)
    for k, c in enumerate(hdu.columns):
        if c.name.startswith("S"):
            hdu.header["TSCAL%d" % (k + 1)] = 0.3
            hdu.header["TZERO%d" % (k + 1)] = 7.0
    hdu.writeto(path)
    paths.append(path)
print(json.dumps([[p, tables(p)] for p in paths]))
`;

Deno.test("Table reads 150 tables of astropy's equal, value by value", async () => {
  await using folder = await temporaryFolder();
  const answers: [string, PlainTable[]][] = JSON.parse(
    await python(WRITE, "", [folder.path, "150"]),
  );
  let cells = 0;
  for (const [path, theirs] of answers) {
    await using file = await openFits(path);
    cells += compareTables(path, await readByOurs(file), theirs);
  }
  assertEquals(answers.length, 150);
  assert(cells > 5_000, `${cells} cells`);
});
