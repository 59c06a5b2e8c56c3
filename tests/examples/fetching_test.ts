import { assert, assertEquals, assertMatch } from "@std/assert";
import { runDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** Runs an example with the permissions of its task. */
async function example(name: string, ...args: string[]): Promise<string> {
  const permissions = ["--allow-net=127.0.0.1", "--allow-read=.", "--allow-write=out"];
  const path = `examples/${name}.ts`;
  const { code, stdout, stderr } = await runDeno([
    "run",
    "--no-check",
    ...permissions,
    path,
    ...args,
  ]);
  assertEquals(code, 0, stderr);
  return stdout;
}

Deno.test("examples/stream_image.ts writes a page that carries the image", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/test_image.html`;
  const output = await example("stream_image", path);
  assertMatch(output, /^<img src="data:image\/jpeg;base64,\/9j\//);
  const page = await Deno.readTextFile(path);
  assertMatch(page, /<img src="data:image\/jpeg;base64,[A-Za-z0-9+/=]{5000,}" alt="The Sun">/);
});

Deno.test("examples/webcopy.ts fetches, skips and clobbers as the document does", async () => {
  await using folder = await temporaryFolder();
  const lines = (await example("webcopy", folder.path)).trimEnd().split("\n");
  const names = ["00:01:30", "00:02:15", "00:03:00"].map((time) =>
    `hmi.ic_45s.2011.05.01_${time}_TAI.continuum.fits`
  );
  const fetched = names.map((name) =>
    `% WEBCOPY_MAIN: Successfully downloaded to ${folder.path}/${name}`
  );
  const skipped = names.map((name) => `% WEBCOPY_MAIN: ${folder.path}/${name} is there already`);
  const prompt = "IDL> webcopy,files,/verbose";
  assertEquals(lines.slice(3), [
    prompt,
    ...fetched,
    prompt,
    ...skipped,
    `${prompt},/clobber`,
    ...fetched,
  ]);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), names);
});

Deno.test("examples/range.ts reads 101 bytes of a JPEG and the header of a FITS file", async () => {
  const output = await example("range");
  assertMatch(output, /^O {15}BYTE {6}= Array\[101\]\nHTTP\/1\.1 206 Partial Content\n/);
  assertMatch(output, /\nContent-Range: bytes 100-200\/\d+\n/);
  assertMatch(output, /\nHEADER {10}BYTE {6}= Array\[2880\]\nSIMPLE {2}= {20}T/);
});

Deno.test("examples/head.ts prints the fields of a file, and the status of none", async () => {
  const [first, second] = (await example("head")).split("\n\n");
  assertMatch(first!, /^HTTP\/1\.1 200 OK\n/);
  assert(
    /\nContent-Type: image\/jpeg(\n|$)/.test(first!) && /\nAccept-Ranges: bytes(\n|$)/.test(first!),
  );
  assertMatch(second!, /^HTTP\/1\.1 404 Not Found\n/);
});
