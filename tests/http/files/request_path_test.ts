import { assertEquals, assertThrows } from "@std/assert";
import { HttpError } from "../../../http/message/http_error.ts";
import { formatRequestPath, parseRequestPath } from "../../../http/files/request_path.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

Deno.test("parseRequestPath() decodes once and drops what means nothing", () => {
  const cases: [string, string[], boolean][] = [
    ["/", [], true],
    ["//", [], true],
    ["/.", [], true],
    ["/a", ["a"], false],
    ["/a/", ["a"], true],
    ["/a//b", ["a", "b"], false],
    ["/./a/./b/.", ["a", "b"], true],
    ["/%2e/a", ["a"], false],
    ["/a/%2E", ["a"], true],
    ["/a%20b/c%2525", ["a b", "c%25"], false],
    ["/%C3%BC\xc3\xbc", ["üü"], false],
    ["/...", ["..."], false],
    ["/a.b/..c", ["a.b", "..c"], false],
    ["/a\nb", ["a\nb"], false],
    ["/+&=;", ["+&=;"], false],
  ];
  for (const [path, segments, endsWithSlash] of cases) {
    assertEquals(parseRequestPath(path), { segments, endsWithSlash }, path);
  }
});

Deno.test("parseRequestPath() refuses what could mean another file", () => {
  const cases: [string, string][] = [
    ["", "it does not begin with a slash"],
    ["*", "it does not begin with a slash"],
    ["/%", "'%' is not followed by two hex digits"],
    ["/%4", "'%' is not followed by two hex digits"],
    ["/%+1", "'%' is not followed by two hex digits"],
    ["/%00", "it has a NUL"],
    ["/a%2Fb", "it has an encoded slash"],
    ["/a\\b", "it has a backslash"],
    ["/a%5cb", "it has a backslash"],
    ["/..", "it has '..'"],
    ["/a/..", "it has '..'"],
    ["/%2e./a", "it has '..'"],
    ["/%ff", "it is not UTF-8"],
    ["/%c0%af", "it is not UTF-8"],
    ["/%ed%a0%80", "it is not UTF-8"],
  ];
  for (const [path, reason] of cases) {
    const error = assertThrows(() => parseRequestPath(path), HttpError);
    assertEquals(
      [error.status, error.message],
      [400, `Cannot use the path of the request: ${reason}`],
      path,
    );
  }
});

Deno.test("formatRequestPath() is the inverse, and never names a host", () => {
  assertEquals(formatRequestPath([], true), "/");
  assertEquals(formatRequestPath(["a b", "ü"], true), "/a%20b/%C3%BC/");
  assertEquals(formatRequestPath(["example.org"], false), "/example.org");
});

Deno.test("parseRequestPath() gives names without a slash or an error of its own, whatever comes", async () => {
  await fuzz(fuzzRounds(10_000, 100_000), 1, (random) => {
    const pieces = [
      "/",
      "%",
      ".",
      "..",
      "%2e",
      "%2F",
      "a",
      "ü",
      "%c3%bc",
      "\\",
      "%00",
      " ",
      "\xff",
    ];
    let path = "/";
    for (let i = random.integer(0, 12); i > 0; i--) path += random.pick(pieces);
    let parsed;
    try {
      parsed = parseRequestPath(path);
    } catch (error) {
      if (error instanceof HttpError) return;
      throw error;
    }
    for (const name of parsed.segments) {
      if (/^\.{0,2}$|[/\\\0]/.test(name)) throw new Error(`${path} gives ${name}`);
    }
    const again = parseRequestPath(formatRequestPath(parsed.segments, parsed.endsWithSlash));
    assertEquals(again, parsed, path);
  });
});
