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

Deno.test("whoCanReach() lists the addresses of this machine where it listens on all", () => {
  const { networkInterfaces } = Deno;
  const one = (address: string, family: "IPv4" | "IPv6", scopeid: number | null = null) =>
    ({ address, family, scopeid }) as Deno.NetworkInterfaceInfo;
  const all = [one("10.0.0.2", "IPv4"), one("fd00::2", "IPv6"), one("fe80::2", "IPv6", 2)];
  const first = "Everyone who can reach this machine can read.";
  try {
    Deno.networkInterfaces = () => all;
    assertEquals(whoCanReach("0.0.0.0", "tcp://0.0.0.0:7", "read"), [first, "  tcp://10.0.0.2:7"]);
    const both = [first, "  tcp://10.0.0.2:7", "  tcp://[fd00::2]:7"];
    for (const host of ["::", "[::]"]) {
      assertEquals(whoCanReach(host, "tcp://[::]:7", "read"), both);
    }
    Deno.networkInterfaces = () => {
      throw new Deno.errors.NotCapable("no");
    };
    assertEquals(whoCanReach("0.0.0.0", "tcp://0.0.0.0:7", "read"), [
      first,
      "  (--allow-sys=networkInterfaces lists the addresses)",
    ]);
  } finally {
    Deno.networkInterfaces = networkInterfaces;
  }
});
