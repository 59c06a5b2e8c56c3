import { assertEquals, assertMatch } from "@std/assert";

Deno.test("examples/http_server.ts prints what the document prints, and gets the picture", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--allow-net=127.0.0.1",
      "--allow-read=.",
      "--allow-write=out",
      "examples/http_server.ts",
      "0",
    ],
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assertEquals(code, 0);
  assertMatch(
    new TextDecoder().decode(stdout),
    /^% SOCKSERVERHTTP: Server listening on port \d+\nGET \/galaxy\.jpg HTTP\/1\.1\nHTTP\/1\.1 200 OK\nContent-Length: \d{5}\nGET \/nebula\.jpg HTTP\/1\.1\nHTTP\/1\.1 404 Not Found\n/,
  );
  const [sent, received] = await Promise.all(
    ["galaxy", "received"].map((name) => Deno.readFile(`out/example-http-server/${name}.jpg`)),
  );
  assertEquals(received, sent);
});
