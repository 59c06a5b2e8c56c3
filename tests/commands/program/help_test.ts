import { assertEquals } from "@std/assert";
import { defineCommand } from "../../../commands/program/command.ts";
import { commandHelp, tableHelp } from "../../../commands/program/help.ts";

Deno.test("tableHelp() lists the commands in columns", () => {
  const table = { a: { summary: "First" }, longer: { summary: "Second" } };
  assertEquals(
    tableHelp("heliograph x", table),
    `Usage: heliograph x COMMAND [ARGUMENT...]

Commands:
  a       First
  longer  Second

'deno run cli.ts x COMMAND --help' shows the flags, the permissions and an example of each.`,
  );
});

const SAMPLE = defineCommand({
  name: "sample",
  summary: "Shows how flags are read",
  usage: "URL... [--range A-B]",
  details:
    "The first line of the details, which is as long as a line of 100 characters should be,\n" +
    "and its end.\n  indented",
  flags: {
    range: { type: "string", value: "A-B", help: "bytes to read" },
    port: { type: "number", help: "port to listen on", short: "p", default: 8000 },
    header: {
      type: "strings",
      short: "H",
      help: "a header field, such as Accept: text/html; the flag may be given any number of times",
    },
    cert: { type: "string", value: "FILE", help: "certificate", group: "Access" },
    clobber: { type: "boolean", help: "replace what is there" },
    limit: { type: "size", help: "most bytes", default: 1.5 * 2 ** 30 },
    "a-name-that-no-column-has-room-for": { type: "string", value: "X", help: "a long one" },
  },
  environment: true,
  arguments: [1, 1],
  example: "sample https://example.org/ --range -500",
  examples: ["sample https://example.org/ -p 80"],
  permissions: ["--allow-net"],
  furtherPermissions: "--allow-read=. for --limit",
  run: () => Promise.resolve(),
});

Deno.test("commandHelp() lists flags by groups, permissions and examples", () => {
  assertEquals(
    commandHelp(SAMPLE),
    `Usage: heliograph sample URL... [--range A-B]

Shows how flags are read

The first line of the details, which is as long as a line of 100 characters should be,
and its end.
  indented

Flags:
      --range A-B       bytes to read
  -p, --port NUMBER     port to listen on (default 8000)
  -H, --header STRINGS  a header field, such as Accept: text/html; the flag may be given any number
                        of times
      --clobber         replace what is there
      --limit SIZE      most bytes (default 1536M)
      --a-name-that-no-column-has-room-for X
                        a long one

Access:
      --cert FILE  certificate

Flags of every command:
      --json     print results as JSON, one object per line
  -q, --quiet    print only results and errors
  -v, --verbose  print what is being done
  -h, --help     show this help

Variables of the environment stand for flags that are not given: HELIOGRAPH_PORT for --port, and so
on (--allow-env=HELIOGRAPH_*).

Permissions of the example:
  --allow-net
  (--allow-read=. for --limit)

Examples:
  deno run --allow-net cli.ts sample https://example.org/ --range -500
  deno run --allow-net cli.ts sample https://example.org/ -p 80`,
  );
});

Deno.test("commandHelp() breaks its lines where the terminal is narrow, and not where it is wide", () => {
  const narrow = commandHelp(SAMPLE, 80).split("\n");
  assertEquals(narrow.slice(4, 7), [
    "The first line of the details, which is as long as a line of 100 characters",
    "should be, and its end.",
    "  indented",
  ]);
  const text =
    "a header field, such as Accept: text/html; the flag may be given any number of times";
  const wide = commandHelp(SAMPLE, 120).split("\n");
  assertEquals(wide.filter((line) => line.endsWith(text)), [`  -H, --header STRINGS  ${text}`]);
  assertEquals(narrow.filter((line) => line.length > 80), []);
});
