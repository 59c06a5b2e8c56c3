/** What the program says of its commands, and how it reads numbers at their limits. */

import { assertEquals, assertThrows } from "@std/assert";
import { type Command, defineCommand, UsageError } from "../../../commands/program/command.ts";
import * as RPC_CALL from "../../../commands/rpc/call.ts";
import { errorText } from "../../../commands/program/error_text.ts";
import { readInvocation } from "../../../commands/program/invocation.ts";
import { encodeFits } from "../../../fits/write/write.ts";
import { runCommandLines } from "../../support/command_lines.ts";
import { ROOT, runDeno } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";

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

Deno.test("a flag may have a value that need not be given", () => {
  const { command } = RPC_CALL;
  const wait = (...args: string[]) => {
    const { flags, args: words } = readInvocation(command as Command, args);
    return [flags.wait, ...words];
  };
  assertEquals(wait("x"), [undefined, "x"]);
  assertEquals(wait("--wait", "5", "x"), [5, "x"]);
  assertEquals(wait("--wait=5", "x"), [5, "x"]);
  assertEquals(wait("--wait", "x"), [31_536_000, "x"]);
  assertEquals(wait("x", "--wait"), [31_536_000, "x"]);
  assertEquals(wait("x", "--wait", "--port", "1"), [31_536_000, "x"]);
  assertThrows(() => wait("--wait=x", "x"), UsageError, "--wait is 'x', expected a number above 0");
});

Deno.test("flags of every command stand before a command or behind it", async () => {
  await using folder = await temporaryFolder();
  const lines = await runCommandLines([
    "version --json",
    "--json version",
    "-qv version",
    "--json fits --quiet info none.fits",
    "--json fits inof",
    "fits inof --json",
    "frobnicate --json",
    "--json fits info",
    "fits info localhost:8000/sun.fits",
  ], folder.path);
  const [behind, before, verbose, failed, unknown, unknownBefore, alien, usage, host] = lines;
  assertEquals(before, behind);
  assertEquals(Object.keys(JSON.parse(before!.out[0]!)), ["version", "deno", "v8", "os", "arch"]);
  assertEquals([verbose!.status, verbose!.out.length], [0, 2]);
  const message = "Cannot open 'none.fits': there is no such file";
  assertEquals(failed, {
    status: 1,
    out: [JSON.stringify({
      error: { name: "HeliographError", message, command: "fits info", source: "none.fits" },
    })],
    error: [`heliograph fits info: ${message}`],
  });
  assertEquals(
    [unknown!.status, JSON.parse(unknown!.out[0]!)],
    [2, {
      error: {
        name: "UsageError",
        message: "unknown command 'inof'; did you mean 'info'?",
        command: "fits",
      },
    }],
  );
  assertEquals(unknownBefore, unknown);
  assertEquals([alien!.status, JSON.parse(alien!.out[0]!).error.name], [2, "UsageError"]);
  assertEquals(
    [usage!.status, JSON.parse(usage!.out[0]!).error.command],
    [2, "fits info"],
  );
  assertEquals(host!.error, [
    "heliograph fits info: Cannot open 'localhost:8000/sun.fits': there is no such file; " +
    "on a server it is http://localhost:8000/sun.fits",
  ]);
});

Deno.test("an error's line of JSON stays away from bytes on standard output", async () => {
  await using folder = await temporaryFolder();
  const bytes = await encodeFits([{ pixels: new Uint8Array(100), shape: [10, 10] }]);
  await Deno.writeFile(`${folder.path}/cut.fits`, bytes.subarray(0, 2900));
  const copy = [
    "run",
    "--allow-read",
    "--allow-write=.",
    `${ROOT}cli.ts`,
    "fits",
    "copy",
    "--json",
  ];
  const [bare, named] = await Promise.all(
    ["-", "b.fits"].map((to) => runDeno([...copy, "cut.fits", to], { cwd: folder.path })),
  );
  assertEquals([bare!.code, named!.code], [1, 1]);
  assertEquals([bare!.stdout.slice(0, 6), bare!.stdout.includes('{"error":')], ["SIMPLE", false]);
  assertEquals(Object.keys(JSON.parse(named!.stdout)), ["error"]);
});

Deno.test("variables of the environment stand for the flags of servers that are not given", async () => {
  await using folder = await temporaryFolder();
  const script = `${folder.path}/flags.ts`;
  await Deno.writeTextFile(
    script,
    `import { command } from "${ROOT}commands/serve/serve.ts";
    import { readInvocation } from "${ROOT}commands/program/invocation.ts";
    const { port, header, cors } = readInvocation(command, Deno.args).flags;
    console.log(JSON.stringify([port, header, cors]));`,
  );
  const env = {
    HELIOGRAPH_PORT: "90",
    HELIOGRAPH_HEADER: "A: b, c\nD: e\n",
    HELIOGRAPH_CORS: "Yes",
    HELIOGRAPH_HOST: "",
  };
  const read = async (env: Record<string, string>, ...args: string[]) => {
    const permission = "--allow-env=HELIOGRAPH_*";
    const { stdout, stderr } = await runDeno(["run", permission, script, ...args], { env });
    return stdout === "" ? stderr.match(/UsageError: (.*)/)![1] : JSON.parse(stdout);
  };
  const cases: [Record<string, string>, string, unknown][] = [
    [{}, "", [8000, [], false]],
    [env, "", [90, ["A: b, c", "D: e"], true]],
    [{ ...env, HELIOGRAPH_CORS: "0" }, "--port=2 --header=C:", [2, ["C:"], false]],
    [
      { HELIOGRAPH_PORT: "x" },
      "",
      "HELIOGRAPH_PORT is 'x', expected a whole number from 0 to 65535",
    ],
    [{ HELIOGRAPH_CORS: "x" }, "", "HELIOGRAPH_CORS is 'x', expected 1 or 0"],
  ];
  await Promise.all(cases.map(async ([env, line, expected]) => {
    assertEquals(await read(env, ...line.split(" ").filter((word) => word !== "")), expected);
  }));
});
