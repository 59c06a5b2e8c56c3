import { assertEquals, assertRejects } from "@std/assert";
import { cellsOf } from "../../../fits/table/column_data.ts";
import { checkHdu } from "../../../fits/edit/hdu_checksum.ts";
import { openFits } from "../../../fits/file/open.ts";
import type { ColumnInput } from "../../../fits/table/output.ts";
import { writeTable } from "../../../fits/write/table_stream.ts";
import { FormatError } from "../../../net/errors.ts";
import { SeededRandom } from "../../support/random.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** Batches of 0 to 40 rows of a column of each kind, and all cells in one list. */
function randomBatches(seed: number, count: number) {
  const random = new SeededRandom(seed);
  const all: unknown[][] = [[], [], [], []];
  const batches = Array.from({ length: count }, (): ColumnInput[] => {
    const rows = random.integer(0, 40);
    const list = <T>(make: () => T): T[] => Array.from({ length: rows }, make);
    const numbers = list(() => random.integer(-1000, 1000));
    const texts = list(() => "x".repeat(random.integer(0, 5)));
    const arrays = list(() => new Int32Array(list(() => random.integer(0, 9)).slice(0, 5)));
    const flags = list(() => random.pick([true, false, null]));
    [numbers, texts, arrays, flags].forEach((values, i) => all[i]!.push(...values));
    return [
      { name: "N", values: new Int16Array(numbers), unit: "m" },
      { name: "S", values: texts, width: 5 },
      // An empty list has no class: an empty batch says what it would hold.
      { name: "A", values: arrays, variable: true, ...(rows === 0 ? { type: "logical" } : {}) },
      { name: "L", values: flags },
    ];
  });
  return { batches: batches.filter(([first]) => first!.values.length > 0), all };
}

Deno.test("writeTable() writes batches of unknown number, with checksums and a heap", async () => {
  await using folder = await temporaryFolder();
  for (const checksum of [true, false]) {
    const { batches, all } = randomBatches(11, 30);
    const path = `${folder.path}/streamed.fits`;
    const written = await writeTable(path, batches, { name: "ROWS", checksum });
    assertEquals(written.rows, all[0]!.length);
    assertEquals((await Deno.stat(path)).size, written.bytes);
    await using file = await openFits(path);
    const hdu = await file.hdu("ROWS");
    const { columns } = await hdu.table();
    for (const [i, column] of columns.entries()) {
      const cell = cellsOf(column);
      const found = Array.from({ length: column.rows }, (_, row) => cell(row));
      assertEquals<unknown>(
        found.map((value) => ArrayBuffer.isView(value) ? [...value as Int32Array] : value),
        all[i]!.map((value) => value instanceof Int32Array ? [...value] : value),
      );
    }
    assertEquals(columns.map(({ column }) => column.format), ["1I", "5A", "1QJ(5)", "1L"]);
    assertEquals((await checkHdu(hdu)).checksum, checksum ? "ok" : "absent");
  }
  assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), [
    "streamed.fits",
  ]);
});

Deno.test("writeTable() leaves nothing behind when batches fail or do not fit", async () => {
  await using folder = await temporaryFolder();
  const first: ColumnInput[] = [
    { name: "S", values: ["ab"] },
    { name: "V", values: [new Int16Array(1)] },
  ];
  const cases: [ColumnInput[][], string][] = [
    [[], "no batch has told its columns"],
    [[first, [first[0]!]], "a batch has 1 columns, the first had 2"],
    [[first, [{ values: ["abc"] }, first[1]!]], "a string has 3 characters, expected at most 2"],
    [
      [first, [first[0]!, { values: [new Int32Array(1)] }]],
      "a batch has variable int32[] in the column 'V', the first had variable int16[]",
    ],
    [
      [
        [{ name: "N", values: new Int16Array(1) }],
        [{ values: new Int16Array(1), nulls: new Uint8Array([1]), null: 5 }],
      ],
      "a batch has int16[] with a null in the column 'N', the first had int16[]",
    ],
  ];
  for (const [batches, message] of cases) {
    await assertRejects(
      () => writeTable(`${folder.path}/t.fits`, batches),
      FormatError,
      message,
    );
  }
  function* failing() {
    yield first;
    throw new Error("the source has failed");
  }
  await assertRejects(
    () => writeTable(`${folder.path}/t.fits`, failing()),
    Error,
    "the source has failed",
  );
  const stop = new AbortController();
  function* aborting() {
    yield first;
    stop.abort(new Error("stopped"));
    yield first;
  }
  await assertRejects(
    () => writeTable(`${folder.path}/t.fits`, aborting(), { signal: stop.signal }),
    Error,
    "stopped",
  );
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});
