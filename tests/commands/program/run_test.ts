/** What the program says of its commands, and how it reads numbers at their limits. */

import { assertEquals, assertThrows } from "@std/assert";
import {
  commandHelp,
  defineCommand,
  programLine,
  tableHelp,
  UsageError,
} from "../../../commands/program/command.ts";
import { errorText } from "../../../commands/program/error_text.ts";
import { didYouMean, readInvocation } from "../../../commands/program/invocation.ts";

Deno.test("tableHelp() lists the commands in columns", () => {
  const table = { a: { summary: "First" }, longer: { summary: "Second" } };
  assertEquals(
    tableHelp("heliograph x", table),
    `Usage: heliograph x COMMAND [ARGUMENT...]

Commands:
  a       First
  longer  Second

'heliograph x COMMAND --help' shows the flags, the permissions and an example of each.`,
  );
});

Deno.test("programLine() names the task in a checkout", () => {
  assertEquals(programLine(["--allow-net"]), "deno task heliograph");
});

Deno.test("commandHelp() breaks long lines at 100 characters, and shows details", () => {
  // The text begins in column 20, so 80 characters fit.
  const words = (length: number) => `${"x".repeat(9)} `.repeat(length / 10).trimEnd();
  const command = defineCommand({
    name: "x",
    summary: "S",
    usage: "",
    details: "D",
    arguments: [0, 0],
    flags: {
      fits: { type: "boolean", help: `${words(80)}y` },
      breaks: { type: "boolean", help: `${words(80)}yz` },
    },
    example: "x",
    permissions: ["-A"],
    run: () => Promise.resolve(),
  });
  const lines = commandHelp(command).split("\n");
  assertEquals(lines.slice(0, 6), ["Usage: heliograph x", "", "S", "", "D", ""]);
  const at = lines.findIndex((line) => line.includes("--fits"));
  assertEquals(lines[at], `      --fits     ${words(80)}y`);
  assertEquals(lines[at]!.length, 97);
});

Deno.test("didYouMean() names what is near, and nothing that is not", () => {
  const names = ["port", "host", "token-file"];
  for (
    const [given, answer] of [
      ["prot", "; did you mean 'port'?"],
      ["po", "; did you mean 'port'?"],
      ["token-fi", "; did you mean 'token-file'?"],
      ["zzzz", ""],
    ] as const
  ) assertEquals(didYouMean(given, names), answer, given);
  assertEquals(didYouMean("prot", names, "--"), "; did you mean '--port'?");
});

Deno.test("a flag without a value is there or not, whatever its name begins with", () => {
  const command = defineCommand({
    name: "x",
    summary: "",
    usage: "",
    arguments: [0, 3],
    flags: {
      "no-listing": { type: "boolean", help: "" },
      "no-": { type: "boolean", help: "" },
      listing: { type: "boolean", help: "" },
      "no-name": { type: "string", help: "" },
    },
    example: "",
    permissions: [],
    run: () => Promise.resolve(),
  });
  const read = (...words: string[]) => {
    const { args, flags } = readInvocation(command, words);
    return [flags["no-listing"], flags["no-"], flags.listing, flags["no-name"], args];
  };
  assertEquals(read(), [false, false, false, undefined, []]);
  assertEquals(read("--no-listing", "false"), [true, false, false, undefined, ["false"]]);
  assertEquals(read("--listing", "--no-"), [false, true, true, undefined, []]);
  assertEquals(read("--no-name", "a", "--", "--listing"), [false, false, false, "a", [
    "--listing",
  ]]);
});

Deno.test("numbers of flags are taken up to their limits, and no further", () => {
  const command = defineCommand({
    name: "x",
    summary: "",
    usage: "A",
    arguments: [1, 1],
    flags: {
      number: { type: "number", help: "" },
      integer: { type: "integer", help: "" },
      count: { type: "count", help: "" },
      port: { type: "port", help: "" },
      seconds: { type: "seconds", help: "" },
    },
    example: "",
    permissions: [],
    run: () => Promise.resolve(),
  });
  const value = (name: string, text: string) =>
    (readInvocation(command, ["a", `--${name}=${text}`]).flags as Record<string, unknown>)[name];
  for (
    const [name, text, expected] of [
      ["number", "-1.5e3", -1500],
      ["number", "+.5", 0.5],
      ["number", "5.", 5],
      ["integer", "0", 0],
      ["integer", "9007199254740991", Number.MAX_SAFE_INTEGER],
      ["count", "1", 1],
      ["port", "0", 0],
      ["port", "65535", 65535],
      ["seconds", "0.001", 0.001],
    ] as const
  ) assertEquals(value(name, text), expected, `${name} ${text}`);
  for (
    const [name, text] of [
      ["integer", "9007199254740992"],
      ["integer", "-1"],
      ["count", "0"],
      ["port", "65536"],
      ["seconds", "0"],
      ["number", "1x"],
    ] as const
  ) assertThrows(() => value(name, text), UsageError, `--${name} is '${text}', expected`);
  const two = { ...command, arguments: [2, 3] as const };
  assertThrows(() => readInvocation(two, ["a"]), UsageError, "needs at least 2 arguments: x A");
  assertThrows(
    () => readInvocation(two, ["a", "b", "c", "d"]),
    UsageError,
    "takes at most 3 arguments; 'd' is one too many",
  );
  assertEquals(readInvocation(two, ["--help"]).common.help, true);
});

Deno.test("errorText() has the message, a permission in words, the stack where it is wanted", () => {
  assertEquals(errorText("text"), "text");
  assertEquals(errorText(new Error("words")), "words");
  const { stack } = new Error("words");
  assertEquals(errorText(Object.assign(new Error("words"), { stack }), true), stack);
  const missing = (message: string) => errorText(new Deno.errors.NotCapable(message));
  assertEquals(
    missing('Requires net access to "h:1", run again with the --allow-net flag'),
    'the program lacks the permission for net access to "h:1": start it with --allow-net ' +
      "(--help shows the least that is needed)",
  );
  assertEquals(missing("No"), "No; --help shows the permissions that are needed");
});
