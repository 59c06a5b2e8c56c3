/** The commands of `fits` on `s3:` URLs. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeFits, tableHdu } from "../../../mod.ts";
import { serveObjects } from "../../support/http/object_store.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const FILE = await encodeFits([
  { pixels: Int16Array.from({ length: 60_000 }, (_, i) => i - 30_000), shape: [200, 300] },
  { pixels: new Uint8Array([1, 2, 3]), name: "TAIL" },
  tableHdu({ name: "TABLE", columns: [{ name: "X", values: Int32Array.of(1, 20, 300) }] }),
]) as Uint8Array<ArrayBuffer>;

Deno.test("every command of fits reads objects, as it reads files", async () => {
  await using store = await serveObjects({ open: ["sun"] });
  await using folder = await temporaryFolder();
  store.put("sun/2026/a b.fits", FILE);
  const url = "s3://sun/2026/a b.fits";
  const path = `${folder.path}/a b.fits`;
  await Deno.writeFile(path, FILE);
  const flags = ["--endpoint", store.endpoint, "--no-sign-request"];
  const commands: [name: string, ...args: string[]][] = [
    ["fits info"],
    ["fits info", "--json"],
    ["fits header", "--key", "NAXIS1"],
    ["fits image", "--section", "1:3,1:2"],
    ["fits image", "--hdu", "TAIL"],
    ["fits verify"],
    ["fits checksum"],
    ["fits columns", "--hdu", "TABLE"],
    ["fits table", "--hdu", "TABLE", "--json"],
  ];
  for (const [name, ...args] of commands) {
    const there = await runCommand(name, [url, ...args, ...flags]);
    const here = await runCommand(name, [path, ...args]);
    assertEquals(there.status, here.status, there.error.join());
    // What it cost stands in a line of its own, or within the last.
    const cost = there.out.findIndex((line) => /^\{"file":[^,]*,"requests":/.test(line));
    const out = cost < 0 ? there.out : there.out.toSpliced(cost, 1);
    assertEquals(out, here.out.map((line) => line.replaceAll(path, url)), name);
    assertEquals(there.bytes, here.bytes, name);
    assert(here.out.length + here.bytes.length > 0);
  }
  const part = `${folder.path}/part.fits`;
  const cut = await runCommand("fits cutout", [url, "--section", "1:9,1:9", "-o", part, ...flags]);
  assertEquals(cut.status, 0, cut.error.join());
  const size = (await Deno.stat(part)).size;
  assertEquals(size % 2880, 0);
  const same = await runCommand("fits diff", [url, path, ...flags]);
  assertEquals([same.status, same.error], [0, [`${url} and ${path} do not differ`]]);
});

Deno.test("a command that writes refuses an object by name", async () => {
  const changed = await runCommand("fits header", ["s3://sun/a.fits", "--set", "A=1"]);
  assertEquals([changed.status, changed.error], [2, [
    "--set needs a local file, found 's3://sun/a.fits'",
  ]]);
});

Deno.test("copy, compress, decompress and cutout write objects as they write files", async () => {
  await using store = await serveObjects({ open: ["sun"] });
  await using folder = await temporaryFolder();
  store.put("sun/a.fits", FILE);
  const flags = ["--endpoint", store.endpoint, "--no-sign-request"];
  const commands: [name: string, to: string, ...args: string[]][] = [
    ["fits copy", "b.fits"],
    ["fits compress", "a.fits.fz"],
    ["fits decompress", "c.fits"],
    ["fits cutout", "d.fits", "--section", "1:9,1:9"],
  ];
  for (const [name, to, ...args] of commands) {
    const from = name === "fits decompress" ? "s3://sun/2026/a.fits.fz" : "s3://sun/a.fits";
    const outputs = [`s3://sun/2026/${to}`, `${folder.path}/${to}`].map((output) =>
      name === "fits copy" ? [output] : ["-o", output]
    );
    for (const output of outputs) {
      const done = await runCommand(name, [from, ...output, ...args, ...flags]);
      assertEquals(done.status, 0, done.error.join());
      const again = await runCommand(name, [from, ...output, ...args, ...flags]);
      const place = output.at(-1);
      assertEquals(again.status, 1);
      assertStringIncludes(
        again.error.join(),
        `Cannot write '${place}': it exists already; --clobber replaces it`,
      );
      const replaced = await runCommand(name, [from, ...output, ...args, "--clobber", ...flags]);
      assertEquals(replaced.status, 0, replaced.error.join());
    }
    const written = await Deno.readFile(`${folder.path}/${to}`);
    assertEquals(store.objects.get(`sun/2026/${to}`)?.bytes, written, name);
  }
  const beside = await runCommand("fits compress", ["s3://sun/a.fits", "-o", "s3://sun", ...flags]);
  assertEquals(beside.status, 0, beside.error.join());
  assert(store.objects.has("sun/a.fits.fz"));
  const image = await runCommand("fits image", [
    "s3://sun/a.fits",
    "-o",
    "s3://sun/a.npy",
    ...flags,
  ]);
  assertEquals([image.status, image.error], [2, [
    "--output is 's3://sun/a.npy', expected a file: this command writes no objects",
  ]]);
});
