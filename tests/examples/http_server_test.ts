import { assertEquals, assertMatch } from "@std/assert";
import { runExample } from "../support/examples.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("examples/http_server.ts prints what the document prints, and gets the picture", async () => {
  await using folder = await temporaryFolder();
  const { code, stdout, stderr } = await runExample("example:http-server", folder.path, "0");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^% SOCKSERVERHTTP: Server listening on port \d+\nGET \/galaxy\.jpg HTTP\/1\.1\nHTTP\/1\.1 200 OK\nContent-Length: \d{5}\nGET \/nebula\.jpg HTTP\/1\.1\nHTTP\/1\.1 404 Not Found\n/,
  );
  const [sent, received] = await Promise.all(
    ["galaxy", "received"].map((name) =>
      Deno.readFile(`${folder.path}/out/example-http-server/${name}.jpg`)
    ),
  );
  assertEquals(received, sent);
});
