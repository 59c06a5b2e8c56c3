import { assertEquals, assertRejects } from "@std/assert";
import { HeliographError } from "../../../net/errors.ts";
import { permittedFolder } from "../../../rpc/map/permitted.ts";
import { makeLink, temporaryFolder } from "../../support/temporary.ts";

Deno.test("permittedFolder() makes folders below the worker's own, and none behind a link", async () => {
  await using folder = await temporaryFolder();
  const real = await Deno.realPath(folder.path);
  const saveRoot = `${real}/saved`;
  await Deno.mkdir(saveRoot);
  await Deno.mkdir(`${real}/elsewhere`);
  await Deno.mkdir(`${saveRoot}/own`);
  await makeLink("../elsewhere", `${saveRoot}/link`);
  await makeLink("own", `${saveRoot}/within`);
  const limits = { root: null, saveRoot };
  assertEquals(await permittedFolder("a/b", limits), `${saveRoot}/a/b`);
  assertEquals((await Deno.stat(`${saveRoot}/a/b`)).isDirectory, true);
  assertEquals(await permittedFolder("within/c", limits), `${saveRoot}/within/c`);
  for (const save of ["link", "link/new", "link/new/deeper"]) {
    await assertRejects(
      () => permittedFolder(save, limits),
      HeliographError,
      "it leads out of the worker's --save-root",
    );
  }
  assertEquals(Array.from(Deno.readDirSync(`${real}/elsewhere`)), []);
  for (const save of ["/tmp", "../x", "a/../../x"]) {
    await assertRejects(() => permittedFolder(save, limits), HeliographError, "expected the name");
  }
});
