import { assertEquals } from "@std/assert";
import { announce, whoCanReach } from "../../../commands/program/listening.ts";

Deno.test("announce() prints a line or an object, and names what a browser does not open", () => {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  announce({ json: false, print }, "http://127.0.0.1:8000/", "files");
  announce({ json: false, print }, "tcp://127.0.0.1:21038", "arrays");
  announce({ json: false, print }, "tcp://127.0.0.1:9999");
  announce({ json: true, print }, "tcp://127.0.0.1:9999");
  announce({ json: true, print }, "http://127.0.0.1:8000/", "files");
  assertEquals(lines, [
    "listening on http://127.0.0.1:8000/",
    "listening on tcp://127.0.0.1:21038 (arrays)",
    "listening on tcp://127.0.0.1:9999",
    '{"event":"listening","url":"tcp://127.0.0.1:9999"}',
    '{"event":"listening","url":"http://127.0.0.1:8000/","service":"files"}',
  ]);
});

Deno.test("whoCanReach() has nothing to say of this machine's own addresses", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"]) {
    assertEquals(whoCanReach(host, "http://x/", "read"), [], host);
  }
  assertEquals(whoCanReach("192.0.2.1", "http://192.0.2.1:8000/", "read the files in '.'"), [
    "Everyone who can reach 192.0.2.1 can read the files in '.'.",
  ]);
});
