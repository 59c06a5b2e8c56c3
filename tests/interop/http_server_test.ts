/** The file server against what a test without permissions cannot make: links, pipes, real clients. */

import { assert, assertEquals } from "@std/assert";
import { serveHttp } from "../../http/server/serve_http.ts";
import { later, site } from "../support/http/site.ts";
import { Wire, type WireAnswer } from "../support/http/wire.ts";
import { processMemory } from "../support/process_state.ts";
import { temporaryFolder } from "../support/temporary.ts";

const DIGITS = "0123456789";

Deno.test("fileHandler() follows links within the folder, and out of it only when told to", async () => {
  await using outside = await temporaryFolder();
  Deno.writeTextFileSync(`${outside.path}/secret.txt`, "secret");
  const files = { "in/a.txt": DIGITS };
  const link = (root: string) => {
    Deno.symlinkSync("in/a.txt", `${root}/inner.txt`);
    Deno.symlinkSync("in", `${root}/innerfolder`);
    Deno.symlinkSync(`${outside.path}/secret.txt`, `${root}/outer.txt`);
    Deno.symlinkSync(outside.path, `${root}/outerfolder`);
    Deno.symlinkSync("loop", `${root}/loop`);
    Deno.symlinkSync("nowhere", `${root}/broken`);
  };
  const status = async (it: { ask(line: string): Promise<WireAnswer> }) => {
    const all: Record<string, number> = {};
    for (
      const path of [
        "inner.txt",
        "innerfolder/a.txt",
        "outer.txt",
        "outerfolder",
        "outerfolder/",
        "outerfolder/secret.txt",
        "loop",
        "broken",
      ]
    ) all[path] = (await it.ask(`GET /${path}`)).status;
    return all;
  };
  await using confined = await site(files);
  link(confined.root);
  assertEquals(await status(confined), {
    "inner.txt": 200,
    "innerfolder/a.txt": 200,
    "outer.txt": 404,
    "outerfolder": 404,
    "outerfolder/": 404,
    "outerfolder/secret.txt": 404,
    "loop": 404,
    "broken": 404,
  });
  const listing = await confined.ask("GET /", "Accept: application/json");
  assertEquals(JSON.parse(listing.body).map((entry: { name: string }) => entry.name), [
    "in",
    "innerfolder",
    "inner.txt",
  ]);
  await using free = await site(files, { followSymlinks: true });
  link(free.root);
  assertEquals(Object.values(await status(free)), [200, 200, 200, 301, 200, 200, 404, 404]);
});

Deno.test("fileHandler() is not held up by a named pipe, and serves no device", async () => {
  await using it = await site({ "a": DIGITS });
  const { success } = await new Deno.Command("mkfifo", { args: [`${it.root}/pipe`] }).output();
  assert(success);
  assertEquals((await it.ask("GET /pipe")).status, 404);
  assertEquals((await it.ask("GET /a")).body, DIGITS);
  const listing = await it.ask("GET /", "Accept: application/json");
  assertEquals(JSON.parse(listing.body).length, 1);
});

Deno.test("a file in memory is let go when a link takes its place", async () => {
  await using it = await site({ "a": "aaaa", "b": "bbbb" }, later);
  for (let i = 0; i < 3; i++) assertEquals((await it.ask("GET /a")).body, "aaaa");
  Deno.removeSync(`${it.root}/a`);
  Deno.symlinkSync("b", `${it.root}/a`);
  assertEquals((await it.ask("GET /a")).body, "bbbb");
});

/** Runs a program to its end; its output as text. */
async function run(program: string, ...args: string[]): Promise<string> {
  const command = new Deno.Command(program, { args, stdin: "null" });
  const { stdout } = await command.output();
  return new TextDecoder().decode(stdout);
}

Deno.test("curl gets a file whole, in parts, resumed, compressed, and not again", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(50_000));
  const gzip = new Blob([DIGITS]).stream().pipeThrough(new CompressionStream("gzip"));
  const zipped = new Uint8Array(await new Response(gzip).arrayBuffer());
  await using it = await site({ "a.bin": bytes, "a.txt": DIGITS, "a.txt.gz": zipped }, later);
  const url = it.server.url;
  const out = `${it.root}/out.bin`;
  const curl = (...args: string[]) => run("curl", "-sS", "-w", "%{http_code}", ...args);
  assertEquals(await curl("-o", out, `${url}a.bin`), "200");
  assertEquals(Deno.readFileSync(out), bytes);
  Deno.truncateSync(out, 20_000);
  assertEquals(await curl("-C", "-", "-o", out, `${url}a.bin`), "206");
  assertEquals(Deno.readFileSync(out), bytes);
  assertEquals(await curl("-r", "0-1", `${url}a.txt`), "01206");
  assertEquals(await curl("--compressed", `${url}a.txt`), `${DIGITS}200`);
  assertEquals(await curl("--http1.0", `${url}a.txt`), `${DIGITS}200`);
  assertEquals(await curl("-z", "Thu, 19 Mar 2015 18:37:02 GMT", `${url}a.txt`), "304");
  const etags = `${it.root}/etags`;
  const remembering = ["--etag-save", etags, "--etag-compare", etags, `${url}a.txt`];
  assertEquals(await curl(...remembering), `${DIGITS}200`);
  assertEquals(await curl(...remembering), "304");
  assertEquals(await curl("-I", "-o", "/dev/null", `${url}a.bin`), "200");
  assertEquals(await curl("-L", "-o", "/dev/null", "--path-as-is", `${url}../a.bin`), "400");
});

Deno.test("Chromium shows a listing, sorts it and follows its links", async () => {
  await using it = await site({ "sun & moon.txt": "eclipse", "image10.fits": "1", "sub/a": "2" });
  const page = (path: string) =>
    run(
      "chromium",
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--dump-dom",
      new URL(path, it.server.url).href,
    );
  const names = (html: string) =>
    [...html.matchAll(/<td class="name">.*?<a href="([^"]+)">([^<]+)<\/a>/g)].map((
      [, href, name],
    ) => `${href} ${name}`);
  const html = await page("/");
  assertEquals(names(html), [
    "./sub/ sub/",
    "./image10.fits image10.fits",
    "./sun%20%26%20moon.txt sun &amp; moon.txt",
  ]);
  const sort = /<a href="([^"]+)">Size<\/a>/.exec(html)![1]!.replaceAll("&amp;", "&");
  assertEquals(sort, "?sort=size&order=asc");
  const descending = sort.replace("asc", "desc");
  assertEquals(names(await page(descending)).at(-1), "./image10.fits image10.fits");
  assert((await page("/sun%20%26%20moon.txt")).includes("eclipse"));
  assertEquals(names(await page("/sub")), ["../ ..", "./a a"]);
});

/** `heliograph serve` as a process of its own, so that its memory can be seen. */
async function served(root: string, ...flags: string[]) {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--allow-net",
      "--allow-read",
      "cli.ts",
      "serve",
      root,
      "--port",
      "0",
      ...flags,
    ],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = process.stdout.getReader();
  const line = new TextDecoder().decode((await reader.read()).value);
  const url = line.slice("listening on ".length).trim();
  return {
    url,
    port: Number(new URL(url).port),
    /** MiB of memory in use. */
    memory: (): number => processMemory(process.pid, "VmRSS") / 2 ** 20,
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      await process.status;
      await reader.cancel();
    },
  };
}

Deno.test("a sparse file of 10 GiB is served in constant memory", async () => {
  await using folder = await temporaryFolder();
  const size = 10 * 2 ** 30;
  Deno.createSync(`${folder.path}/sky`).close();
  Deno.truncateSync(`${folder.path}/sky`, size);
  await using server = await served(folder.path);
  const before = server.memory();
  let most = before;
  const timer = setInterval(() => most = Math.max(most, server.memory()), 50);
  const counted = await run(
    "curl",
    "-sS",
    "-o",
    "/dev/null",
    "-w",
    "%{size_download}",
    `${server.url}sky`,
  );
  clearInterval(timer);
  assertEquals(Number(counted), size);
  assert(most < before + 40, `from ${before} to ${most} MiB`);
});

Deno.test("1,000 idle connections stay below 150 MiB, and a new request is answered in 10 ms", async () => {
  await using folder = await temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/a`, DIGITS);
  await using server = await served(folder.path);
  const request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  const idle: Wire[] = [];
  for (let i = 0; i < 1_000; i++) {
    const wire = await Wire.open(server);
    await wire.ask(request);
    idle.push(wire);
  }
  assert(server.memory() < 150, `${server.memory()} MiB`);
  const times: number[] = [];
  for (let i = 0; i < 21; i++) {
    const start = performance.now();
    using wire = await Wire.open(server);
    await wire.ask(request);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  assert(times[10]! < 10, `median of ${times[10]} ms`);
  for (const wire of idle) assertEquals((await wire.ask(request)).body, DIGITS);
  for (const wire of idle) wire[Symbol.dispose]();
});

Deno.test("slowhttptest cannot take the server from others: slow heads, bodies, readers", async () => {
  const large = new Uint8Array(16_777_216);
  const deadline = 3_000;
  await using server = await serveHttp({
    port: 0,
    headTimeout: deadline,
    bodyTimeout: deadline,
    writeTimeout: deadline,
    idleTimeout: deadline,
  }, async ({ method, path, body }) => {
    if (method === "POST") await body.bytes();
    return { status: 200, body: path === "/large" ? large : DIGITS };
  });
  const attacks: [string, string[]][] = [
    ["slow heads", ["-c", "500", "-H", "-i", "1", "-u", `${server.url}a`]],
    ["slow bodies", ["-c", "500", "-B", "-i", "1", "-s", "1000000", "-u", `${server.url}a`]],
    ["slow readers", [
      // Each of them fills 4 MiB of the system's memory before the server notices.
      "-c",
      "200",
      "-X",
      "-n",
      "1",
      "-w",
      "512",
      "-y",
      "1024",
      "-z",
      "32",
      "-u",
      `${server.url}large`,
    ]],
  ];
  for (const [name, args] of attacks) {
    const process = new Deno.Command("slowhttptest", {
      args: ["-r", "500", "-l", "15", "-p", "2", ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const ended = process.output();
    const began = performance.now();
    let over = false;
    void ended.then(() => over = true);
    let most = 0;
    let left = Infinity;
    let slowest = 0;
    while (!over) {
      const asked = performance.now();
      using wire = await Wire.open(server.address);
      assertEquals((await wire.ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")).body, DIGITS, name);
      slowest = Math.max(slowest, performance.now() - asked);
      most = Math.max(most, server.connections);
      if (most > 180) left = Math.min(left, server.connections);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const text = new TextDecoder().decode((await ended).stdout);
    assert(most > 180, `${name}: at most ${most} connections\n${text}`);
    // The attacker stops before its 15 s only if all its connections have been closed. Those that
    // do not read do not see that: then the server's own count says it.
    const gaveUp = performance.now() - began < 14_000;
    assert(gaveUp || left < 10, `${name}: ${left} connections were left`);
    assert(slowest < 5_000, `${name}: others waited ${slowest} ms`);
  }
});

/** A server that has given up the rights of the superuser, to whom every file is open. */
const AS_NOBODY = `
import process from "node:process";
import { fileHandler } from "ROOT/http/files/handler.ts";
import { serveHttp } from "ROOT/http/server/serve_http.ts";
if (process.getuid() === 0) process.setuid(65534);
try {
  fileHandler({ root: Deno.args[0] + "/closed" });
} catch (error) {
  console.log(error.message);
}
const server = await serveHttp({ port: 0 }, fileHandler({ root: Deno.args[0] }));
console.log(server.url);
`;

Deno.test("fileHandler() answers 403 for what the system does not let it read", async () => {
  // Not in the checkout: its own folders may be closed to others.
  const path = await Deno.makeTempDir();
  const root = new URL("../../", import.meta.url).pathname.slice(0, -1);
  await Deno.writeTextFile(`${path}/server.ts`, AS_NOBODY.replaceAll("ROOT", root));
  await Deno.writeTextFile(`${path}/secret`, "secret");
  await Deno.writeTextFile(`${path}/a`, "open");
  await Deno.mkdir(`${path}/closed`);
  for (const name of ["secret", "closed"]) await Deno.chmod(`${path}/${name}`, 0);
  await Deno.chmod(path, 0o755);
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${path}/server.ts`, path],
    stdout: "piped",
  }).spawn();
  const lines: string[] = [];
  let text = "";
  const reader = process.stdout.pipeThrough(new TextDecoderStream() as TransformStream).getReader();
  while (lines.length < 2) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
    lines.splice(0, Infinity, ...text.split("\n").slice(0, -1));
  }
  assertEquals(lines[0], `Cannot serve '${path}/closed': the system does not permit to read it`);
  const get = async (name: string) => {
    const response = await fetch(new URL(name, lines[1]));
    return [response.status, await response.text()];
  };
  assertEquals(await get("a"), [200, "open"]);
  const refused = [403, "403 Forbidden: the file may not be read\n"];
  assertEquals(await get("secret"), refused);
  assertEquals(await get("closed/"), refused);
  assertEquals(await get("closed/a"), refused);
  process.kill("SIGKILL");
  await process.status;
  await reader.cancel();
  await Deno.chmod(`${path}/closed`, 0o755);
  await Deno.remove(path, { recursive: true });
});
