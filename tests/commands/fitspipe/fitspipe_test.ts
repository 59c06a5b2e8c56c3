import { assert, assertEquals } from "@std/assert";
import { FitspipeClient } from "../../../fits/fitspipe/client.ts";
import { encodeCameraFrame } from "../../../fits/fitspipe/feed/frame.ts";
import { serveFitspipe } from "../../../fits/fitspipe/server.ts";
import { LimitError } from "../../../net/errors.ts";
import { openFits } from "../../../fits/file/open.ts";
import { ROOT, runDeno, startDeno } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";

const file = (value: number) =>
  encodeCameraFrame({ width: 4, height: 3, pixels: new Int16Array(12).fill(value) });

/** A server with frames 1 to 3 in the feed `default`, and what runs the command against it. */
async function fixture() {
  const folder = await temporaryFolder();
  const server = serveFitspipe({ port: 0 });
  await using client = await FitspipeClient.connect(server.address);
  for (let value = 1; value <= 3; value++) await client.put("default", file(value));
  const permissions = [
    "--no-prompt",
    "--allow-net=127.0.0.1",
    `--allow-read=${folder.path}`,
    `--allow-write=${folder.path}`,
  ];
  const line = (command: string, ...args: string[]) => [
    ...["run", ...permissions, `${ROOT}cli.ts`, "fitspipe", command, "127.0.0.1"],
    ...["--port", `${server.address.port}`, ...args],
  ];
  return {
    folder: folder.path,
    server,
    line,
    run: (command: string, ...args: string[]) =>
      runDeno(line(command, ...args), { cwd: folder.path }),
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("fitspipe get writes numbered files, and replaces none unless it is told to", async () => {
  await using it = await fixture();
  const got = await it.run("get", "--from", "oldest", "--nframe", "3", "--out", "frame");
  assertEquals([got.code, got.stdout], [0, ""], got.stderr);
  assertEquals(got.stderr, [1, 2, 3].map((n) => `Frame ${n}: getting 24 bytes\n`).join(""));
  const names = Array.from(Deno.readDirSync(it.folder), ({ name }) => name).sort();
  assertEquals(names, ["frame00001.fits", "frame00002.fits", "frame00003.fits"]);
  for (const value of [1, 2, 3]) {
    await using fits = await openFits(`${it.folder}/frame0000${value}.fits`);
    assertEquals([...(await fits.image()).pixels as Int16Array], Array(12).fill(value));
  }
  const again = await it.run("get", "--from", "3", "--out", "frame");
  assertEquals(again.code, 1);
  assert(
    again.stderr.includes(
      "Cannot write 'frame00001.fits': it exists already; --clobber replaces it",
    ),
  );
  const forced = await it.run("get", "--from", "3", "--out", "frame", "--clobber", "--json", "-q");
  assertEquals([forced.code, forced.stderr], [0, ""]);
  const [frame, summary] = forced.stdout.trim().split("\n").map((line) => JSON.parse(line));
  const path = "frame00001.fits";
  assertEquals(frame, {
    event: "frame",
    feed: "default",
    frame: 3,
    width: 4,
    height: 3,
    output: path,
  });
  assertEquals([summary.event, summary.frames, summary.bytes, summary.missed], [
    "summary",
    1,
    24,
    0,
  ]);
});

Deno.test("fitspipe get says what the published client says, and what is wrong", async () => {
  await using it = await fixture();
  const cases: [string[], number, string][] = [
    [["--feed", "none"], 1, "No feed 'none' found on server."],
    [["--nframe", "-1"], 2, "Number of frames -1 is invalid"],
    [["--from", "last"], 2, "--from is 'last', expected next, newest, oldest or a frame number"],
    [["--json"], 2, "--json needs --out"],
    [["--from", "newest", "--out", "no/such/frame"], 1, "Cannot write 'no/such/frame00001.fits'"],
  ];
  for (const [args, code, message] of cases) {
    const result = await it.run("get", ...args);
    const stdout = args.includes("--json") ? /^{"error":{.*}}\n$/ : /^$/;
    assertEquals([result.code, stdout.test(result.stdout)], [code, true], args.join(" "));
    assert(result.stderr.startsWith("heliograph fitspipe get: " + message), result.stderr);
  }
});

Deno.test("fitspipe get without --out is a stream of FITS files, which fitspipe put takes", async () => {
  await using it = await fixture();
  const deno = Deno.execPath();
  const spawn = (args: string[], stdin: "null" | "piped", stdout: "piped" | "null") =>
    new Deno.Command(deno, { args, cwd: it.folder, stdin, stdout, stderr: "null" }).spawn();
  const get = spawn(it.line("get", "--from", "oldest", "--nframe", "3"), "null", "piped");
  const put = spawn(it.line("put", "-", "--feed", "relay"), "piped", "null");
  await get.stdout.pipeTo(put.stdin);
  assertEquals([(await get.status).code, (await put.status).code], [0, 0]);
  const relay = it.server.store.list().find(({ feed }) => feed === "relay");
  assertEquals([relay?.frames, relay?.width], [3, 4]);
  assertEquals(it.server.store.get("relay", 2)!.pixels, it.server.store.get("default", 2)!.pixels);
});

Deno.test("fitspipe put ends at once when a frame is refused while it waits for its input", async () => {
  await using it = await fixture();
  const process = new Deno.Command(Deno.execPath(), {
    args: it.line("put", "-", "--feed", "default"),
    cwd: it.folder,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = process.stdin.getWriter();
  const tooLarge = it.server.store.maxMemory;
  it.server.store.reserve = () => {
    throw new LimitError(`at most ${tooLarge} are kept`);
  };
  for (const piece of file(1)) await input.write(piece);
  // The input stays open: only the refusal ends the command.
  const { code, stderr } = await process.output();
  await input.close().catch(() => {});
  assertEquals(code, 1);
  assertEquals(
    new TextDecoder().decode(stderr).replace(/127\.0\.0\.1:\d+/, "ADDRESS"),
    `heliograph fitspipe put: ADDRESS answers: at most ${tooLarge} are kept\n`,
  );
});

Deno.test("fitspipe get ends at an interrupt, between frames", async () => {
  await using it = await fixture();
  await using get = startDeno(
    it.line("get", "--from", "oldest", "--nframe", "0", "--out", "frame", "--json"),
    { cwd: it.folder },
  );
  for (let frame = 1; frame <= 3; frame++) {
    assertEquals(JSON.parse((await get.line())!).frame, frame);
  }
  const { code, stdout } = await get.stop("SIGINT");
  assertEquals(code, 130);
  const { event, frames, gaps } = JSON.parse(stdout.trim().split("\n").at(-1)!);
  assertEquals([event, frames, gaps], ["summary", 3, 0]);
  const names = Array.from(Deno.readDirSync(it.folder), ({ name }) => name);
  assertEquals(names.filter((name) => !/^frame0000[123]\.fits$/.test(name)), []);
});

Deno.test("fitspipe serve makes feeds from a folder and from a simulated camera", async () => {
  await using folder = await temporaryFolder();
  for (const value of [1, 2]) {
    const bytes = new Uint8Array(file(value).flatMap((piece) => [...piece]));
    await Deno.writeFile(`${folder.path}/${value}.fits`, bytes);
  }
  const flags = ["--no-prompt", "--allow-net=127.0.0.1", `--allow-read=${folder.path}`];
  const feeds = [
    "--feed",
    `files=${folder.path}`,
    "--rate",
    "100",
    "--simulate",
    "camera=32x24@50",
  ];
  await using server = startDeno(
    ["run", ...flags, "cli.ts", "fitspipe", "serve", "--port", "0", "--json", ...feeds],
  );
  const { event, url } = JSON.parse((await server.line())!);
  assertEquals(event, "listening");
  await using client = await FitspipeClient.connect(url);
  const shape = async (feed: string) => {
    const info = async () => (await client.list()).find((entry) => entry.feed === feed);
    await until(async () => (await info())?.frames! >= 2, `two frames of ${feed} are there`);
    const { width, height } = (await info())!;
    return `${width} x ${height}`;
  };
  assertEquals([await shape("files"), await shape("camera")], ["4 x 3", "32 x 24"]);
  assertEquals((await server.stop("SIGTERM")).code, 143);
});

Deno.test("fitspipe serve prints no address unless it has all that was asked for", async () => {
  await using folder = await temporaryFolder();
  await using other = serveFitspipe({ port: 0 });
  const taken = String(other.address.port);
  const cases: [string[], number, string][] = [
    [["--http", taken], 1, `Cannot listen on 127.0.0.1:${taken}: the port is in use`],
    [["--feed", "a=none"], 1, "Cannot replay the folder 'none': there is no such folder"],
    [["--feed", `a=${folder.path}`], 1, `No FITS files in the folder '${folder.path}'`],
    [["--simulate", "a=9999x9999@1", "--max-memory", "64M"], 2, "--simulate is 'a=9999x9999@1'"],
    [["--simulate", "a=0x9@1"], 2, "--simulate is 'a=0x9@1', expected NAME=WIDTHxHEIGHT@FPS"],
    [["--simulate", "a b=9x9@1"], 2, "--simulate is 'a b=9x9@1', expected"],
    [["--rate", "0"], 2, "--rate is '0', expected a number above 0"],
  ];
  const flags = ["--no-prompt", "--allow-net=127.0.0.1", `--allow-read=${ROOT}`];
  for (const [args, code, message] of cases) {
    const line = ["run", ...flags, "cli.ts", "fitspipe", "serve", "--port", "0", ...args];
    const result = await runDeno(line);
    const stdout = args.includes("--json") ? /^{"error":{.*}}\n$/ : /^$/;
    assertEquals([result.code, stdout.test(result.stdout)], [code, true], args.join(" "));
    assert(result.stderr.startsWith("heliograph fitspipe serve: " + message), result.stderr);
  }
});

Deno.test("fitspipe ls and help show what the server has", async () => {
  await using it = await fixture();
  const ls = await it.run("ls");
  assertEquals(
    ls.stdout,
    "feed         oldest      newest  size\ndefault           1           3  4 x 3\n",
  );
  const json = JSON.parse((await it.run("ls", "--json")).stdout);
  assertEquals([json.feed, json.newest, json.depth], ["default", 3, 64]);
  const help = await it.run("help");
  assertEquals(help.stdout.split("\n")[0], "Heliograph fitspipe commands:");
});
