/** TSCALn and TZEROn: value = TZEROn + TSCALn x stored (FITS 4.0, sections 7.2.2 and 7.3.2). */

import { assertEquals } from "@std/assert";
import { Card } from "../../../fits/header/card.ts";
import type { ColumnData } from "../../../fits/table/column_data.ts";
import type { ValueOptions } from "../../../fits/table/element_decoder.ts";
import { columnInputOf, tableHdu } from "../../../fits/table/output.ts";
import { Header } from "../../../fits/header/header.ts";
import { openFits } from "../../../fits/file/open.ts";
import { writeTable } from "../../../fits/write/table_stream.ts";
import { encodeFits } from "../../../fits/write/write.ts";
import { temporaryFolder } from "../../support/temporary.ts";

type Stored = readonly (number | bigint)[];

/** Three stored values of each type of element; of complex numbers their parts. */
const STORED: Readonly<Record<string, Stored>> = {
  B: [0, 7, 255],
  I: [-32768, 7, 32767],
  J: [-2147483648, 7, 2147483647],
  K: [-9223372036854775808n, -9223372036854775801n, 9007199254740993n],
  E: [-6.5, 7, 0.10000000149011612],
  D: [-6.5, 7, 0.1],
  C: [-6.5, 7, 2.5, 0, 0.5, 1],
  M: [-6.5, 7, 2.5, 0, 0.1, 1],
};

const SCALES = [1, 2, -0.5, 0.001];
const ZEROS = [0, -128, 32768, 2147483648, 9223372036854775808, 100.25, 329097602];

/** The stored bytes, big-endian. */
function bytesOf(code: string, values: Stored): Uint8Array<ArrayBuffer> {
  const size = { B: 1, I: 2, J: 4, K: 8, E: 4, D: 8, C: 4, M: 8 }[code]!;
  const bytes = new Uint8Array(size * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) {
    if (code === "K") view.setBigInt64(i * 8, value as bigint);
    else if (/[EC]/.test(code)) view.setFloat32(i * 4, value as number);
    else if (/[DM]/.test(code)) view.setFloat64(i * 8, value as number);
    else if (code === "B") view.setUint8(i, value as number);
    else if (code === "I") view.setInt16(i * 2, value as number);
    else view.setInt32(i * 4, value as number);
  }
  return bytes;
}

/** A table of one column and one row, by its cards and its data. */
function tableOf(cards: Record<string, string | number | bigint>, data: Uint8Array): Uint8Array {
  const all = { XTENSION: "BINTABLE", BITPIX: 8, NAXIS: 2, NAXIS2: 1, GCOUNT: 1, TFIELDS: 1 };
  const primary = [Card.of("SIMPLE", true), Card.of("BITPIX", 8), Card.of("NAXIS", 0)];
  const header = Object.entries({ ...all, PCOUNT: 0, ...cards }).map(([k, v]) => Card.of(k, v));
  const bytes = new Uint8Array(4 * 2880);
  bytes.set(new Header(primary).toBytes());
  bytes.set(new Header(header).toBytes(), 2880);
  bytes.set(data, 5760);
  return bytes.subarray(0, 5760 + 2880);
}

/** A cell of three elements in the row, or in the heap by 32 or 64 bits. */
function binaryTable(
  place: string,
  code: string,
  cards: Record<string, number | bigint>,
): Uint8Array {
  const data = bytesOf(code, STORED[code]!);
  if (place === "") return tableOf({ NAXIS1: data.length, TFORM1: `3${code}`, ...cards }, data);
  const size = place === "P" ? 8 : 16;
  const row = new Uint8Array(size + data.length);
  row[size / 2 - 1] = 3;
  row.set(data, size);
  const form = { NAXIS1: size, PCOUNT: data.length, TFORM1: `1${place}${code}(3)` };
  return tableOf({ ...form, ...cards }, row);
}

async function columnOf(bytes: Uint8Array, options: ValueOptions): Promise<ColumnData> {
  await using file = await openFits(bytes);
  return await (await file.openTable()).column(0, options);
}

/** The elements of a column of one row. */
function elementsOf(data: ColumnData): unknown[] {
  return Array.from((data.variable ? data.values[0]! : data.values) as ArrayLike<unknown>);
}

/** The physical value: rounded once where it is an integer. */
function physicalOf(stored: number | bigint, scale: number, zero: number): number {
  const whole = typeof stored === "bigint" || Number.isInteger(stored);
  if (whole && Number.isInteger(scale) && Number.isInteger(zero)) {
    return Number(BigInt(zero) + BigInt(scale) * BigInt(stored));
  }
  return zero + scale * Number(stored);
}

/** The values that the standard asks for. */
function expectedOf(
  code: string,
  { scale, zero, missing, as }: {
    scale: number;
    zero: number;
    missing: number | bigint | undefined;
    as: "float32" | "float64" | undefined;
  },
): { type: string; values: unknown[] } {
  const stored = STORED[code]!;
  const offset = scale === 1 && { B: -128, I: 32768, J: 2147483648, K: 2 ** 63 }[code] === zero;
  const plain = { B: "uint8", I: "int16", J: "int32", K: "int64", E: "float32", D: "float64" };
  const complex = code === "C" || code === "M";
  if (complex) {
    const type = code === "C" && scale === 1 && zero === 0 ? "complex64" : "complex128";
    // TZEROn is real.
    const values = stored.map((part, i) => physicalOf(part, scale, i % 2 === 0 ? zero : 0));
    return { type, values };
  }
  const none = (value: number | bigint) => missing !== undefined && value === missing;
  const untouched = scale === 1 && zero === 0;
  if (as === undefined && (untouched || offset)) {
    const unsigned = { B: "int8", I: "uint16", J: "uint32", K: "uint64" }[code];
    const type = untouched ? plain[code as "B"] : unsigned!;
    const values = stored.map((value) =>
      code === "K" ? BigInt(value) + BigInt(zero) : Number(value) + zero
    );
    return { type, values };
  }
  const type = as ?? "float64";
  const values = stored.map((value) => none(value) ? NaN : physicalOf(value, scale, zero));
  return { type, values: type === "float32" ? values.map(Math.fround) : values };
}

for (const [code, stored] of Object.entries(STORED)) {
  Deno.test(`a column of ${code} is scaled in rows and heap, as any type, and stays so when rewritten`, async () => {
    const nulls = /[BIJK]/.test(code) ? [undefined, stored[1]] : [undefined];
    for (const scale of SCALES) {
      for (const zero of ZEROS) {
        for (const missing of nulls) {
          for (const place of ["", "P", "Q"]) {
            const bytes = binaryTable(place, code, {
              TSCAL1: scale,
              TZERO1: zero,
              ...(missing === undefined ? {} : { TNULL1: missing }),
            });
            for (const as of [undefined, "float32", "float64"] as const) {
              const name = `${place}${code} x ${scale} + ${zero}, null ${missing}, as ${as}`;
              const data = await columnOf(bytes, as === undefined ? {} : { as });
              const { type, values } = expectedOf(code, { scale, zero, missing, as });
              assertEquals([data.type, elementsOf(data)], [type, values], name);
              const marks = data.variable ? data.nulls?.[0] : data.nulls;
              const marked = missing !== undefined && /int/.test(type);
              assertEquals(marks === undefined ? [] : [...marks], marked ? [0, 1, 0] : [], name);
              const copy = await encodeFits([tableHdu({ columns: [columnInputOf(data)] })]);
              const again = await columnOf(copy, {});
              assertEquals([again.type, elementsOf(again)], [type, values], `${name}, copied`);
            }
            const name = `${place}${code} x ${scale} + ${zero} as stored`;
            const data = await columnOf(bytes, { physical: false });
            assertEquals(elementsOf(data), [...stored], name);
            const copy = await encodeFits([tableHdu({ columns: [columnInputOf(data)] })]);
            assertEquals(elementsOf(await columnOf(copy, { physical: false })), [...stored], name);
            const { values } = expectedOf(code, { scale, zero, missing: undefined, as: undefined });
            const again = await columnOf(copy, {});
            const marked = missing !== undefined && again.nulls === undefined;
            const shown = marked ? values.with(1, NaN) : values;
            assertEquals(elementsOf(again), shown, `${name}, copied`);
          }
        }
      }
    }
  });
}

Deno.test("the fields of an ASCII table are scaled, as any type", async () => {
  const cases: [format: string, field: string, stored: number | bigint][] = [
    ["I3", "  7", 7],
    ["I20", "-9223372036854775801", -9223372036854775801n],
    ["F6.2", "  6.50", 6.5],
    ["E9.2", " 2.50E+03", 2500],
    ["D9.2", " 2.50D+03", 2500],
  ];
  for (const [format, field, stored] of cases) {
    for (const scale of SCALES) {
      for (const zero of ZEROS) {
        for (const as of [undefined, "float32", "float64"] as const) {
          const cards = { XTENSION: "TABLE", NAXIS1: field.length, TBCOL1: 1, TFORM1: format };
          const scaling = { TSCAL1: scale, TZERO1: zero };
          const data = await columnOf(
            tableOf({ ...cards, ...scaling }, new TextEncoder().encode(field.padEnd(2880))),
            as === undefined ? {} : { as },
          );
          const value = physicalOf(stored, scale, zero);
          const plain = as === undefined && scale === 1 && zero === 0;
          const expected = as === "float32" ? Math.fround(value) : plain ? stored : value;
          assertEquals(elementsOf(data), [expected], `${format} x ${scale} + ${zero} as ${as}`);
        }
      }
    }
  }
});

Deno.test("stored values of unsigned types keep their scale: the offset of the type goes with it", async () => {
  const cases: [values: Uint16Array | Int8Array | Uint32Array, physical: number[]][] = [
    [new Uint16Array([0, 1, 65535]), [5, 7, 131075]],
    [new Int8Array([-128, 0, 127]), [-251, 5, 259]],
    [new Uint32Array([0, 1, 4294967295]), [5, 7, 8589934595]],
  ];
  for (const [values, physical] of cases) {
    const bytes = await encodeFits([tableHdu({ columns: [{ values, scale: 2, zero: 5 }] })]);
    assertEquals(elementsOf(await columnOf(bytes, {})), physical);
  }
});

Deno.test("writeTable() refuses a batch of another scale", async () => {
  await using folder = await temporaryFolder();
  const values = new Int16Array([1]);
  const batches = [[{ name: "A", values, scale: 2 }], [{ name: "A", values, scale: 3 }]];
  const error = await writeTable(`${folder.path}/a.fits`, batches).catch((error) => error);
  assertEquals(
    error.message,
    "Cannot write a table: a batch has int16[] x 3 + 0 in the column 'A', the first had int16[] x 2 + 0",
  );
});
