import { assertEquals, assertMatch } from "@std/assert";
import { encodeFits, tableHdu } from "../../fits/mod.ts";
import { Card } from "../../fits/header/card.ts";
import { FileTree } from "../../http/files/tree.ts";
import { serveHttp } from "../../http/server/serve_http.ts";
import { fileHandler } from "../../http/files/handler.ts";
import { FileFacts } from "../../station/file_facts.ts";
import { Viewer } from "../../station/viewer.ts";
import { temporaryFolder } from "../support/temporary.ts";

async function folderOfFiles() {
  const folder = await temporaryFolder();
  const header = [
    Card.of("OBJECT", "<b>M 31"),
    Card.of("INSTRUME", "CCD"),
    Card.of("DATE-OBS", "2026-11-30T12:00:00"),
  ];
  const image = { pixels: new Int16Array(12), shape: [4, 3], header };
  const table = tableHdu({ columns: [{ name: "A", values: new Int32Array(5) }] });
  // Larger than what is looked at.
  const large = { pixels: new Int16Array(1 << 16), shape: [256, 256], header };
  const files: Record<string, Uint8Array> = {
    "a.fits": await encodeFits([image]),
    "large.fits": await encodeFits([large]),
    "table.fits": await encodeFits([table]),
    "bad.fits": new TextEncoder().encode("no FITS file"),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(`${folder.path}/${name}`, bytes);
  }
  return folder;
}

const NAMES = ["a.fits", "large.fits", "table.fits", "bad.fits", "none.fits"];

Deno.test("FileFacts tells size, object, instrument and date, and nothing of what is no FITS file", async () => {
  await using folder = await folderOfFiles();
  const facts = new FileFacts(new FileTree(folder.path));
  const rest = "<b>M 31, CCD, 2026-11-30T12:00:00";
  await facts.of([], NAMES);
  assertEquals(
    await facts.of([], NAMES),
    new Map([
      ["a.fits", `4 × 3, ${rest}`],
      ["large.fits", `256 × 256, ${rest}`],
      ["table.fits", "5 rows"],
    ]),
  );
});

Deno.test("FileFacts reads for a short time only, and remembers by the version of a file", async () => {
  await using folder = await folderOfFiles();
  let now = 0;
  const facts = new FileFacts(new FileTree(folder.path), () => now);
  assertEquals([...(await facts.of([], ["a.fits"])).keys()], ["a.fits"]);
  // The clock stands behind the deadline as soon as it is asked again.
  const late = new FileFacts(new FileTree(folder.path), () => now += 30);
  assertEquals([...(await late.of([], NAMES)).keys()], ["a.fits"]);
  assertEquals([...(await late.of([], NAMES)).keys()], ["a.fits", "large.fits"]);
  await Deno.writeFile(
    `${folder.path}/a.fits`,
    await encodeFits([{ pixels: new Int16Array(20), shape: [20] }]),
  );
  assertEquals((await facts.of([], ["a.fits"])).get("a.fits"), "20");
});

Deno.test("listings show what files are, as text", async () => {
  await using folder = await folderOfFiles();
  using viewer = new Viewer({ root: folder.path, files: "", program: "heliograph" });
  const files = fileHandler({ root: folder.path, pages: viewer.pages });
  await using server = await serveHttp({ port: 0 }, files);
  await (await fetch(server.url)).text();
  const page = await (await fetch(`${server.url}?filter=fits`)).text();
  assertMatch(page, /<small>4 × 3, &lt;b&gt;M 31, CCD, 2026-11-30T12:00:00<\/small>/);
});
