/** The station run from a URL, without a checkout: the viewer's modules come from there, too. */

import { assert, assertEquals } from "@std/assert";
import { fileHandler } from "../../http/files/handler.ts";
import { serveHttp } from "../../http/server/serve_http.ts";
import { openPage } from "../support/chromium.ts";
import { ROOT, startDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const ANY_PORTS = ["", "fitspipe-", "rpc-", "ws-"].flatMap((name) => [`--${name}port`, "0"]);

Deno.test("a station that is run from a URL shows files and local files in the viewer", async () => {
  await using cache = await temporaryFolder();
  await using folder = await temporaryFolder();
  await using checkout = await serveHttp({ port: 0 }, fileHandler({ root: ROOT }));
  const permissions = ["--allow-net", "--allow-read=.", "--allow-write=."];
  await using station = startDeno(
    [
      "run",
      "--no-prompt",
      "--quiet",
      ...permissions,
      `${checkout.url}cli.ts`,
      "start",
      ...ANY_PORTS,
    ],
    { cwd: folder.path, env: { DENO_DIR: cache.path } },
  );
  const first = await station.line() ?? (await station.stop("SIGTERM")).stderr;
  const url = /^listening on (\S+)$/.exec(first)?.[1];
  assert(url !== undefined, first);
  await using page = await openPage(`${url}view/sun.fits`);
  await page.until("document.querySelector('.viewer[data-settled]') !== null");
  await page.until("/DN/.test(document.querySelector('.items .value dd')?.textContent)");
  await page.goTo(`${url}local`);
  await page.until("document.querySelector('#viewer[data-ready]') !== null");
  assertEquals(page.problems, []);
});
