import { assertEquals, assertThrows } from "@std/assert";
import { defineCommand, UsageError } from "../../../commands/program/command.ts";
import { parseSize, readInvocation } from "../../../commands/program/invocation.ts";

const SAMPLE = defineCommand({
  name: "sample",
  summary: "Shows how flags are read",
  usage: "URL... [--range A-B]",
  arguments: [0, 2],
  flags: {
    range: { type: "string", help: "bytes to read", value: "A-B" },
    port: { type: "number", help: "port to listen on", short: "p", default: 8000 },
    limit: { type: "size", help: "most bytes" },
    header: {
      type: "strings",
      help: "a header field, such as Accept: text/html; the flag may be given any number of times",
      short: "H",
    },
    clobber: { type: "boolean", help: "replace what is there" },
  },
  example: "sample https://example.org/ --range -500",
  permissions: ["--allow-net"],
  furtherPermissions: "--allow-read=. for --limit",
  run: () => Promise.resolve(),
});

Deno.test("readInvocation() reads every type of flag", () => {
  const { args, flags, common } = readInvocation(SAMPLE, [
    ..."one --range -500 -p 0 --limit=1.5M --header A:1 -H B:2 --clobber two --json".split(" "),
  ]);
  assertEquals(args, ["one", "two"]);
  assertEquals(flags.range, "-500");
  assertEquals(flags.port, 0);
  assertEquals(flags.limit, 1_572_864);
  assertEquals(flags.header, ["A:1", "B:2"]);
  assertEquals(flags.clobber, true);
  assertEquals(common, { json: true, quiet: false, verbose: false, help: false });
});

Deno.test("readInvocation() reads letters that are written together", () => {
  const lines = ["-p0", "-p=0", "-qp 0", "-qp0", "-vqp=0"];
  const read = lines.map((line) => readInvocation(SAMPLE, line.split(" ")));
  assertEquals(read.map(({ flags }) => flags.port), [0, 0, 0, 0, 0]);
  assertEquals(read.map(({ common }) => common.quiet), [false, false, true, true, true]);
  assertThrows(() => readInvocation(SAMPLE, ["-qx"]), UsageError, "unknown flag '-x'");
});

Deno.test("readInvocation() gives defaults, and keeps numbers among the arguments as text", () => {
  const { args, flags } = readInvocation(SAMPLE, ["007", "--", "--port"]);
  assertEquals(args, ["007", "--port"]);
  assertEquals(flags.port, 8000);
  assertEquals(flags.range, undefined);
  assertEquals(flags.header, []);
});

Deno.test("readInvocation() keeps an argument behind a flag without a value", () => {
  const { args, flags } = readInvocation(SAMPLE, ["--clobber", "false", "--range=", "true"]);
  assertEquals([args, flags.clobber, flags.range], [["false", "true"], true, ""]);
});

Deno.test("readInvocation() says what is wrong and what would be right", () => {
  const wrong: [string, string][] = [
    ["--prot 80", "unknown flag '--prot'; did you mean '--port'?"],
    ["--port eighty", "--port is 'eighty', expected a number"],
    ["--port 1 --port 2", "--port is given 2 times"],
    ["--limit 5X", "--limit is '5X', expected a number of bytes such as 4096 or 64M"],
    ["--range", "--range needs a value: --range A-B"],
    ["a b c", "takes at most 2 arguments; 'c' is one too many"],
  ];
  for (const [line, message] of wrong) {
    assertThrows(() => readInvocation(SAMPLE, line.split(" ")), UsageError, message);
  }
  assertThrows(
    () => readInvocation({ ...SAMPLE, arguments: [1, 1] }, []),
    UsageError,
    "needs 1 argument: sample URL... [--range A-B]",
  );
  assertThrows(
    () => readInvocation({ ...SAMPLE, arguments: [0, 0] }, ["one"]),
    UsageError,
    "takes no arguments; 'one' is one too many",
  );
});

Deno.test("parseSize() reads bytes with binary suffixes", () => {
  const sizes = ["0", "4096", "64K", "64k", "2GiB", "1.5M", "3MB", "", "-1", "1e3"].map(parseSize);
  assertEquals(sizes, [
    0,
    4096,
    65_536,
    65_536,
    2_147_483_648,
    1_572_864,
    3_145_728,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("readInvocation() reads a flag whose name begins with no-, wherever it stands", () => {
  const flags = { "no-listing": { type: "boolean", help: "list nothing" } } as const;
  const command = defineCommand({ ...SAMPLE, flags, run: () => Promise.resolve() });
  for (const line of ["--no-listing true", "true --no-listing", "--no-listing -- true"]) {
    const { args, flags } = readInvocation(command, line.split(" "));
    assertEquals([args, flags], [["true"], {
      ...{ "no-listing": true, json: false, quiet: false, verbose: false, help: false },
    }]);
  }
});
