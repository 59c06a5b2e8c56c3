import { assertEquals, assertRejects } from "@std/assert";
import { HeliographError } from "../../../net/errors.ts";
import { findInputs } from "../../../rpc/map/inputs.ts";
import { makeLink, temporaryFolder } from "../../support/temporary.ts";

Deno.test("findInputs() expands patterns in order, and keeps names", async () => {
  await using folder = await temporaryFolder();
  const root = `${folder.path}/`;
  for (const name of ["n/1", "n/2/deep", "n/.hidden"]) {
    await Deno.mkdir(root + name, { recursive: true });
  }
  const files = [
    ...["b.fits", "a.fits", "B.fits", "c[1].fits", "note.txt"],
    ...["n/1/x.fits", "n/2/y.fits", "n/2/deep/z.fits", "n/.hidden/w.fits"],
  ];
  for (const name of files) await Deno.writeTextFile(root + name, "");
  await makeLink("n", `${root}loop`);
  const find = async (...names: string[]) =>
    (await Array.fromAsync(findInputs(names.map((name) => root + name))))
      .map((path) => path.slice(root.length));
  const cases: [string[], string[]][] = [
    [["*.fits"], ["B.fits", "a.fits", "b.fits", "c[1].fits"]],
    [["[ab].fits"], ["a.fits", "b.fits"]],
    [["?.fits[1:2,1:2]"], ["B.fits[1:2,1:2]", "a.fits[1:2,1:2]", "b.fits[1:2,1:2]"]],
    [["a.fits[SCI,1]", "none.fits"], ["a.fits[SCI,1]", "none.fits"]],
    [["c[1].fits"], ["c[1].fits"]],
    [["n/*/*.fits"], ["n/1/x.fits", "n/2/y.fits"]],
    [["n/**/*.fits"], ["n/1/x.fits", "n/2/deep/z.fits", "n/2/y.fits"]],
    [["l*p/1/*"], ["loop/1/x.fits"]],
    [["*/2/y.fits"], ["loop/2/y.fits", "n/2/y.fits"]],
    [["n/2/**"], ["n/2/deep/z.fits", "n/2/y.fits"]],
  ];
  for (const [names, found] of cases) {
    assertEquals((await find(...names)).toSorted(), found.toSorted(), names.join(" "));
  }
  assertEquals(await find("b.fits", "a*.fits"), ["b.fits", "a.fits"]);
  const none = await assertRejects(() => find("*.fit"), HeliographError);
  assertEquals(none.message, `Cannot find '${root}*.fit': no file matches`);
});

Deno.test("findInputs() takes URLs as they are", async () => {
  const names = ["https://h/a.fits?x=*", "s3://bucket/key[1].fits", "http://h/[a].fits"];
  assertEquals(await Array.fromAsync(findInputs(names)), names);
});
