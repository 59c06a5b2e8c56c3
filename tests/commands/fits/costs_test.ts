/** What reading files on servers costs is what `--json` says, whichever command reads. */

import { assert, assertEquals } from "@std/assert";
import { compressImage } from "../../../fits/compress/mod.ts";
import { Card, encodeFits, tableHdu } from "../../../fits/mod.ts";
import { serveHttp } from "../../../http/mod.ts";
import { serveObjects } from "../../support/http/object_store.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const SKY = Object.entries({
  ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRVAL1: 10, CRVAL2: 20 },
  ...{ CRPIX1: 150, CRPIX2: 150, CDELT1: -0.01, CDELT2: 0.01 },
}).map(([keyword, value]) => Card.of(keyword, value));
const IMAGE = {
  pixels: Int16Array.from({ length: 90_000 }, (_, i) => i * 7919),
  ...{ shape: [300, 300], header: SKY, name: "SKY" },
};
const TABLE = tableHdu({
  name: "EVENTS",
  columns: [{ name: "X", values: Int32Array.from({ length: 20_000 }, (_, i) => i) }],
});
const PLAIN = await encodeFits([IMAGE, TABLE]);
const PACKED = await encodeFits([await compressImage(IMAGE, { tile: [64, 64] }), TABLE]);

/** Commands, and what stands behind the file; `OUT` is a new file. */
const COMMANDS: readonly [name: string, args: string[]][] = [
  ["fits info", []],
  ["fits info", ["--wcs"]],
  ["fits header", []],
  ["fits header", ["--hdu", "EVENTS"]],
  ["fits header", ["--key", "NAXIS1"]],
  ["fits header", ["--key", "NAXIS*"]],
  ["fits header", ["--summary"]],
  ["fits columns", []],
  ["fits table", ["--rows", "10000:10003"]],
  ["fits image", ["--section", "101:110,101:110", "--hdu", "SKY"]],
  ["fits wcs", ["--hdu", "SKY", "10,10"]],
  ["fits wcs", ["--hdu", "SKY", "--footprint"]],
  ["fits view", ["--size", "64", "-o", "OUT.png"]],
  ["fits view", ["--hdu", "all", "-o", "OUT.png"]],
  ["fits checksum", []],
  ["fits verify", []],
  ["fits copy", ["OUT.fits"]],
  ["fits copy", ["OUT.fits", "--hdu", "EVENTS"]],
  ["fits compress", ["-o", "OUT.fits.fz"]],
  ["fits decompress", ["-o", "OUT.fits"]],
  ["fits cutout", ["--section", "101:110,101:110", "-o", "OUT.fits"]],
  ["fits cutout", ["--center", "10,20", "--size", "20", "--hdu", "all", "-o", "OUT.fits"]],
];

/** Ways to a file: by ranges, behind a redirect, from a server without ranges, from a bucket. */
const WAYS = ["ranges", "redirect", "whole", "bucket"] as const;

let served = 0;

async function serve(bytes: Uint8Array<ArrayBuffer>, way: (typeof WAYS)[number]) {
  const name = `${++served}.fits`;
  const counted = { requests: 0, bytes: 0 };
  const take = () => {
    const taken = { ...counted };
    Object.assign(counted, { requests: 0, bytes: 0 });
    return taken;
  };
  const partOf = (range: string | undefined) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    const [start, end] = [Number(first ?? 0), Math.min(Number(last ?? Infinity), bytes.length - 1)];
    return { start, end, body: bytes.subarray(start, end + 1) };
  };
  if (way === "bucket") {
    const store = await serveObjects({
      open: ["sun"],
      instead: ({ fields }, count) => {
        counted.requests++;
        // The bucket is elsewhere, as its store says once.
        if (count === 1) {
          const body = "<Error><Code>PermanentRedirect</Code></Error>";
          counted.bytes += body.length;
          return { status: 301, fields: { "x-amz-bucket-region": "eu-west-1" }, body };
        }
        counted.bytes += partOf(fields.get("range")).body.length;
        return undefined;
      },
    });
    store.put(`sun/${name}`, bytes);
    const flags = ["--endpoint", store.endpoint, "--no-sign-request"];
    const end = () => store[Symbol.asyncDispose]();
    return { url: `s3://sun/${name}`, flags, take, [Symbol.asyncDispose]: end };
  }
  const server = await serveHttp({ port: 0 }, ({ path, fields }) => {
    counted.requests++;
    if (way === "redirect" && path === `/${name}`) {
      const body = "It is there now.";
      counted.bytes += body.length;
      return { status: 302, fields: { Location: "/b.fits" }, body };
    }
    const range = way === "whole" ? undefined : fields.get("range");
    const { start, end, body } = partOf(range);
    counted.bytes += body.length;
    const tag = { ETag: '"v1"' };
    if (range === undefined) return { status: 200, fields: tag, body };
    const place = { "Content-Range": `bytes ${start}-${end}/${bytes.length}` };
    return { status: 206, fields: { ...tag, ...place }, body };
  });
  const end = () => server.shutdown();
  return { url: new URL(name, server.url).href, flags: [], take, [Symbol.asyncDispose]: end };
}

/** The cost that a command has told: in its last line, or that of standard error. */
function costIn(lines: readonly string[]): Record<string, number> | undefined {
  for (const line of lines.toReversed()) {
    if (!line.startsWith("{")) continue;
    const found = JSON.parse(line);
    if ("round_trips" in found) return found;
  }
  return undefined;
}

for (const [form, file] of Object.entries({ plain: PLAIN, compressed: PACKED })) {
  for (const way of WAYS) {
    Deno.test(`the cost that each command tells of a ${form} file is what its server counted: ${way}`, async () => {
      await using folder = await temporaryFolder();
      for (const [i, [name, args]] of COMMANDS.entries()) {
        // One server and name each: what is remembered of a file costs nothing.
        await using server = await serve(file, way);
        const outputs = args.map((word) => word.replace("OUT", `${folder.path}/${i}`));
        const words = [server.url, ...outputs, ...server.flags, "--json"];
        const { out, error, status } = await runCommand(name, words);
        const what = `${name} ${args.join(" ")}: ${error.join("\n")}`;
        assertEquals(status, 0, what);
        const cost = costIn(name === "fits table" ? error : out);
        assert(cost !== undefined, what);
        const { requests, bytes, round_trips } = cost;
        const { requests: asked, bytes: sent } = server.take();
        // Of a body that is not read to its end, less comes than was sent.
        const whole = way === "whole" ? Math.min(bytes!, sent) : sent;
        assertEquals([requests, bytes], [asked, whole], what);
        assert(round_trips! >= 1 && round_trips! <= requests!, what);
        assert(typeof cost.seconds === "number" && typeof cost.cache_hits === "number", what);
      }
    });
  }
}

Deno.test("fits diff tells the cost of both files", async () => {
  await using one = await serve(PLAIN, "redirect");
  await using other = await serve(PACKED, "ranges");
  const { out, status } = await runCommand("fits diff", [one.url, other.url, "--json"]);
  assertEquals(status, 1);
  const costs = out.slice(-2).map((line) => JSON.parse(line));
  assertEquals(costs.map(({ file }) => file), [one.url, other.url]);
  for (const [i, server] of [one, other].entries()) {
    const { requests, bytes } = costs[i]!;
    assertEquals({ requests, bytes }, server.take());
  }
});

Deno.test("fits view of a large Rice image reads the file once, in 3 round trips", async () => {
  const side = 4096;
  const pixels = new Int16Array(side * side);
  for (let i = 0, seed = 1; i < pixels.length; i++) {
    seed = (seed * 48_271) % 2_147_483_647;
    pixels[i] = 1000 + (seed >> 20) % 64;
  }
  const file = await encodeFits([await compressImage({ pixels, shape: [side, side] })]);
  await using server = await serve(file, "ranges");
  await using folder = await temporaryFolder();
  const args = ["--size", "512", "-o", `${folder.path}/view.png`, "--json"];
  const { out, status } = await runCommand("fits view", [server.url, ...args]);
  assertEquals(status, 0);
  const { width, height, requests, bytes, round_trips } = JSON.parse(out[0]!);
  assertEquals({ requests, bytes }, server.take());
  assertEquals([width, height, bytes <= file.length], [512, 512, true]);
  assert(requests <= 4 && round_trips <= 3, out[0]);
});
