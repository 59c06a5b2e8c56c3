import { assertEquals } from "@std/assert";
import { isOwnOrigin, OwnNames } from "../../../http/fields/own_names.ts";

Deno.test("OwnNames knows addresses, names of the local network and the names it was given", () => {
  const names = new OwnNames({
    hostname: "Data.Example",
    names: ["other.example", "*.wide.example"],
  });
  const own = [
    ...["127.0.0.1", "127.0.0.1:8000", "[::1]", "[::1]:8000", "0x7f.1", "192.168.1.20:80"],
    ...[
      "localhost",
      "localhost:9000",
      "LOCALHOST",
      "localhost.",
      "a.localhost",
      "observatory:8000",
    ],
    ...["data.example", "data.example:8000", "DATA.EXAMPLE.", "other.example", "a.wide.example:1"],
  ];
  const strange = [
    ...["evil.example", "evil.example:8000", "evil.example.", "127.0.0.1.evil.example"],
    ...["localhost.evil.example", "data.example.evil.example", "b.data.example"],
    ...["wide.example", "a.b.wide.example", "127.0.0.1.nip.example"],
  ];
  assertEquals(own.filter((host) => !names.has(host)), []);
  assertEquals(strange.filter((host) => names.has(host)), []);
  // The memory of the last good one lets no other pass.
  assertEquals([names.has("localhost"), names.has("evil.example")], [true, false]);
  assertEquals(names.has(undefined), true);
  assertEquals(new OwnNames({ names: ["*"] }).has("evil.example"), true);
});

Deno.test("isOwnOrigin() lets pages of the same host pass, those that are named, and no browsers", () => {
  const cases: [origin: string | undefined, host: string, allowed: string[], own: boolean][] = [
    [undefined, "a:80", [], true],
    ["", "a:80", [], true],
    ["http://a", "a:80", [], true],
    ["http://a:8000", "a:8000", [], true],
    ["https://a:8000", "a:8000", [], true],
    ["http://a:8001", "a:8000", [], false],
    ["http://b", "a", [], false],
    ["null", "a", [], false],
    ["file://", "", [], false],
    ["http://b", "a", ["http://c", "HTTP://B/"], true],
    ["http://b", "a", ["*"], true],
    ["null", "a", ["*"], true],
  ];
  for (const [origin, host, allowed, own] of cases) {
    assertEquals(isOwnOrigin(origin, host, allowed), own, `${origin} to ${host} with ${allowed}`);
  }
});
