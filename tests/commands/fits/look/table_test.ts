import { assertEquals } from "@std/assert";
import { encodeFits, tableHdu } from "../../../../fits/mod.ts";
import { runDeno } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";

async function sample(folder: string): Promise<string> {
  const path = `${folder}/lines.fits`;
  const table = tableHdu({
    name: "LINES",
    columns: [
      { name: "ION", values: ["Fe IX", "He II", "H I"] },
      { name: "WAVE", values: new Float64Array([171.073, 303.783, NaN]), unit: "Angstrom" },
      { name: "N", values: new Int16Array([1, 2, 3]), nulls: new Uint8Array([0, 1, 0]), null: -1 },
      { name: "FLUX", values: Float32Array.from({ length: 24 }, (_, i) => i / 3), shape: [8] },
    ],
  });
  await Deno.writeFile(path, await encodeFits([table]));
  return path;
}

Deno.test("fits table prints text, CSV and JSON lines of the rows and columns asked for", async () => {
  await using folder = await temporaryFolder();
  const path = await sample(folder.path);
  const cases: [string[], string][] = [
    [
      ["--rows", "1:2"],
      "ION       WAVE  N  FLUX\n" +
      "# string, float64 Angstrom, int16, float32[8]\n" +
      "Fe IX  171.073  1  [0,0.33333334,0.6666667,1,1.3333334,1.6666666,... 8 in all]\n" +
      "He II  303.783  -  [2.6666667,3,3.3333333,3.6666667,4,4.3333335,... 8 in all]\n",
    ],
    [["--columns", "wave,ION", "--csv"], "WAVE,ION\n171.073,Fe IX\n303.783,He II\nNaN,H I\n"],
    [
      ["--columns", "3,1", "--rows", "2:", "--json"],
      '{"N":null,"ION":"He II"}\n{"N":3,"ION":"H I"}\n',
    ],
    [["--hdu", "LINES", "--rows", "3", "--columns", "WAVE", "--json"], '{"WAVE":null}\n'],
  ];
  for (const [args, expected] of cases) {
    const { stdout, stderr, code } = await runDeno(
      ["run", "--no-check", "--allow-read", "cli.ts", "fits", "table", path, ...args],
    );
    assertEquals([stdout, stderr, code], [expected, "", 0]);
  }
});

Deno.test("fits table says what it cannot do, with status 1 or 2", async () => {
  await using folder = await temporaryFolder();
  const path = await sample(folder.path);
  const cases: [string[], number, string][] = [
    [
      ["--rows", "2:9"],
      1,
      `heliograph fits table: Cannot read rows '2:9': HDU 1 of ${path} has rows 1 to 3\n`,
    ],
    [
      ["--csv", "--json"],
      2,
      "heliograph fits table: --csv and --json exclude each other\n" +
      "'deno run cli.ts fits table --help' shows the flags and an example\n",
    ],
    [
      ["--columns", "X"],
      1,
      `heliograph fits table: Cannot read HDU 1 of ${path} at byte 5760: it has no column 'X'; ` +
      "it has ION, WAVE, N, FLUX\n",
    ],
  ];
  for (const [args, status, message] of cases) {
    const { stdout, stderr, code } = await runDeno(
      ["run", "--no-check", "--allow-read", "cli.ts", "fits", "table", path, ...args],
    );
    const text = message.replace(/^heliograph fits table: |\n.*$/gs, "");
    const json = { error: { name: "UsageError", message: text, command: "fits table" } };
    const out = args.includes("--json") ? `${JSON.stringify(json)}\n` : "";
    assertEquals([stdout, stderr, code], [out, message, status]);
  }
});

Deno.test("fits table shows numbers as TDISPn asks, nothing that a terminal obeys, and what it ignores", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/shown.fits`;
  const table = tableHdu({
    columns: [
      { name: "JD", values: Float64Array.of(2459000.123456789), display: "F17.9" },
      { name: "FLAGS", values: Int16Array.of(-1), display: "Z4" },
      { name: "TEXT", values: ["red ![31m"] },
      { name: "Z", type: "complex128", values: Float64Array.of(0.5, 0.25), display: "F8.2" },
    ],
  });
  const bytes = await encodeFits([table]);
  bytes[bytes.indexOf(0x21, 5760)] = 0x9b;
  await Deno.writeFile(path, bytes);
  const run = (...args: string[]) =>
    runDeno(["run", "--no-check", "--allow-read", "cli.ts", "fits", "table", path, ...args]);
  const text = await run();
  assertEquals([text.stdout, text.stderr, text.code], [
    "               JD  FLAGS  TEXT       Z\n# float64, int16, string, complex128\n" +
    "2459000.123456789  FFFF   red ?[31m  [0.50 0.25]\n",
    "",
    0,
  ]);
  // A file or a pipe gets the value as it is.
  const csv = await run("--csv", "--columns", "TEXT,FLAGS");
  assertEquals(csv.stdout, "TEXT,FLAGS\nred \u009b[31m,-1\n");
});

Deno.test("fits table says that a TDIM which leaves a part of the text out is ignored", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/dim.fits`;
  const values = ["abcdef", "ghijkl"];
  const bytes = await encodeFits([tableHdu({ columns: [{ name: "S", values, display: "A6" }] })]);
  const text = new TextDecoder("latin1").decode(bytes);
  const card = "TDISP1  = 'A6      '";
  bytes.set(new TextEncoder().encode("TDIM1   = '(1)     '"), text.indexOf(card));
  await Deno.writeFile(path, bytes);
  const { stdout, stderr, code } = await runDeno(
    ["run", "--no-check", "--allow-read", "cli.ts", "fits", "table", path, "--csv"],
  );
  assertEquals([stdout, stderr, code], [
    "S\nabcdef\nghijkl\n",
    `${path}: TDIM1 is ignored: '(1)' does not fit a cell of 6 characters\n`,
    0,
  ]);
});
