import { assertEquals } from "@std/assert";
import { PartState } from "../../../http/download/part_state.ts";
import { PartFile } from "../../../http/download/parts/part_file.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const URL_OF_FILE = "http://localhost/sun.fits";
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

Deno.test("PartState keeps a part with its note, and another one goes on with it", async () => {
  await using folder = await temporaryFolder();
  const state = new PartState(URL_OF_FILE, false);
  assertEquals([state.bytes, state.stop(true)], [0, 0]);
  const identity = { etag: '"a"', length: 6 };
  state.begin(folder.path, "sun.fits", identity, true);
  state.append(bytes("sun"));
  assertEquals([state.bytes, state.secured, state.canSplit(1), state.canSplit(2)], [
    3,
    3,
    false,
    true,
  ]);
  assertEquals(state.stop(true), 3);
  assertEquals(
    (await Deno.readTextFile(`${folder.path}/sun.fits.part.json`)).trimEnd(),
    `{"heliograph":1,"url":"${URL_OF_FILE}","name":"sun.fits","etag":"\\"a\\"","length":6}`,
  );

  const later = new PartState(URL_OF_FILE, false);
  const file = PartFile.open(folder.path, "sun.fits");
  later.resume(file, "sun.fits", file.sidecar!, 1);
  assertEquals([later.have, later.spans], [3, undefined]);
  later.append(bytes("set"));
  assertEquals(later.finish(), `${folder.path}/sun.fits`);
  assertEquals(await Deno.readTextFile(`${folder.path}/sun.fits`), "sunset");
  assertEquals(later.stop(true), 0);
});

Deno.test("PartState.restart() forgets what is there, for another version of the file", async () => {
  await using folder = await temporaryFolder();
  const state = new PartState(URL_OF_FILE, false);
  state.begin(folder.path, "a", { lastModified: "Sat, 21 Nov 2026 10:00:00 GMT" }, false);
  state.append(bytes("old bytes"));
  state.restart();
  assertEquals([state.bytes, state.secured, state.identity], [0, 0, {}]);
  state.begin(folder.path, "a", {}, true);
  state.append(bytes("new"));
  assertEquals(state.secured, 0);
  state.finish();
  assertEquals(await Deno.readTextFile(`${folder.path}/a`), "new");
});

Deno.test("PartState counts pieces out of order, and joins them", async () => {
  await using folder = await temporaryFolder();
  const state = new PartState(URL_OF_FILE, false);
  const file = state.begin(folder.path, "a", { etag: '"a"', length: 6 }, true);
  state.spans = [[0, 2], [4, 6]];
  file.write(bytes("abcdefgh"), 0);
  assertEquals(state.bytes, 4);
  state.note();
  assertEquals(file.sidecar?.spans, [[0, 2], [4, 6]]);
  state.join(6);
  assertEquals([state.bytes, state.spans], [6, undefined]);
  state.finish();
  assertEquals(await Deno.readTextFile(`${folder.path}/a`), "abcdef");
});
