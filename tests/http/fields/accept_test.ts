import { assertEquals } from "@std/assert";
import { chooseEncoding, prefersJson } from "../../../http/fields/accept.ts";

Deno.test("chooseEncoding() takes what the client likes most, of equals the first", () => {
  const available = ["br", "zstd", "gzip"];
  const cases: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ["", undefined],
    ["gzip", "gzip"],
    ["GZIP, Br", "br"],
    ["gzip;q=1.0, br;q=0.9", "gzip"],
    ["*", "br"],
    ["*;q=0.1, gzip", "gzip"],
    ["br;q=0, *", "zstd"],
    ["deflate", undefined],
    ["identity, gzip;q=0.5", undefined],
    ["identity;q=0.5, gzip;q=0.5", "gzip"],
    ["gzip;q=0", undefined],
    ["gzip;q=nonsense", undefined],
    ["gzip;q=1.001", undefined],
    ["gzip;q=-1", undefined],
    ["gzip ; q=0.5 ,br;q=0.4", "gzip"],
  ];
  for (const [value, expected] of cases) {
    assertEquals(chooseEncoding(value, available), expected, value);
  }
  assertEquals(chooseEncoding("gzip", []), undefined);
});

Deno.test("prefersJson() is true for who names JSON, not for a browser", () => {
  const cases: [string | undefined, boolean][] = [
    [undefined, false],
    ["*/*", false],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false],
    ["application/json", true],
    ["application/json, text/plain, */*", true],
    ["text/html, application/json", false],
    ["text/html;q=0.5, application/json", true],
    ["application/json;q=0", false],
  ];
  for (const [value, expected] of cases) assertEquals(prefersJson(value), expected, value);
});
