import { assertEquals, assertMatch } from "@std/assert";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const certificate = (name: string) =>
  Deno.readTextFileSync(new URL(`../../certificates/${name}`, import.meta.url));

Deno.test("--insecure takes any certificate, and says so loudly, also under --quiet", async () => {
  await using folder = await temporaryFolder();
  await using server = await serveHttp({
    port: 0,
    cert: certificate("localhost.pem"),
    key: certificate("localhost.key.pem"),
  }, () => ({ status: 200, body: "sun" }));
  const url = `${server.url}sun.fits`;
  const refused = await runCommand("read", [url]);
  assertEquals(refused.status, 1);
  assertMatch(refused.error[0]!, /its certificate is of no authority that is trusted here/);
  const { status, bytes, error } = await runCommand("read", ["--insecure", "--quiet", url]);
  assertEquals([status, new TextDecoder().decode(bytes)], [0, "sun"]);
  assertEquals(error, [
    "warning: --insecure: no certificate is checked, so that anyone on the way can read and " +
    "change what is sent, passwords too",
  ]);
  const got = await runCommand("get", ["--insecure", url, "-o", folder.path]);
  assertEquals([got.status, got.out], [0, [`${folder.path}/sun.fits`]]);
  const both = await runCommand("read", ["--insecure", "--ca", "x.pem", url]);
  assertMatch(both.error[0]!, /--insecure and --ca exclude each other/);
});
