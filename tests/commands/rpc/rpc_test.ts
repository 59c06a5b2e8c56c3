import { assert, assertEquals, assertStringIncludes } from "../../support/assert.ts";
import { encodeJpeg } from "../../../fits/picture/jpeg.ts";
import { encodeNpy, parseNpy } from "../../../fits/image/npy.ts";
import { openFits } from "../../../fits/file/open.ts";
import { decodePng, encodePng } from "../../../fits/picture/png.ts";
import { tableHdu } from "../../../fits/table/output.ts";
import { encodeFits } from "../../../fits/write/write.ts";
import { serveArrays } from "../../../rpc/mod.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const CLI = new URL("../../../cli.ts", import.meta.url).pathname;
const CHECKOUT = new URL("../../../", import.meta.url).pathname;

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command of a client with the permissions that its help names. */
async function run(args: string[], permissions: string[]): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", ...permissions, CLI, ...args],
    cwd: CHECKOUT,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), error: text(stderr) };
}

/** A line that a stream brings, and what it brought before. */
async function waitFor(
  reader: ReadableStreamDefaultReader<string>,
  pattern: RegExp,
): Promise<string> {
  let text = "";
  while (!pattern.test(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended without ${pattern}: ${text}`);
    text += value;
  }
  return text;
}

/**
 * `heliograph rpc serve` with less than the permissions of its help: one port, one folder
 * to write, and to read what its workers are made of, but not that folder.
 */
async function serve(folder: string, ...args: string[]) {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr as Deno.NetAddr;
  probe.close();
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--no-prompt",
      `--allow-net=127.0.0.1:${port}`,
      "--allow-read=rpc,fits,http,net",
      `--allow-write=${folder}`,
      CLI,
      "rpc",
      "serve",
      "--port",
      String(port),
      "--out",
      folder,
      ...args,
    ],
    cwd: CHECKOUT,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const decoded = (stream: ReadableStream<Uint8Array>) =>
    stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  const output = decoded(process.stdout);
  const log = decoded(process.stderr);
  const first = await waitFor(output, /\n/);
  return {
    port,
    first,
    logged: (pattern: RegExp) => waitFor(log, pattern),
    printed: (pattern: RegExp) => waitFor(output, pattern),
    kill: (signal: Deno.Signal) => process.kill(signal),
    async [Symbol.asyncDispose]() {
      process.kill("SIGINT");
      const { code } = await process.status;
      await output.cancel();
      await log.cancel();
      assertEquals(code, 130);
    },
  };
}

const client = (port: number) => [`--allow-net=localhost:${port}`, "--allow-read=."];

Deno.test("heliograph rpc serve needs one port, its own folder to read and one to write", async () => {
  await using folder = await temporaryFolder();
  const out = `${folder.path}/pictures`;
  await using server = await serve(out, "--json");
  const { port } = server;
  assertEquals(server.first, `{"event":"listening","url":"tcp://127.0.0.1:${port}"}\n`);
  const [width, height] = [64, 48];
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => i * 7);
  const picture = { width, height, color: "rgb", data: pixels } as const;
  await Deno.writeFile(`${folder.path}/a.png`, encodePng(picture));
  const sent = await run(
    [
      "rpc",
      "send",
      "--port",
      `${port}`,
      `${folder.path}/a.png`,
      "a=image(data,/no_tool)",
      "--wire",
      "idl",
    ],
    client(port),
  );
  assertEquals([sent.code, sent.out], [0, ""], sent.error);
  assertStringIncludes(sent.error, "% SOCKCLIENT: Server connection established on LUN 100");
  const log = await server.logged(/Wrote image-1.png, 64 x 48/);
  assertStringIncludes(log, `% SOCKSERVER: Server listening on port ${port}`);
  assertStringIncludes(log, "% LISTENERCALLBACK: Client connection established on LUN 101");
  assertEquals(decodePng(await Deno.readFile(`${out}/image-1.png`)), picture);
  // A command for a worker, which is loaded from the program's own folder.
  const worked = await run(
    ["rpc", "call", "--port", `${port}`, "total(lindgen(2000000L), /double)"],
    client(port),
  );
  assertEquals([worked.code, worked.out.trim()], [0, "1.9999990e+12"], worked.error);
  server.kill("SIGUSR2");
  const metrics = JSON.parse(await server.printed(/\n/));
  assertEquals([metrics.event, metrics.calls.done, metrics.calls.failed], ["metrics", 2, 0]);
  // SIGUSR1 would open the runtime's debugger, which says so before the next line of the log.
  await run(
    ["rpc", "send", "--port", `${port}`, `${folder.path}/a.png`, "print, 4711", "--wire", "idl"],
    client(port),
  );
  assert(!(await server.logged(/4711/)).includes("Debugger"));
});

Deno.test("heliograph rpc send takes FITS, JPEG, PNG and npy as IDL's arrays", async () => {
  await using folder = await temporaryFolder();
  await using server = await serve(`${folder.path}/out`);
  const gray = {
    width: 3,
    height: 2,
    color: "gray-alpha",
    data: Uint8Array.of(1, 9, 2, 9, 3, 9, 4, 9, 5, 9, 6, 9),
  } as const;
  const files: [string, Uint8Array, string][] = [
    [
      "a.fits",
      await encodeFits([{ pixels: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] }]),
      "FLOAT     = Array[3, 2]",
    ],
    ["a.png", encodePng(gray), "BYTE      = Array[3, 2]"],
    [
      "a.jpg",
      await encodeJpeg({ width: 3, height: 2, color: "rgb", data: new Uint8Array(18) }),
      "BYTE      = Array[3, 3, 2]",
    ],
    [
      "a.npy",
      encodeNpy({ type: "i8", shape: [3, 2], data: Int8Array.of(1, 2, 3, 4, 5, 6) }),
      "INT       = Array[3, 2]",
    ],
  ];
  for (const [name, bytes, described] of files) {
    await Deno.writeFile(`${folder.path}/${name}`, bytes);
    const { code, out, error } = await run(
      [
        "rpc",
        "send",
        "--port",
        `${server.port}`,
        `${folder.path}/${name}`,
        "help, data & print, data[*,0]",
      ],
      client(server.port),
    );
    assertEquals(code, 0, error);
    assertStringIncludes(out.replace(/ +/g, " "), described.replace(/ +/g, " "));
    // The bottom row of a picture comes first.
    if (name === "a.png") assertStringIncludes(out.replace(/ +/g, " "), " 4 5 6");
  }
});

Deno.test("heliograph rpc call prints a result, as text or JSON, or writes it", async () => {
  await using folder = await temporaryFolder();
  await using server = await serve(`${folder.path}/out`);
  const port = ["--port", `${server.port}`];
  const write = [...client(server.port), `--allow-write=${folder.path}`];
  const call = (...args: string[]) => run(["rpc", "call", ...port, ...args], write);
  assertEquals((await call("[1, 2] + 1")).out.trim().split(/\s+/), ["2", "3"]);
  assertEquals(
    JSON.parse((await call("--json", "[1.5d, !values.d_nan]")).out),
    { type: "DOUBLE", shape: [2], data: [1.5, "NaN"] },
  );
  const npy = `${folder.path}/a.npy`;
  assertEquals((await call("findgen(3, 2)", "-o", npy)).code, 0);
  assertEquals(parseNpy(await Deno.readFile(npy)), {
    type: "f32",
    shape: [3, 2],
    data: Float32Array.of(0, 1, 2, 3, 4, 5),
  });
  const written = await call("x * 2", `x=${npy}`, "-o", `${folder.path}/b.fits`, "--json");
  assertEquals(JSON.parse(written.out), {
    output: `${folder.path}/b.fits`,
    type: "FLOAT",
    shape: [3, 2],
    bytes: 5760,
  });
  const printed = await call("print, 7 & return, 8", "--json");
  assertEquals(printed.out.trim().split("\n").map((line) => JSON.parse(line)), [
    { event: "print", text: "       7" },
    { type: "INT", shape: [], data: [8] },
  ]);
  const sent = await run(["rpc", "send", ...port, npy, "a = 1", "--json"], write);
  assertEquals(JSON.parse(sent.out), { event: "sent", type: "FLOAT", shape: [3, 2], bytes: 24 });
  await using file = await openFits(await Deno.readFile(`${folder.path}/b.fits`));
  assertEquals((await file.image()).pixels as unknown, Float32Array.of(0, 2, 4, 6, 8, 10));
  assertEquals((await call("bytscl(x)", `x=${npy}`, "-o", `${folder.path}/c.png`)).code, 0);
  assertEquals(decodePng(await Deno.readFile(`${folder.path}/c.png`)).data.length, 6);
  const lines = [
    { name: "ION", values: ["Fe IX", "He II"] },
    { name: "WAVE", values: new Float64Array([171.5, 303.75]) },
  ];
  const table = `${folder.path}/lines.fits`;
  await Deno.writeFile(table, await encodeFits([tableHdu({ name: "LINES", columns: lines })]));
  for (const argument of [`t=${table}`, `t=${table}[LINES]`]) {
    const read = await call("l = mrdfits(t, 1) & print, l[1].ion & l.wave", argument, "--json");
    assertEquals(read.out.trim().split("\n").map((line) => JSON.parse(line)), [
      { event: "print", text: "He II" },
      { type: "DOUBLE", shape: [2], data: [171.5, 303.75] },
    ], read.error);
  }
  const failed = await call("nothing(1)");
  assertEquals(failed.code, 1);
  assertStringIncludes(failed.error, "There is no function or variable NOTHING");
  assertStringIncludes(failed.error, "(at 1 of 'nothing(1)')");
  const unread = await call("a = 1 & print, (a");
  assertStringIncludes(unread.error, 'the end of the command, expected ")" (at 18 of \'a = 1 &');
  const unknown = await call("nothing(1)", "-o", `${folder.path}/d.txt`);
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.error, "d.txt', expected a name in .npy, .fits or .png");
  assertEquals((await call("1", "x")).code, 2);
  assertEquals((await call("a = 1", "-o", npy, "--clobber")).code, 2);
});

Deno.test("heliograph rpc functions lists what a server offers, to those who know its token", async () => {
  await using folder = await temporaryFolder();
  await using server = await serve(`${folder.path}/out`, "--token", "open sesame");
  const functions = (...args: string[]) =>
    run(["rpc", "functions", "--port", `${server.port}`, ...args], client(server.port));
  const listed = await functions("--token", "open sesame");
  assertEquals(listed.code, 0, listed.error);
  assert(/^Result = TOTAL\(.*The sum/m.test(listed.out), listed.out);
  const asJson = await functions("--token", "open sesame", "--json");
  const first = JSON.parse(asJson.out.split("\n")[0]!);
  assertEquals(Object.keys(first), ["name", "kind", "signature", "summary"]);
  const refused = await functions("--token", "guess");
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.error, "The token is wrong or missing");
  const idl = ["rpc", "send", "--port", `${server.port}`, "a.png", "1", "--wire", "idl"];
  assertEquals((await run([...idl, "--token", "open sesame"], client(server.port))).code, 2);
});

Deno.test("heliograph rpc call ends well when the reader of its result has gone", async () => {
  await using server = await serveArrays({ port: 0 });
  const { port } = server.address;
  for (const text of ["lindgen(3000)", "print, lindgen(3000)", "help, /routines"]) {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-check", "--no-prompt", `--allow-net=localhost:${port}`, "--allow-read=."],
        ...[CLI, "rpc", "call", "--quiet", "--port", `${port}`, text],
      ],
      cwd: CHECKOUT,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await process.stdout.cancel();
    const [{ code }, error] = await Promise.all([
      process.status,
      new Response(process.stderr).text(),
    ]);
    assertEquals([code, error], [0, ""], text);
  }
});
