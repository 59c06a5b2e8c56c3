import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeFits } from "../../../fits/mod.ts";
import { Wire } from "../../support/http/wire.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const CLI = new URL("../../../cli.ts", import.meta.url).pathname;
const CERTIFICATES = new URL("../../certificates/", import.meta.url).pathname;

/** Runs `heliograph serve` with the permissions that its help names. */
function serve(args: string[], runtimeFlags: string[] = []): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      ...runtimeFlags,
      "--allow-net=127.0.0.1",
      "--allow-read=.",
      CLI,
      "serve",
      ...args,
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Reads lines of a stream, one at a time. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as TransformStream)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

/** A running server with what it prints. */
async function started(args: string[], runtimeFlags: string[] = []) {
  const process = serve(["--port", "0", ...args], runtimeFlags);
  const output = linesOf(process.stdout);
  const errors = linesOf(process.stderr);
  const { value: first } = await output.next();
  if (first === undefined) {
    for await (const line of errors) console.error(line);
    throw new Error("the server did not start");
  }
  const port = Number(/:(\d+)\//.exec(first)?.[1]);
  return {
    first,
    port,
    errors,
    output,
    kill: (signal: Deno.Signal) => process.kill(signal),
    async [Symbol.asyncDispose]() {
      process.kill("SIGINT");
      assertEquals((await process.status).code, 130);
      await output.return(undefined);
      await errors.return(undefined);
    },
  };
}

Deno.test("heliograph serve prints where it listens, and requests as SOCKSERVERHTTP does", async () => {
  await using folder = await temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/galaxy.jpg`, "galaxy");
  await using server = await started([folder.path, "--verbose", "--access-log", "common"]);
  assertEquals(server.first, `listening on http://127.0.0.1:${server.port}/`);
  assertEquals(
    (await server.errors.next()).value,
    `% SOCKSERVERHTTP: Server listening on port ${server.port}`,
  );
  using wire = await Wire.open(server);
  assertEquals((await wire.ask("GET /galaxy.jpg HTTP/1.1\nHost: x\n\n\n")).body, "galaxy");
  assertEquals((await server.errors.next()).value, "GET /galaxy.jpg HTTP/1.1");
  assertMatch(
    (await server.errors.next()).value!,
    /^127\.0\.0\.1 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/galaxy\.jpg HTTP\/1\.1" 200 6$/,
  );
});

Deno.test("heliograph serve --json --quiet prints the event, and a log of its own in JSON", async () => {
  await using folder = await temporaryFolder();
  const flags = ["--json", "--quiet", "--access-log", "json", "--header", "X-A: b: c", "--cors"];
  await using server = await started([folder.path, ...flags, "--no-listing"]);
  const url = `http://127.0.0.1:${server.port}/`;
  assertEquals(JSON.parse(server.first), { event: "listening", url });
  using wire = await Wire.open(server);
  const answer = await wire.ask("GET /?a HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n\r\n");
  assertEquals([answer.status, answer.fields.get("x-a")], [404, "b: c"]);
  assertEquals(answer.fields.get("access-control-allow-origin"), "*");
  const record = JSON.parse((await server.errors.next()).value!);
  assert(Math.abs(Date.parse(record.time) - Date.now()) < 60_000);
  assert(record.duration >= 0);
  assertEquals({ ...record, time: "", duration: 0 }, {
    time: "",
    host: "127.0.0.1",
    method: "GET",
    target: "/?a",
    version: "1.1",
    status: 404,
    bytes: 37,
    userAgent: "me",
    duration: 0,
  });
});

Deno.test("heliograph serve has no file for what it may not read", async () => {
  await using folder = await temporaryFolder();
  const path = folder.path.slice(folder.path.lastIndexOf("out/"));
  Deno.mkdirSync(`${path}/secret`);
  for (const name of ["a", "secret/b"]) Deno.writeTextFileSync(`${path}/${name}`, name);
  await using server = await started([path], [`--deny-read=${path}/secret`]);
  using wire = await Wire.open(server);
  const get = (target: string) => wire.ask(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
  assertEquals((await get("/a")).body, "a");
  for (const target of ["/secret/b", "/secret", "/secret/"]) {
    const { status, body } = await get(target);
    assertEquals([status, body], [404, "404 Not Found: there is no such file\n"], target);
  }
  assert(!(await get("/")).body.includes("secret"));
});

Deno.test("heliograph serve speaks TLS with a certificate and its key", async () => {
  await using server = await started([
    "tests/certificates",
    "--cert",
    `${CERTIFICATES}localhost.pem`,
    "--key",
    `${CERTIFICATES}localhost.key.pem`,
  ]);
  assertEquals(server.first, `listening on https://127.0.0.1:${server.port}/`);
  const caCerts = [Deno.readTextFileSync(`${CERTIFICATES}authority.pem`)];
  using client = Deno.createHttpClient({ caCerts });
  const response = await fetch(`https://localhost:${server.port}/authority.pem`, { client });
  assertEquals(await response.text(), caCerts[0]);
});

Deno.test("heliograph serve --workers serves from several threads on one port", async () => {
  await using folder = await temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/a`, "shared");
  await using server = await started([folder.path, "--workers", "2"], ["--unstable-net"]);
  for (let i = 0; i < 8; i++) {
    using wire = await Wire.open(server);
    assertEquals((await wire.ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")).body, "shared");
  }
});

Deno.test("heliograph serve says what it cannot do, and what would be right", async () => {
  const held = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = held.addr;
  const cases: [string[], number, RegExp][] = [
    [["--port", String(port)], 1, /Cannot listen on 127\.0\.0\.1:\d+: the port is in use/],
    [["--port", "70000"], 2, /--port is '70000', expected a whole number from 0 to 65535/],
    [["--port", "-1"], 2, /--port is '-1', expected a whole number from 0 to 65535/],
    [["no/such/folder"], 1, /Cannot serve 'no\/such\/folder': there is no such folder/],
    [["--user", "ada:sun"], 2, /--user expects NAME:HASH, as .heliograph hash NAME. prints it/],
    [["/"], 1, /Cannot serve '\/': the program may not read it, expected the flag --allow-read=\//],
    [
      ["--cert", "a.pem", "--key", "a.pem"],
      1,
      /Cannot read --cert 'a\.pem': there is no such file/,
    ],
    [["--cert", `${CERTIFICATES}localhost.pem`], 2, /--cert is given without --key, expected both/],
    [["--key", `${CERTIFICATES}localhost.key.pem`], 2, /--key is given without --cert/],
    [["--cert", "LICENSE", "--key", "LICENSE"], 1, /no '-----BEGIN' line in it, expected PEM/],
    [["--header", "nonsense"], 2, /--header is 'nonsense', expected 'NAME: VALUE'/],
    [
      ["--header", "Date: now"],
      2,
      /--header is 'Date: now': only the server knows the value of Date/,
    ],
    [["--access-log", "w3c"], 2, /--access-log is 'w3c', expected common or json/],
    [["--workers", "0"], 2, /--workers is '0', expected a whole number from 1 to 256/],
    [["--workers", "2"], 1, /needs deno's flag --unstable-net/],
    [["--prot", "80"], 2, /unknown flag '--prot'; did you mean '--port'\?/],
  ];
  await Promise.all(cases.map(async ([args, code, message]) => {
    const { code: found, stderr, stdout } = await serve(args).output();
    const text = new TextDecoder().decode(stderr);
    assertMatch(text, message, args.join(" "));
    assertEquals([found, stdout.length], [code, 0], `${args.join(" ")}: ${text}`);
  }));
  held.close();
});

Deno.test("serve shows FITS files in pages and pictures, unless there is to be no viewer", async () => {
  await using folder = await temporaryFolder();
  const bytes = await encodeFits([{ pixels: Int16Array.of(1, 2, 3, 4), shape: [2, 2] }]);
  await Deno.mkdir(`${folder.path}/fits`);
  await Deno.writeFile(`${folder.path}/fits/sun.fits`, bytes);
  for (const [flags, shows] of [[[], true], [["--no-viewer"], false]] as const) {
    await using server = await started([...flags, folder.path]);
    const get = (path: string) => fetch(`http://127.0.0.1:${server.port}/${path}`);
    const listing = await (await get("fits/")).text();
    assertEquals(listing.includes('href="/-/view/fits/sun.fits">view</a>'), shows);
    const page = await get("-/view/fits/sun.fits");
    const text = await page.text();
    assertEquals([page.status, text.includes('data-file="/fits/sun.fits"')], [
      shows ? 200 : 404,
      shows,
    ]);
    const picture = await get("fits/sun.fits?as=preview");
    await picture.body?.cancel();
    assertEquals(picture.headers.get("content-type"), shows ? "image/png" : "image/fits");
    const file = await get("fits/sun.fits");
    assertEquals(await file.bytes(), bytes);
  }
});

Deno.test("serve has one file alone where it is given one", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/a b.txt`, "sun");
  await Deno.writeTextFile(`${folder.path}/a b.txt.gz`, "moon");
  await Deno.writeTextFile(`${folder.path}/other.txt`, "moon");
  await using server = await started([`${folder.path}/a b.txt`]);
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [response.status, new URL(response.url).pathname, await response.text()];
  };
  assertEquals(await ask("/"), [200, "/a%20b.txt", "sun"]);
  for (const path of ["/other.txt", "/a%20b.txt.gz", "/a%20b.txt/", "/%zz", "/-/"]) {
    assertEquals((await ask(path)).slice(0, 2), [404, path]);
  }
});

Deno.test("serve lets in the users of --user alone, whose hashes heliograph hash makes", async () => {
  const hash = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", CLI, "hash", "ada"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = hash.stdin.getWriter();
  await input.write(new TextEncoder().encode("sun\nmoon\n"));
  await input.close();
  const { stdout, stderr, code } = await hash.output();
  const user = new TextDecoder().decode(stdout).trim();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  assertMatch(user, /^ada:scrypt:14:[\w-]{22}:[\w-]{43}$/);
  await using server = await started(["--user", user]);
  const statusOf = async (authorization: string) => {
    const headers = { Authorization: authorization };
    const response = await fetch(`http://127.0.0.1:${server.port}/LICENSE`, { headers });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await statusOf(`Basic ${btoa("ada:sun")}`), 200);
  assertEquals(await statusOf(`Basic ${btoa("ada:moon")}`), 401);
});

Deno.test("serve reads its certificate again on SIGHUP, and keeps the old one if it cannot", async () => {
  if (Deno.build.os === "windows") return;
  await using folder = await temporaryFolder();
  const [cert, key] = ["cert.pem", "key.pem"].map((name) => `${folder.path}/${name}`);
  await Deno.copyFile(`${CERTIFICATES}localhost.pem`, cert!);
  await Deno.copyFile(`${CERTIFICATES}localhost.key.pem`, key!);
  await using server = await started(["--cert", cert!, "--key", key!]);
  using client = Deno.createHttpClient({
    caCerts: [await Deno.readTextFile(`${CERTIFICATES}authority.pem`)],
  });
  const until = async (pattern: RegExp) => {
    for (let line = await server.errors.next(); !line.done; line = await server.errors.next()) {
      if (pattern.test(line.value)) return;
    }
  };
  for (
    const [text, said] of [["nonsense", /certificate of before is shown/], [
      undefined,
      /Read the certificate/,
    ]]
  ) {
    if (text === undefined) await Deno.copyFile(`${CERTIFICATES}localhost.pem`, cert!);
    else await Deno.writeTextFile(cert!, text as string);
    server.kill("SIGHUP");
    await until(said as RegExp);
    const response = await fetch(`https://127.0.0.1:${server.port}/LICENSE`, { client });
    await response.body?.cancel();
    assertEquals(response.status, 200);
  }
});
