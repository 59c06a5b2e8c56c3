/** Servers that listen on every address of the machine. */

import { assert, assertEquals } from "@std/assert";
import { startStation } from "../../station/station.ts";
import { Wire } from "../support/http/wire.ts";
import { ROOT, startDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("every server says who can reach it when that is everyone", async (t) => {
  await using folder = await temporaryFolder();
  const lines = {
    "serve": "read the files in '.'",
    "rpc serve --token t": "send arrays and commands with the token",
    "ws serve": "send images",
    "fitspipe serve": "put and read frames",
    "start --data . --rpc-port 0 --ws-port 0 --fitspipe-port 0 --insecure":
      "read the files in '.', send images, arrays with commands, and frames",
    "start --data . --rpc-port 0 --ws-port 0 --fitspipe-port 0 --token long-enough":
      "send frames, and with the token read the files in '.', send images and arrays",
  };
  for (const [line, what] of Object.entries(lines)) {
    await t.step(line, async () => {
      const words = [...line.split(" "), "--port", "0", "--host", "0.0.0.0"];
      await using server = startDeno(["run", "-A", "--no-check", `${ROOT}cli.ts`, ...words], {
        cwd: folder.path,
      });
      const url = (await server.line())!.slice("listening on ".length);
      const { code, stderr } = await server.stop("SIGTERM");
      assertEquals(code, 143);
      assert(stderr.includes(`Everyone who can reach this machine can ${what}.\n  `), stderr);
      assert(stderr.includes(`\n  ${url.replace("0.0.0.0", "127.0.0.1")}\n`), stderr);
    });
  }
});

Deno.test("the station's page names it as the browser did", async () => {
  await using folder = await temporaryFolder();
  await using station = await startStation({
    data: folder.path,
    received: `${folder.path}/received`,
    hostname: "0.0.0.0",
    allowHosts: ["sun.test", "$(id).test"],
    port: 0,
    fitspipePort: 0,
    arrayPort: 0,
    imagePort: 0,
  });
  const port = Number(new URL(station.url).port);
  using wire = await Wire.open({ port });
  const { body } = await wire.ask("GET / HTTP/1.1\r\nHost: sun.test\r\n\r\n");
  assert(!body.includes("0.0.0.0"), body);
  assert(body.includes(`<code>http://sun.test:${port}/</code>`), body);
  // A name that a shell would carry out is not put into a command.
  const other = await wire.ask("GET / HTTP/1.1\r\nHost: $(id).test\r\n\r\n");
  assert(other.body.includes(`<code>http://localhost:${port}/</code>`), other.body);
});
