import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeFits } from "../../../fits/mod.ts";
import { serveStationFiles } from "../../support/fits/station_files.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const bytes = () => encodeFits([{ pixels: Int16Array.of(1, 2, 3, 4), shape: [2, 2] }]);

/** Runs the command until it has said where it listens. */
async function view(input: string) {
  const end = new AbortController();
  const first = Promise.withResolvers<string>();
  const running = runCommand("view", [input, "--no-open"], end.signal, first.resolve);
  const line = await Promise.race([first.promise, running.then(({ error }) => error.join("\n"))]);
  return {
    page: line.replace("listening on ", ""),
    async [Symbol.asyncDispose]() {
      end.abort();
      await running;
    },
  };
}

Deno.test("view shows one file, and nothing else of its folder", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/a b.fits`, await bytes());
  await Deno.writeFile(`${folder.path}/other.fits`, await bytes());
  await using viewer = await view(`${folder.path}/a b.fits`);
  assertMatch(viewer.page, /^http:\/\/127\.0\.0\.1:\d+\/-\/view\/a%20b\.fits$/);
  const get = (path: string) => fetch(new URL(path, viewer.page));
  const page = await (await get("")).text();
  assert(page.includes('data-source="/-/fits/a%20b.fits" data-file="/-/file/a%20b.fits"'), page);
  const script = /<script type="module" src="([^"]+)"/.exec(page)![1]!;
  for (const path of [script, "/", "/-/fits/a%20b.fits?format=info", "/-/file/a%20b.fits"]) {
    const answer = await get(path);
    await answer.body?.cancel();
    assertEquals(answer.status, 200, path);
  }
  for (const path of ["/-/fits/other.fits?format=info", "/-/file/other.fits", "/other.fits"]) {
    const answer = await get(path);
    await answer.body?.cancel();
    assertEquals(answer.status, 404, path);
  }
});

Deno.test("view shows a file on a server", async () => {
  await using server = await serveStationFiles({ "sun.fits": await bytes() });
  await using viewer = await view(`${server.url}fits/sun.fits`);
  assertMatch(viewer.page, /\/-\/view\/sun\.fits$/);
  const answer = await fetch(new URL("/-/fits/sun.fits?format=limits&limits=minmax", viewer.page));
  assertEquals(await answer.json(), { low: 1, high: 4, exact: true });
});

Deno.test("view says what is wrong with a file before it listens", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/text.fits`, "no FITS");
  const none = await runCommand("view", [`${folder.path}/none.fits`]);
  assertEquals([none.status, none.out], [1, []]);
  assertMatch(none.error[0]!, /Cannot open '.*none\.fits'/);
  const text = await runCommand("view", [`${folder.path}/text.fits`]);
  assertEquals([text.status, text.out], [1, []]);
});
