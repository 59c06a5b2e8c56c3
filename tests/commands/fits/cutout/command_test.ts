import { assertEquals } from "@std/assert";
import { compressImage } from "../../../../fits/compress/mod.ts";
import { cutout } from "../../../../fits/cutout/mod.ts";
import { Card, convertSky, encodeFits, openFits } from "../../../../fits/mod.ts";
import { fileHandler, serveHttp } from "../../../../http/mod.ts";
import { serveCounting } from "../../../support/counting_server.ts";
import { runCommand } from "../../../support/run_command.ts";
import { temporaryFolder } from "../../../support/temporary.ts";

/** An image of the sky, 100 x 80 pixels of 36 seconds of arc, around (10, 20). */
const SKY = {
  pixels: Int16Array.from({ length: 8000 }, (_, i) => i),
  shape: [100, 80],
  name: "SKY",
  header: Object.entries({
    ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRVAL1: 10, CRVAL2: 20, RADESYS: "ICRS" },
    ...{ CRPIX1: 51, CRPIX2: 41, CDELT1: -0.01, CDELT2: 0.01 },
  }).map(([keyword, value]) => Card.of(keyword, value)),
};
/** The middle of the Sun at the pixel (21, 11), 10 seconds of arc a pixel. */
const SUN = {
  pixels: Float32Array.from({ length: 1200 }, (_, i) => i),
  shape: [40, 30],
  name: "SUN",
  header: Object.entries({
    ...{ CTYPE1: "HPLN-TAN", CTYPE2: "HPLT-TAN", CUNIT1: "arcsec", CUNIT2: "arcsec" },
    ...{ CRPIX1: 21, CRPIX2: 11, CDELT1: 10, CDELT2: 10, CRVAL1: 0, CRVAL2: 0 },
  }).map(([keyword, value]) => Card.of(keyword, value)),
};

async function setUp() {
  const folder = await temporaryFolder();
  const file = `${folder.path}/a.fits`;
  await Deno.writeFile(file, await encodeFits([SKY, SUN]));
  const out = `${folder.path}/out.fits`;
  const cut = (...args: string[]) => runCommand("fits cutout", [file, ...args, "-o", out]);
  return { folder, file, out, cut };
}

Deno.test("fits cutout cuts by section, by points of the sky, and of the Sun", async () => {
  const { folder, file, out, cut } = await setUp();
  await using _ = folder;
  const galactic = convertSky(10, 20, "icrs", "galactic");
  const cases: readonly [args: string[], section: string][] = [
    [["--section", "3:5,*"], "[3:5,1:80] of HDU 0"],
    [["--center", "10,20", "--size", "0.2deg,6arcmin"], "[41:60,36:45] of HDU 0"],
    [["--center", "0h40m00s +20d00m00s", "--size", "3"], "[50:52,40:42] of HDU 0"],
    [["--center", "00:40:00 +20:00:00", "--size", '36"'], "[51:51,41:41] of HDU 0"],
    [
      ["--center", galactic.join(), "--frame", "galactic", "--size", "3"],
      "[50:52,40:42] of HDU 0",
    ],
    [["--hdu", "SUN", "--center", "100,50", "--size", "30arcsec"], "[30:32,15:17] of HDU 1"],
  ];
  for (const [args, section] of cases) {
    assertEquals(await cut(...args, "--clobber"), {
      status: 0,
      out: [],
      bytes: new Uint8Array(),
      error: [`wrote ${out}: ${section}`],
    });
  }
  await using part = await openFits(out);
  assertEquals([...(await part.image()).pixels].slice(0, 3), [589, 590, 591]);
  assertEquals(part.header.commentary("HISTORY"), [
    "Cut by Heliograph: [30:32,15:17] of HDU 1 SUN of a.fits",
  ]);
  // The library gives the same bytes, and so does standard output.
  await using whole = await openFits(file);
  const library = await cutout(whole, { hdu: 1, section: "30:32,15:17" });
  assertEquals(await Deno.readFile(out), await library.bytes());
  const { bytes } = await runCommand("fits cutout", [
    ...[file, "--hdu", "1", "--section", "30:32,15:17", "-o", "-"],
  ]);
  assertEquals(bytes, await library.bytes());
});

Deno.test("fits cutout says what lies outside, and refuses what lies there whole", async () => {
  const { folder, file, out, cut } = await setUp();
  await using _ = folder;
  const { status, error, out: lines } = await cut("--section", "-1:2,1:2", "--json");
  assertEquals([status, error], [0, [
    `${file}: HDU 0: 4 pixels are outside of the image: BLANK (-32768)`,
  ]]);
  const { size, ...result } = JSON.parse(lines[0]!);
  assertEquals(size, (await Deno.stat(out)).size);
  assertEquals(result, {
    file,
    output: out,
    images: [{
      ...{ hdu: 0, name: "SKY", section: "-1:2,1:2", shape: [4, 2], outside: 4, fill: -32768 },
    }],
    left: [],
    ...{ requests: 0, bytes: 0, round_trips: 0, seconds: 0, cache_hits: 0 },
  });
  assertEquals((await cut("--section", "1:2")).error, [
    `Cannot write '${out}': it exists already; --clobber replaces it`,
  ]);
  const few = await cut("--section", "1:2", "--clobber");
  assertEquals([few.status, few.error], [1, [
    `Cannot read the section '1:2': it has 1 of the 2 axes of HDU 0 of ${file} (100 x 80); ` +
    "'1:2,*' takes the others whole",
  ]]);
  const outside = await cut("--section", "200:300,*", "--clobber");
  assertEquals([outside.status, outside.error], [1, [
    `The section '200:300,*' lies outside of HDU 0 of ${file}: it asks for 200 to 300 of axis 1, ` +
    "which has pixels 1 to 100",
  ]]);
});

Deno.test("fits cutout --at writes a file for each position, and goes on after one outside", async () => {
  const { folder, file, out, cut } = await setUp();
  await using _ = folder;
  const list = `${folder.path}/list.csv`;
  await Deno.writeTextFile(
    list,
    "NAME,RA,DEC\nmiddle,10,20\nfar,10,25\nnorth,00:40:00,+20:15:00\n",
  );
  const { status, error, out: lines } = await cut("--at", list, "--size", "4", "--json");
  assertEquals(status, 1);
  assertEquals(error, [
    "line 3: The section [[48,52],[540,544]] lies outside of HDU 0 of " +
    `${file}: it asks for 541 to 544 of axis 2, which has pixels 1 to 80`,
  ]);
  assertEquals(
    lines.map((line) => JSON.parse(line)).map(({ output, images }) => [
      output,
      images[0].section,
    ]),
    [
      [out.replace(".fits", "-middle.fits"), "49:52,39:42"],
      [out.replace(".fits", "-north.fits"), "49:52,65:68"],
    ],
  );
});

Deno.test("fits cutout --at of a URL gives the files of the local list, in its order", async () => {
  const { folder, file, out, cut } = await setUp();
  await using _ = folder;
  const list = `${folder.path}/list.csv`;
  const points = Array.from({ length: 9 }, (_, i) => `p${i},${10 + i * 0.04},${20 - i * 0.03}`);
  await Deno.writeTextFile(list, points.join("\n"));
  const outputs = points.map((_, i) => out.replace(".fits", `-p${i}.fits`));
  await cut("--at", list, "--size", "6");
  const local = await Promise.all(outputs.map((path) => Deno.readFile(path)));
  await using server = await serveHttp({ port: 0 }, fileHandler({ root: folder.path }));
  const url = new URL(file.slice(file.lastIndexOf("/") + 1), server.url).href;
  const result = await runCommand("fits cutout", [
    ...[url, "--at", list, "--size", "6", "-o", out, "--clobber", "--json"],
  ]);
  assertEquals([result.status, result.error], [0, []]);
  assertEquals(result.out.map((line) => JSON.parse(line).output), outputs);
  assertEquals(await Promise.all(outputs.map((path) => Deno.readFile(path))), local);
});

Deno.test("fits cutout --at of a compressed file on a server reads each tile once, several at a time", async () => {
  const { folder, out } = await setUp();
  await using _ = folder;
  const pixels = Int16Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) >> 3);
  const packed = await compressImage({ ...SKY, pixels, shape: [1000, 1000] }, { tile: [50, 50] });
  const bytes = await encodeFits([packed]);
  await Deno.writeFile(`${folder.path}/packed.fits`, bytes);
  const list = `${folder.path}/list.csv`;
  // Two of each kind lie in the same tiles.
  const points = Array.from({ length: 16 }, (_, i) => {
    const at = i % 8;
    return `p${i},${10 - (at % 4) * 2.2},${20.5 + Math.floor(at / 4) * 3}`;
  });
  await Deno.writeTextFile(list, points.join("\n"));
  const outputs = points.map((_, i) => out.replace(".fits", `-p${i}.fits`));
  const flags = ["--at", list, "--size", "20", "-o", out, "--clobber", "--json"];
  assertEquals(
    (await runCommand("fits cutout", [`${folder.path}/packed.fits`, ...flags])).status,
    0,
  );
  const local = await Promise.all(outputs.map((path) => Deno.readFile(path)));
  await using server = serveCounting(bytes);
  const { status, out: lines } = await runCommand("fits cutout", [server.url, ...flags]);
  assertEquals(status, 0);
  const { requests, bytes: read } = JSON.parse(lines.at(-1)!);
  const counted = server.take();
  assertEquals([requests, read], [counted.requests, counted.bytes]);
  for (const [i, path] of outputs.entries()) {
    await using part = await openFits(path);
    await using whole = await openFits(local[i]!);
    assertEquals((await part.image()).pixels, (await whole.image()).pixels, path);
  }
  // No byte of the file comes twice.
  const ranges = counted.ranges.toSorted(([a], [b]) => a - b);
  for (const [i, [first]] of ranges.entries()) {
    if (i > 0) assertEquals(first > ranges[i - 1]![1], true, JSON.stringify(ranges));
  }
});

Deno.test("fits cutout --hdu all cuts every image around the point", async () => {
  const { folder, out, cut } = await setUp();
  await using _ = folder;
  const { status, error } = await cut("--hdu", "all", "--center", "0h40m +20d", "--size", "4");
  assertEquals([status, error.length], [0, 1]);
  await using part = await openFits(out);
  assertEquals((await Array.fromAsync(part.hdus)).map(({ name }) => name), ["SKY"]);
});

Deno.test("fits cutout of a URL gives the bytes of the local file", async () => {
  const { folder, out, cut } = await setUp();
  await using _ = folder;
  await cut("--section", "90:110,*:7");
  const local = await Deno.readFile(out);
  await using server = await serveHttp({ port: 0 }, fileHandler({ root: folder.path }));
  const url = new URL("a.fits", server.url).href;
  const { status } = await runCommand("fits cutout", [
    ...[url, "--section", "90:110,*:7", "-o", out, "--clobber"],
  ]);
  assertEquals(status, 0);
  assertEquals(await Deno.readFile(out), local);
});

Deno.test("fits cutout --json says what the server counted, and --cache makes it less", async () => {
  const { folder, out } = await setUp();
  await using _ = folder;
  const pixels = Int16Array.from({ length: 1_000_000 }, (_, i) => i % 97);
  const empty = { pixels: new Uint8Array(100_000), shape: [100_000] };
  const bytes = await encodeFits([empty, empty, empty, { ...SKY, pixels, shape: [1000, 1000] }]);
  await using server = serveCounting(bytes);
  const args = [`${server.url}[SKY][501:510,501:503]`, "-o", out, "--clobber", "--json"];
  args.push("--cache", `${folder.path}/cache`);
  const costs: number[][] = [];
  for (let i = 0; i < 2; i++) {
    const { out: lines, error } = await runCommand("fits cutout", args);
    assertEquals(error, []);
    const { requests, bytes, round_trips } = JSON.parse(lines[0]!);
    const counted = server.take();
    assertEquals([requests, bytes], [counted.requests, counted.bytes]);
    costs.push([requests, round_trips]);
  }
  // The headers are remembered: the pixels alone are asked for.
  assertEquals(costs[1], [1, 1]);
  assertEquals(costs[0]![0]! > 2, true);
  // A file that has become another one is read anew.
  const other = await encodeFits([{
    ...SKY,
    pixels: pixels.map((value) => -value),
    shape: [1000, 1000],
  }]);
  server.replace(other, '"v2"');
  const { status, error } = await runCommand("fits cutout", args);
  assertEquals([status, error], [0, []]);
  await using part = await openFits(out);
  assertEquals((await part.image()).pixels[0], -((500 * 1000 + 500) % 97));
});

Deno.test("fits cutout refuses command lines that ask for nothing or for two things", async () => {
  const cases: readonly [string[], string][] = [
    [[], "expected one of --section, --center and --at, found none"],
    [
      ["--section", "1", "--at", "x"],
      "expected one of --section, --center and --at, found " +
      "--section and --at",
    ],
    [["--center", "1,2"], "--center needs --size"],
    [["--section", "1", "--size", "1"], "a section takes no --size"],
    [["--section", "1", "--frame", "icrs"], "a section takes no --frame"],
    [
      ["--section", "a"],
      "--section: The section 'a' has 'a' for axis 1, expected first:last, " +
      "first:last:step, first:, one number, or *, counted from 1",
    ],
    [
      ["--center", "1,2", "--size", "x"],
      "--size: Cannot read the size 'x', expected W or W,H such " +
      "as 0.1deg, 5arcmin,3arcmin, 30arcsec, or pixels such as 200,100",
    ],
    [["--at", "x", "--size", "1", "-o", "-"], "--at writes several files: --output cannot be -"],
  ];
  for (const [args, message] of cases) {
    const output = args.includes("-o") ? [] : ["-o", "out/never.fits"];
    const { status, error } = await runCommand("fits cutout", ["x.fits", ...args, ...output]);
    assertEquals([status, error], [2, [message]]);
  }
  const { error } = await runCommand("fits cutout", ["x.fits", "--section", "1"]);
  assertEquals(error, ["name the output with --output"]);
});
