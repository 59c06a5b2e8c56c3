/** The commands of `heliograph fits`, as a script calls them. */

import { gzipSync } from "node:zlib";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { heedSignal } from "../../../commands/fits/fits_argument.ts";
import { encodeFits, Header, openFits } from "../../../mod.ts";
import { parseNpy } from "../../../fits/image/npy.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const CLI = new URL("../../../cli.ts", import.meta.url).pathname;

/** What a run of `heliograph fits` leaves. */
interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  readonly bytes: Uint8Array;
}

/** Runs `heliograph fits` on files of a folder, in this process where nothing goes in. */
async function fits(folder: string, args: string[], input?: Uint8Array): Promise<Ran> {
  if (input !== undefined) return await fitsProcess(folder, args, input);
  const [name, ...words] = args;
  const isFile = /^[^/=]+\.(fits|gz|npy|png|html)$/;
  const { status, out, error, bytes } = await runCommand(
    `fits ${name}`,
    words.map((word) => isFile.test(word) ? `${folder}/${word}` : word),
  );
  const text = (lines: string[]) =>
    lines.map((line) => `${line}\n`).join("").replaceAll(`${folder}/`, "");
  return { code: status, out: text(out), error: text(error), bytes };
}

/** Runs `heliograph fits` as a program, with the permissions that its help names. */
async function fitsProcess(folder: string, args: string[], input?: Uint8Array): Promise<Ran> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-read", "--allow-write=.", CLI, "fits", ...args],
    cwd: folder,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const writer = process.stdin.getWriter();
    await writer.write(input);
    await writer.close();
  }
  const { code, stdout, stderr } = await process.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr), bytes: stdout };
}

async function sample(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Header();
  header.set("OBJECT", "Sun", { comment: "what is seen" }).set("EXPTIME", 2.5)
    .set("NANOS", 12345678901234567890n).set("BUNIT", "DN");
  const bytes = await encodeFits([
    { pixels: new Int16Array([1, 2, 3, 4, 5, 6]), shape: [3, 2], header },
    { pixels: new Uint16Array([0, 65535]), name: "FLAT" },
  ], { checksum: true });
  await Deno.writeFile(path, bytes);
  return bytes;
}

Deno.test("fits info lists HDUs for people and for scripts, from files and standard input", async () => {
  await using folder = await temporaryFolder();
  const bytes = await sample(`${folder.path}/a.fits`);
  const { out, code } = await fits(folder.path, ["info", "a.fits"]);
  assertEquals([code, out.trimEnd().split("\n")], [0, [
    "HDU  NAME  VER  TYPE     SHAPE  BITPIX  UNIT  OFFSET  BYTES",
    "  0  -       1  PRIMARY  3 x 2      16  DN      2880     12",
    "  1  FLAT    1  IMAGE    2          16  -       8640      4",
  ]]);
  const packed = new Uint8Array(gzipSync(bytes));
  const json = await fits(folder.path, ["info", "-", "--json"], packed);
  assertEquals(json.out.trim().split("\n").map((line) => JSON.parse(line))[1], {
    file: "-",
    hdu: 1,
    name: "FLAT",
    version: 1,
    type: "IMAGE",
    shape: [2],
    bitpix: 16,
    unit: "",
    offset: 8640,
    bytes: 4,
    header: 5760,
    cards: 11,
  });
});

Deno.test("fits header shows cards and keys, and keeps integers exact in JSON", async () => {
  await using folder = await temporaryFolder();
  await sample(`${folder.path}/a.fits`);
  await sample(`${folder.path}/b.fits`);
  const whole = await fits(folder.path, ["header", "a.fits", "--hdu", "0"]);
  assertStringIncludes(whole.out, "OBJECT  = 'Sun     '           / what is seen\n");
  assertEquals(whole.out.trimEnd().endsWith("END"), true);
  const one = await fits(folder.path, ["header", "a.fits", "--key", "EXPTIME"]);
  assertEquals(one.out, "2.5\n");
  const table = await fitsProcess(folder.path, [
    "header",
    "a.fits",
    "b.fits",
    "-k",
    "OBJECT",
    "-k",
    "EXPTIME",
  ]);
  assertEquals(table.out.trimEnd().split("\n"), [
    "FILE    OBJECT  EXPTIME",
    "a.fits  Sun         2.5",
    "b.fits  Sun         2.5",
  ]);
  const json = await fits(folder.path, ["header", "a.fits", "--json", "--key", "NANOS"]);
  assertEquals(json.out, '{"file":"a.fits","NANOS":12345678901234567890}\n');
  await fits(folder.path, ["header", "b.fits", "--set", "NEGATIVE=-0.0"]);
  const zero = ["header", "b.fits", "--key", "NEGATIVE"];
  assertEquals((await fits(folder.path, zero)).out, "-0.0\n");
  assertEquals(
    (await fits(folder.path, [...zero, "--json"])).out,
    '{"file":"b.fits","NEGATIVE":-0.0}\n',
  );
  await fits(folder.path, ["header", "b.fits", "--set", "HISTORY=one", "--set", "HISTORY=two"]);
  const history = ["--key", "HISTORY"];
  assertEquals((await fits(folder.path, ["header", "b.fits", ...history])).out, "one\ntwo\n");
  assertEquals(
    (await fits(folder.path, ["header", "b.fits", ...history, "--json"])).out,
    '{"file":"b.fits","HISTORY":"one\\ntwo"}\n',
  );
  await Deno.writeTextFile(`${folder.path}/c.fits`, "no FITS");
  const some = await fitsProcess(folder.path, [
    "header",
    "a.fits",
    "c.fits",
    "b.fits",
    "-k",
    "EXPTIME",
  ]);
  assertEquals([some.code, some.out.trimEnd().split("\n")], [
    1,
    ["FILE    EXPTIME", "a.fits      2.5", "b.fits      2.5"],
  ]);
  assertStringIncludes(
    some.error,
    "heliograph fits header: Cannot read c.fits at byte 0: found 'no",
  );
  const missing = await fits(folder.path, ["header", "a.fits", "--key", "NOPE"]);
  assertEquals([missing.code, missing.error], [
    1,
    "heliograph fits header: a.fits: there is no NOPE\n",
  ]);
});

Deno.test("fits header --set and --delete change a file whose checksums stay right", async () => {
  await using folder = await temporaryFolder();
  await sample(`${folder.path}/a.fits`);
  const changed = await fits(folder.path, [
    ...["header", "a.fits", "--set", "OBJECT=Moon / at night", "--set", "EXPTIME=4.0"],
    ...["--set", "COUNT=3", "--set", "GOOD=T", "--set", "PATH=a/b 5 km", "--set", "TINY=1.5e-9"],
    ...["--set", "NUMBER='12' / as text", "--delete", "BUNIT"],
  ]);
  assertEquals([changed.code, changed.out], [0, "a.fits: changed in place\n"]);
  await using file = await openFits(`${folder.path}/a.fits`);
  const { header } = file;
  const keys = ["OBJECT", "EXPTIME", "COUNT", "GOOD", "PATH", "TINY", "NUMBER", "BUNIT"];
  assertEquals(keys.map((key) => header.get(key)), [
    "Moon",
    4,
    3,
    true,
    "a/b 5 km",
    1.5e-9,
    "12",
    undefined,
  ]);
  assertEquals([header.card("OBJECT")?.comment, header.card("EXPTIME")?.kind], [
    "at night",
    "real",
  ]);
  assertEquals((await fits(folder.path, ["checksum", "a.fits"])).code, 0);
});

Deno.test("fits header --key twice keeps each value beside its keyword", async () => {
  await using folder = await temporaryFolder();
  await sample(`${folder.path}/a.fits`);
  const keys = ["EXPTIME", "EXPTIME", "OBJECT"].flatMap((key) => ["--key", key]);
  assertEquals(
    (await fits(folder.path, ["header", "a.fits", ...keys, "--json"])).out,
    '{"file":"a.fits","EXPTIME":2.5,"OBJECT":"Sun"}\n',
  );
  assertEquals((await fits(folder.path, ["header", "a.fits", ...keys])).out, "2.5\n2.5\nSun\n");
  await sample(`${folder.path}/b.fits`);
  assertEquals(
    (await fitsProcess(folder.path, ["header", "a.fits", "b.fits", ...keys])).out,
    [
      "FILE    EXPTIME  EXPTIME  OBJECT",
      "a.fits      2.5      2.5  Sun",
      "b.fits      2.5      2.5  Sun",
      "",
    ].join("\n"),
  );
});

Deno.test("fits header --set refuses a text that is cut by its quotes", async () => {
  await using folder = await temporaryFolder();
  const before = await sample(`${folder.path}/a.fits`);
  const refused: [value: string, problem: string][] = [
    ["'it's here'", "the text 's here'' after the string has no slash before it"],
    ["'abc", "the string has no closing quote"],
  ];
  for (const [value, problem] of refused) {
    assertEquals(await fitsProcess(folder.path, ["header", "a.fits", "--set", `OBJECT=${value}`]), {
      code: 2,
      out: "",
      error: `heliograph fits header: --set has the value ${value}: ${problem}; write a quote ` +
        `within a text twice\n'deno run ${CLI} fits header --help' shows the flags and an example\n`,
      bytes: new Uint8Array(),
    });
  }
  assertEquals(await Deno.readFile(`${folder.path}/a.fits`), before);
  const values = [["'it''s here' / seen", "it's here"], ["it's here / seen", "it's here"]];
  for (const [value, text] of values) {
    await fits(folder.path, ["header", "a.fits", "--set", `OBJECT=${value}`]);
    const { out } = await fits(folder.path, ["header", "a.fits", "--key", "OBJECT"]);
    assertEquals(out, `${text}\n`);
  }
});

Deno.test("fits header --set refuses a comment that has no room, and changes nothing", async () => {
  await using folder = await temporaryFolder();
  const before = await sample(`${folder.path}/a.fits`);
  const long = "c".repeat(60);
  const refused = await fitsProcess(folder.path, [
    "header",
    "a.fits",
    "--set",
    `OBJECT=Sun / ${long}`,
  ]);
  assertEquals([refused.code, refused.error], [
    2,
    "heliograph fits header: --set has a comment of 60 characters for OBJECT, expected at most " +
    "47: a card has 80 characters\n" +
    `'deno run ${CLI} fits header --help' shows the flags and an example\n`,
  ]);
  assertEquals(await Deno.readFile(`${folder.path}/a.fits`), before);
  const short = await fits(folder.path, [
    "header",
    "a.fits",
    "--set",
    `OBJECT=Sun / ${"c".repeat(47)}`,
  ]);
  assertEquals(short.code, 0);
});

Deno.test("fits image prints statistics and writes npy and raw pixels", async () => {
  await using folder = await temporaryFolder();
  await sample(`${folder.path}/a.fits`);
  const { out } = await fits(folder.path, [
    ...["image", "a.fits", "--section", "2:3,*", "-o", "part.npy", "--json"],
  ]);
  assertEquals(JSON.parse(out), {
    file: "a.fits",
    hdu: 0,
    name: "",
    type: "int16",
    shape: [2, 2],
    unit: "DN",
    pixels: 4,
    undefined: 0,
    infinite: 0,
    min: 2,
    max: 6,
    mean: 4,
    stddev: Math.sqrt(2.5),
  });
  const text = await fits(folder.path, ["image", "a.fits", "--section", "2:3,*"]);
  assertEquals(text.out.split("\n"), [
    "HDU 0",
    "shape   2 x 2 int16, 4 pixels, 0 undefined",
    "min     2 DN",
    "max     6 DN",
    "mean    4 DN",
    "stddev  1.5811388 DN",
    "",
  ]);
  const npy = parseNpy(await Deno.readFile(`${folder.path}/part.npy`));
  assertEquals([npy.type, npy.shape, [...npy.data]] as unknown, ["i16", [2, 2], [2, 3, 5, 6]]);
  const raw = await fits(folder.path, ["image", "a.fits", "--hdu", "FLAT", "--raw", "-o", "-"]);
  assertEquals([...raw.bytes], [0, 128, 255, 127]);
  const wrong = await fitsProcess(folder.path, ["image", "a.fits", "-o", "x.png"]);
  assertEquals([wrong.code, wrong.error.split("\n")[0]], [
    2,
    "heliograph fits image: --output is 'x.png', expected a name that ends in .npy or .raw",
  ]);
  const outside = await fits(folder.path, ["image", "a.fits", "--section", "1:4,*"]);
  assertEquals(outside.code, 1);
  assertStringIncludes(
    outside.error,
    "asks for 1 to 4 step 1 of axis 1 of HDU 0 of a.fits, which has pixels 1 to 3",
  );
  const short = await fits(folder.path, ["image", "a.fits", "--section", "1:2"]);
  assertEquals([short.code, short.error], [
    1,
    "Cannot read the section '1:2': it has 1 of the 2 axes of HDU 0 of " +
    "a.fits (3 x 2); '1:2,*' takes the others whole\n",
  ]);
});

Deno.test("fits image keeps every figure of 64-bit pixels", async () => {
  await using folder = await temporaryFolder();
  const pixels = new BigInt64Array([9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n]);
  const small = new BigUint64Array([3n, 5n]);
  await Deno.writeFile(`${folder.path}/a.fits`, await encodeFits([{ pixels }, { pixels: small }]));
  const { out } = await fits(folder.path, ["image", "a.fits", "--json"]);
  assertStringIncludes(out, '"min":-9223372036854775808,"max":9223372036854775807,');
  const plain = await fits(folder.path, ["image", "a.fits"]);
  assertStringIncludes(plain.out, "max     9223372036854775807\n");
  const other = await fits(folder.path, ["image", "a.fits", "--hdu", "1", "--json"]);
  assertStringIncludes(other.out, '"min":3,"max":5,"mean":4,"stddev":1}');
});

Deno.test("fits verify and fits checksum end with 1 where something is wrong", async () => {
  await using folder = await temporaryFolder();
  const bytes = await sample(`${folder.path}/a.fits`);
  const good = await fits(folder.path, ["verify", "a.fits"]);
  assertEquals([good.code, good.out], [0, "a.fits: 0 errors, 0 warnings\n"]);
  bytes[2880] = 1;
  bytes[5759] = 1;
  await Deno.writeFile(`${folder.path}/b.fits`, bytes);
  const bad = await fits(folder.path, ["verify", "b.fits", "--json"]);
  assertEquals([bad.code, JSON.parse(bad.out.split("\n")[0]!)], [1, {
    file: "b.fits",
    severity: "error",
    message: "byte 1 after the data, expected 0 to the end of the block",
    hdu: 0,
    offset: 5759,
  }]);
  const sums = await fits(folder.path, ["checksum", "b.fits", "--json"]);
  assertEquals(
    [sums.code, ...sums.out.trim().split("\n").map((line) => JSON.parse(line).checksum)],
    [
      1,
      "mismatch",
      "ok",
    ],
  );
  assertEquals((await fits(folder.path, ["checksum", "b.fits", "--update"])).code, 0);
  assertEquals((await fits(folder.path, ["checksum", "b.fits"])).code, 0);
});

Deno.test("fits copy takes HDUs out and unpacks; fits diff says what differs", async () => {
  await using folder = await temporaryFolder();
  const bytes = await sample(`${folder.path}/a.fits`);
  await Deno.writeFile(`${folder.path}/a.fits.gz`, gzipSync(bytes));
  assertEquals((await fits(folder.path, ["copy", "a.fits.gz", "b.fits", "-q"])).code, 0);
  assertEquals(await Deno.readFile(`${folder.path}/b.fits`), bytes);
  const piped = await fits(folder.path, ["copy", "-", "-", "--hdu", "FLAT"], bytes);
  await using file = await openFits(piped.bytes);
  assertEquals((await file.image({ hdu: 1 })).pixels as unknown, new Uint16Array([0, 65535]));
  assertEquals((await fits(folder.path, ["diff", "a.fits", "b.fits"])).code, 0);
  await fits(folder.path, ["header", "b.fits", "--set", "OBJECT=Moon"]);
  const diff = await fits(folder.path, ["diff", "a.fits", "b.fits", "--ignore", "CHECKSUM"]);
  assertEquals([diff.code, diff.out], [1, "HDU 0: OBJECT: Sun | Moon\n"]);
});

Deno.test("fits commands say which file is not there or no FITS file", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/page.html`, "<html>");
  const { code, error } = await fitsProcess(folder.path, ["info", "page.html"]);
  assertEquals([code, error], [
    1,
    "heliograph fits info: Cannot read page.html at byte 0: found '<html>', expected the card " +
    "SIMPLE  = T\n",
  ]);
  const none = await fits(folder.path, ["info", "none.fits"]);
  assertEquals(none.code, 1);
  assertStringIncludes(none.error, "none.fits");
});

Deno.test("fits commands show no control characters of a file to a terminal", async () => {
  await using folder = await temporaryFolder();
  const bytes = await sample(`${folder.path}/a.fits`);
  const at = new TextDecoder("latin1").decode(bytes).indexOf("'Sun ");
  bytes.set([0x1b, 0x5b, 0x32, 0x4a], at + 1);
  await Deno.writeFile(`${folder.path}/b.fits`, bytes);
  for (
    const args of [
      ["header", "b.fits"],
      ["header", "b.fits", "--key", "OBJECT"],
      ["verify", "b.fits"],
      ["diff", "a.fits", "b.fits"],
      ["info", "b.fits", "--verbose"],
    ]
  ) {
    const { out, error } = await fits(folder.path, args);
    assertEquals([/\p{Cc}/u.test((out + error).replaceAll("\n", "")), args], [false, args]);
  }
});

Deno.test("fits refuses flags that are wrong whatever the file, before it is opened", async () => {
  await using folder = await temporaryFolder();
  const wrong: [string[], string][] = [
    [["image", "none.fits", "--section", "5:x"], "--section is '5:x', expected first:last"],
    [["image", "none.fits", "--section", "1:2,4:3"], "--section is '1:2,4:3'"],
    [["image", "none.fits", "--section", "0:2"], "--section is '0:2'"],
    [["view", "none.fits", "-o", "x.png", "--section", "1:4:0"], "--section is '1:4:0'"],
    [["table", "none.fits", "--rows", "a:b"], "--rows is 'a:b', expected first:last"],
    [["table", "none.fits", "--rows", "3:2"], "--rows is '3:2'"],
    [["table", "none.fits", "--rows", "0"], "--rows is '0'"],
    [["table", "none.fits", "--columns", "A,,B"], "--columns is 'A,,B', expected names"],
    [
      ["view", "none.fits", "-o", "x.jpg"],
      "--output is 'x.jpg', expected a name that ends in .png",
    ],
    [["view", "none.fits", "-o", "x.png", "--limits", "a,b"], "--limits is 'a,b', expected zscale"],
  ];
  await Promise.all(wrong.map(async ([args, message]) => {
    const { code, error } = await fits(folder.path, args);
    assertStringIncludes(error, message);
    assertEquals(code, 2, args.join(" "));
  }));
});

Deno.test("fits refuses an empty --hdu, and counts one error as one", async () => {
  await using folder = await temporaryFolder();
  const bytes = await sample(`${folder.path}/a.fits`);
  for (const args of [["image"], ["table"], ["header"], ["header", "--set", "A=1"]]) {
    const { code, error } = await fits(folder.path, [...args, "a.fits", "--hdu", ""]);
    assertStringIncludes(error, "--hdu is '', expected a number, EXTNAME or EXTNAME,EXTVER");
    assertEquals(code, 2, args.join(" "));
  }
  await Deno.writeFile(`${folder.path}/cut.fits`, bytes.subarray(0, bytes.length - 1));
  const { code, out } = await fits(folder.path, ["verify", "cut.fits"]);
  assertEquals([code, out.trimEnd().split("\n").at(-1)], [1, "cut.fits: 1 error, 0 warnings"]);
});

Deno.test("fits header adds lines of HISTORY, and says when there is nothing to change", async () => {
  await using folder = await temporaryFolder();
  const bytes = await sample(`${folder.path}/a.fits`);
  const nothing = await fits(folder.path, ["header", "a.fits", "--delete", "NOPE", "--json"]);
  assertEquals([nothing.code, nothing.out], [0, '{"file":"a.fits","changed":"unchanged"}\n']);
  assertEquals(await Deno.readFile(`${folder.path}/a.fits`), bytes);
  const packed = new Uint8Array(gzipSync(bytes));
  await Deno.writeFile(`${folder.path}/a.fits.gz`, packed);
  for (
    const args of [["header", "a.fits.gz", "--set", "A=1"], ["checksum", "a.fits.gz", "--update"]]
  ) {
    const { code, error } = await fits(folder.path, args);
    assertStringIncludes(error, "Cannot change 'a.fits.gz': it is compressed as a whole (gzip)");
    assertEquals([code, await Deno.readFile(`${folder.path}/a.fits.gz`)], [1, packed]);
  }
  const { code } = await fits(folder.path, [
    ...["header", "a.fits", "--set", "HISTORY=flat = 5 / dark", "--set", "history=cropped"],
  ]);
  assertEquals(code, 0);
  await using file = await openFits(`${folder.path}/a.fits`);
  assertEquals(file.header.commentary("HISTORY"), ["flat = 5 / dark", "cropped"]);
});

Deno.test("heedSignal() lets what is due abort before it goes on", async () => {
  const controller = new AbortController();
  await heedSignal(controller.signal);
  setTimeout(() => controller.abort(new Error("interrupted")), 0);
  await assertRejects(() => heedSignal(controller.signal), Error, "interrupted");
});
