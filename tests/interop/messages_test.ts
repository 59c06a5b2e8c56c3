/** What a person reads, and a script gets, when something is wrong: one table for all commands. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { serveFitspipe } from "../../fits/fitspipe/server.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { serveHttp } from "../../http/server/serve_http.ts";
import { serveTcp } from "../../net/serve_tcp.ts";
import { writeAll } from "../../net/write_all.ts";
import { ROOT, runDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** A command line in words, its exit status, and what standard error says. */
type Case = readonly [args: string[], code: number, message: string];

/** Runs a few at a time, as many as there are processors; nothing may reach standard output. */
async function check(cases: readonly Case[], cwd?: string): Promise<void> {
  const waiting = [...cases];
  const one = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [args, code, message] = next;
      const line = args.join(" ");
      const result = await runDeno(
        ["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`, ...args],
        cwd === undefined ? {} : { cwd },
      );
      assertStringIncludes(result.stderr, message, line);
      assertEquals([result.code, result.stdout], [code, ""], line);
      // Neither a stack nor the system's own words.
      assertEquals(/\n {4}at |os error/.test(result.stderr), false, result.stderr);
    }
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, one));
}

async function files(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  const image = { pixels: new Int16Array(12), shape: [4, 3] };
  await Deno.mkdir(`${folder.path}/folder`);
  await Deno.writeFile(`${folder.path}/sun.fits`, await encodeFits([image]));
  await Deno.writeTextFile(`${folder.path}/note.txt`, "hello\n");
  await Deno.writeTextFile(`${folder.path}/empty.fits`, "");
  return folder;
}

Deno.test("every command says which file is missing, or is a folder", async () => {
  await using folder = await files();
  const missing = "'no.fits': there is no such file";
  const isFolder = "'folder': it is a folder, expected a file";
  const readers: string[][] = [
    ..."info header image table verify checksum".split(" ").map((name) => ["fits", name]),
    ["fits", "view", "-o", "v.png"],
    ["fits", "diff", "sun.fits"],
    ["fits", "header", "--set", "A=1"],
    ["fits", "checksum", "--update"],
    ["rpc", "send", "--deadline", "1"],
  ];
  const last = (args: string[]) => args[1] === "send" ? ["x"] : [];
  await check([
    ...readers.flatMap((args): Case[] => [
      [[...args, "no.fits", ...last(args)], 1, missing],
      [
        [...args, "folder", ...last(args)],
        1,
        // A folder is shown as a sheet of its images.
        args[1] === "view" ? "Cannot find an image in folder" : isFolder,
      ],
    ]),
    [["fits", "copy", "no.fits", "c.fits"], 1, `heliograph fits copy: Cannot open ${missing}`],
    [["rpc", "call", "a", "a=no.fits"], 1, `heliograph rpc call: Cannot read ${missing}`],
    [["ws", "send", "no.fits"], 1, `heliograph ws send: Cannot send ${missing}`],
    [["ws", "send", "folder"], 1, isFolder],
    [["ws", "send", "x.jpg", "http://127.0.0.1/"], 2, "is no ws: or wss: URL and no file"],
    [["get", "-i", "no.fits"], 1, `Cannot read --input ${missing}`],
    [["get", "-i", "folder"], 1, `Cannot read --input ${isFolder}`],
    [["rpc", "call", "1", "--token-file", "no.fits"], 1, `Cannot read --token-file ${missing}`],
    [["rpc", "call", "1", "--tls", "--ca", "no.fits"], 1, `Cannot read --ca ${missing}`],
    [["head", "http://127.0.0.1:1/", "--ca", "note.txt"], 1, "'-----BEGIN CERTIFICATE-----'"],
    [["rpc", "call", "a", "a=note.txt"], 1, "Cannot read note.txt at byte 0: found 'hello."],
    [["fits", "info", "ftp://127.0.0.1/x"], 1, "its scheme is ftp, expected a path, file:, http:"],
    [["fits", "info", "http://"], 1, "Cannot open 'http://': it is no URL"],
    [["fits", "header", "-", "--set", "A=1"], 2, "--set needs a local file, found standard input"],
    [["fits", "checksum", "http://x/y", "--update"], 2, "--update needs a local file"],
    [["fits", "diff", "-", "-"], 2, "only one of the files can be standard input"],
  ], folder.path);
});

Deno.test("every command says why it cannot write, and leaves nothing beside it", async () => {
  await using folder = await files();
  await using server = await serveHttp({ port: 0 }, () => new Response("0123456789"));
  const noFolder = "there is no such folder";
  const anyStation = [
    "start",
    ..."port rpc-port ws-port fitspipe-port".split(" ").flatMap((name) => [
      `--${name}`,
      "0",
    ]),
  ];
  await check([
    [["fits", "image", "sun.fits", "-o", "no/x.npy"], 1, `Cannot write 'no/x.npy': ${noFolder}`],
    [["fits", "view", "sun.fits", "-o", "no/v.png"], 1, `Cannot write 'no/v.png': ${noFolder}`],
    [
      ["fits", "view", "sun.fits", "-o", "note.txt/"],
      1,
      "Cannot make the folder of --output 'note.txt/'",
    ],
    [["fits", "copy", "sun.fits", "no/c.fits"], 1, `Cannot write 'no/c.fits': ${noFolder}`],
    [["fits", "copy", "sun.fits", "sun.fits"], 1, "Cannot write 'sun.fits': it exists already"],
    [["read", server.url, "-o", "no/x"], 1, `Cannot write 'no/x': ${noFolder}`],
    [["read", server.url, "-o", "note.txt"], 1, "Cannot write 'note.txt': it exists already"],
    [["stream", server.url, "-o", "note.txt"], 1, "Cannot write 'note.txt': it exists already"],
    [["get", `${server.url}x`, "-o", "no"], 1, `Cannot write into 'no': ${noFolder}`],
    [["get", `${server.url}x`, "-o", "note.txt"], 1, "'note.txt': it is a file, expected a folder"],
    [["rpc", "serve", "--port", "0", "--out", "note.txt"], 1, "'note.txt': it is a file"],
    [["ws", "serve", "--port", "0", "--out", "note.txt"], 1, "'note.txt': it is a file"],
    [[...anyStation, "--data", ".", "--out", "note.txt"], 1, "'note.txt': it is a file"],
    [[...anyStation, "--data", "note.txt"], 1, "Cannot serve 'note.txt': it is a file, expected"],
  ], folder.path);
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  assertEquals(names, ["empty.fits", "folder", "note.txt", "sun.fits"]);
});

Deno.test("the same wrong usage gets the same words from every command, and status 2", async () => {
  const port = "expected a whole number from 0 to 65535";
  await check([
    ...["serve", "start", "rpc serve", "ws serve", "fitspipe serve"].map((name): Case => [
      [...name.split(" "), "--port", "99999"],
      2,
      `--port is '99999', ${port}`,
    ]),
    ...["serve", "rpc serve", "ws serve"].flatMap((name): Case[] => [
      [[...name.split(" "), "--cert", "a"], 2, "--cert is given without --key, expected both"],
      [[...name.split(" "), "--key", "a"], 2, "--key is given without --cert, expected both"],
      [
        [...name.split(" "), "--cert", "no.pem", "--key", "no.pem"],
        1,
        "Cannot read --cert 'no.pem': there is no such file",
      ],
    ]),
    [["rpc", "functions", "--deadline", "0"], 2, "--deadline is '0', expected a number above 0"],
    [["head", "x", "--timeout", "0"], 2, "--timeout is '0', expected a number above 0"],
    [["get", "x", "--split", "1.5"], 2, "--split is '1.5', expected a whole number, 1 or more"],
    [["get", "x", "--retries", "-1"], 2, "--retries is '-1', expected a whole number, 0 or more"],
    [["get", "x", "--name", "../y"], 2, "--name is '../y', expected a file name"],
    [["read", "http://x/", "--range", "x"], 2, "--range is 'x', expected FIRST-LAST, FIRST or"],
    [["fits", "info", "--json=x", "y"], 2, "--json takes no value, found 'x'"],
    [["rpc", "functions", "x"], 2, "takes no arguments; 'x' is one too many"],
    ...["serve", "rpc serve", "ws serve", "fitspipe serve"].map((name): Case => [
      [...name.split(" "), "--echo", "--port", "0", "--host", ""].filter((word) =>
        word !== "--echo" || name === "ws serve"
      ),
      1,
      "Cannot listen on :0: there is no host of this name",
    ]),
    [["serve", "--port", "0", "--header", "a b: c"], 2, "--header is 'a b: c', expected"],
    [["bogus"], 2, "heliograph: unknown command 'bogus'\n"],
    [["fits", "heder"], 2, "heliograph fits: unknown command 'heder'; did you mean 'header'?"],
    [["serve", "--prot", "1"], 2, "unknown flag '--prot'; did you mean '--port'?"],
  ]);
});

Deno.test("clients say who does not speak their protocol", async () => {
  await using folder = await files();
  await using http = await serveHttp({ port: 0 }, () => new Response("<!doctype html>\n<p>page"));
  await using fitspipe = serveFitspipe({ port: 0 });
  await using impatient = serveTcp({ port: 0 }, async ({ socket }) => {
    await socket.read(new Uint8Array(80));
    await writeAll(socket, new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
  });
  const ports = [http, fitspipe, impatient].map(({ address }) => address.port);
  const [web, frames, other] = ports.map(String) as [string, string, string];
  const stranger = `Cannot speak fitspipe with 127.0.0.1:${other}: the reply begins with "HT"`;
  const at = (port: string) => ["127.0.0.1", "--port", port];
  const line = ["--host", "127.0.0.1", "--deadline", "1", "--port"];
  await check([
    [["fitspipe", "ls", ...at(other)], 1, stranger],
    [["fitspipe", "help", ...at(other)], 1, stranger],
    [["fitspipe", "get", ...at(other)], 1, stranger],
    [["fitspipe", "put", "127.0.0.1", "sun.fits", "--port", other], 1, stranger],
    [
      ["fitspipe", "put", "127.0.0.1", "no.fits", "--port", frames],
      1,
      "Cannot read 'no.fits': there is no such file",
    ],
    [["fitspipe", "put", "127.0.0.1", "folder", "--port", frames], 1, "'folder': it is a folder"],
    [
      ["fitspipe", "put", "127.0.0.1", "empty.fits", "--port", frames],
      1,
      "Cannot read 'empty.fits': it is empty, expected a FITS file",
    ],
    [
      ["rpc", "call", "1", ...line, frames],
      1,
      `Cannot speak with 127.0.0.1:${frames}: Cannot read`,
    ],
    [["rpc", "functions", ...line, web], 1, `Cannot speak with 127.0.0.1:${web}: no hello`],
    [["head", `http://127.0.0.1:${frames}/`], 1, `http://127.0.0.1:${frames}`],
    [["head", `https://127.0.0.1:${web}/`], 1, "the server does not answer in TLS"],
    [
      ["ws", "send", "note.txt", `ws://127.0.0.1:${web}/`],
      1,
      `Cannot open ws://127.0.0.1:${web}/: the server answered 200 OK, expected 101`,
    ],
    [
      ["ws", "send", "note.txt", `ws://127.0.0.1:${frames}/`],
      1,
      `Cannot open ws://127.0.0.1:${frames}/: `,
    ],
  ], folder.path);
});

Deno.test("a missing permission is said in words, with the flag that gives it", async () => {
  await using folder = await files();
  const cases: [string[], string][] = [
    [["fits", "info", `${folder.path}/sun.fits`], "--allow-read"],
    [["head", "http://127.0.0.1:1/"], "--allow-net"],
    [["ws", "send", `${folder.path}/note.txt`], "--allow-read"],
  ];
  for (const [args, flag] of cases) {
    const result = await runDeno(["run", "--no-check", "--no-prompt", `${ROOT}cli.ts`, ...args]);
    assertEquals([result.code, result.stdout], [1, ""], args.join(" "));
    assertStringIncludes(result.stderr, "the program lacks the permission for");
    assertStringIncludes(result.stderr, `start it with ${flag}`);
    assertEquals(/\n {4}at /.test(result.stderr), false, result.stderr);
  }
});

Deno.test("fits verify checks the others where one of several files cannot be read", async () => {
  await using folder = await files();
  const line = ["fits", "verify", "no.fits", "sun.fits"];
  const result = await runDeno(["run", "-A", "--no-check", `${ROOT}cli.ts`, ...line], {
    cwd: folder.path,
  });
  assertEquals([result.code, result.stdout], [1, "sun.fits: 0 errors, 0 warnings\n"]);
  assertEquals(
    result.stderr,
    "heliograph fits verify: Cannot open 'no.fits': there is no such file\n",
  );
});

function spawn(args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`, ...args],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("an interrupt ends a command that waits for standard input, and leaves no file", async () => {
  await using folder = await temporaryFolder();
  const process = spawn(["fits", "copy", "-", `${folder.path}/copy.fits`, "--verbose"]);
  const input = process.stdin.getWriter();
  const stderr = process.stderr.getReader();
  const { value } = await stderr.read();
  assertEquals(new TextDecoder().decode(value), "opening standard input\n");
  const start = performance.now();
  process.kill("SIGINT");
  assertEquals((await process.status).code, 130);
  // Without an end of its own it would be ended by force, after 6 seconds.
  assert(performance.now() - start < 5_000);
  assertEquals([...Deno.readDirSync(folder.path)], []);
  await Promise.allSettled([input.abort(), stderr.cancel(), process.stdout.cancel()]);
});

Deno.test("a reader that has seen enough ends a command without a word", async () => {
  await using http = await serveHttp({ port: 0 }, () => new Response("page"));
  const process = spawn(["head", http.url, http.url, http.url]);
  await process.stdout.cancel();
  const [{ code }, stderr] = await Promise.all([
    process.status,
    new Response(process.stderr).text(),
    process.stdin.close(),
  ]);
  assertEquals([code, stderr], [0, ""]);
});
