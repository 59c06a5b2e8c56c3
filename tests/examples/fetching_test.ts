import { assert, assertEquals, assertMatch } from "@std/assert";
import { runExample } from "../support/examples.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** Runs an example with the permissions of its task; what it prints. */
async function example(name: string, folder: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runExample(`example:${name}`, folder, ...args);
  assertEquals(code, 0, stderr);
  return stdout;
}

Deno.test("examples/stream_image.ts writes a page that carries the image", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/out/test_image.html`;
  const output = await example("stream-image", folder.path, path);
  assertMatch(output, /^<img src="data:image\/jpeg;base64,\/9j\//);
  const page = await Deno.readTextFile(path);
  assertMatch(page, /<img src="data:image\/jpeg;base64,[A-Za-z0-9+/=]{5000,}" alt="The Sun">/);
});

Deno.test("examples/webcopy.ts fetches, skips and clobbers as the document does", async () => {
  await using folder = await temporaryFolder();
  const copies = `${folder.path}/out/copies`;
  await Deno.mkdir(copies, { recursive: true });
  const lines = (await example("webcopy", folder.path, copies)).trimEnd().split("\n");
  const names = ["00:01:30", "00:02:15", "00:03:00"].map((time) =>
    `hmi.ic_45s.2011.05.01_${time}_TAI.continuum.fits`
  );
  const fetched = names.map((name) =>
    `% WEBCOPY_MAIN: Successfully downloaded to ${copies}/${name}`
  );
  const skipped = names.map((name) => `% WEBCOPY_MAIN: ${copies}/${name} is there already`);
  const prompt = "IDL> webcopy,files,/verbose";
  assertEquals(lines.slice(3), [
    prompt,
    ...fetched,
    prompt,
    ...skipped,
    `${prompt},/clobber`,
    ...fetched,
  ]);
  assertEquals([...Deno.readDirSync(copies)].map(({ name }) => name).sort(), names);
});

Deno.test("examples/range.ts reads 101 bytes of a JPEG and the header of a FITS file", async () => {
  await using folder = await temporaryFolder();
  const output = await example("range", folder.path);
  assertMatch(output, /^O {15}BYTE {6}= Array\[101\]\nHTTP\/1\.1 206 Partial Content\n/);
  assertMatch(output, /\nContent-Range: bytes 100-200\/\d+\n/);
  assertMatch(output, /\nHEADER {10}BYTE {6}= Array\[2880\]\nSIMPLE {2}= {20}T/);
});

Deno.test("examples/head.ts prints the fields of a file, and the status of none", async () => {
  await using folder = await temporaryFolder();
  const [first, second] = (await example("head", folder.path)).split("\n\n");
  assertMatch(first!, /^HTTP\/1\.1 200 OK\n/);
  assert(
    /\nContent-Type: image\/jpeg(\n|$)/.test(first!) && /\nAccept-Ranges: bytes(\n|$)/.test(first!),
  );
  assertMatch(second!, /^HTTP\/1\.1 404 Not Found\n/);
});
