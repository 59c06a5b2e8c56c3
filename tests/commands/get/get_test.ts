import { assertEquals, assertMatch } from "@std/assert";
import { COMMANDS } from "../../../cli.ts";
import { readInvocation } from "../../../commands/program/invocation.ts";
import type { Command } from "../../../commands/program/command.ts";
import { totalLine, transferLine } from "../../../commands/get/board.ts";
import { DownloadProgress } from "../../../http/download/job/progress.ts";
import { answer, hostileServer } from "../../support/http/hostile_server.ts";
import { ROOT, runDeno, startDeno } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";

const CLI = new URL("../../../cli.ts", import.meta.url).pathname;

/** Runs the program itself. */
async function heliograph(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--allow-net=127.0.0.1",
      "--allow-read=.",
      "--allow-write=out",
      CLI,
      ...args,
    ],
    cwd: new URL("../../../", import.meta.url),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const SUN = new TextEncoder().encode("SIMPLE  =                    T");

Deno.test("head, read, get and stream are commands with an example and permissions", async () => {
  for (const name of ["head", "read", "get", "stream"]) {
    const { command } = await COMMANDS[name]!.load!() as { command: Command };
    assertEquals(command.name, name);
    const words = command.example.split(" ");
    assertEquals(words[0], name);
    readInvocation(command, words.slice(1));
  }
});

Deno.test("heliograph get prints paths, then JSON, and fails if one file is missing", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async ({ path }, peer) => {
    await peer.send(...answer(path === "/sun.fits" ? "200 OK" : "404 Not Found", {}, SUN));
  });
  const url = `${server.url}/sun.fits`;
  const first = await heliograph("get", url, "-o", folder.path);
  assertEquals([first.code, first.out], [0, `${folder.path}/sun.fits\n`]);
  assertMatch(first.err, /1 fetched \(30 B\), 0 skipped, 0 failed in /);
  const second = await heliograph(
    "get",
    url,
    `${server.url}/moon.fits`,
    "--json",
    "-o",
    folder.path,
  );
  assertEquals(second.code, 1);
  const [skipped, failed] = second.out.trim().split("\n").map((line) => JSON.parse(line))
    .toSorted((a, b) => b.url.localeCompare(a.url));
  assertEquals({ ...skipped, seconds: 0 }, {
    url,
    path: `${folder.path}/sun.fits`,
    outcome: "skipped",
    status: null,
    bytes: 30,
    seconds: 0,
    error: null,
  });
  assertEquals([failed.outcome, failed.status, failed.path], ["failed", 404, null]);
  assertMatch(second.err, /heliograph get: Cannot fetch .*moon\.fits: the server answered 404/);
});

Deno.test("heliograph get keeps its parts when it is interrupted, and goes on with them", async () => {
  await using folder = await temporaryFolder();
  const body = new Uint8Array(3_000_000).fill(7);
  const sent = Promise.withResolvers<void>();
  await using server = hostileServer(async (request, peer) => {
    if (request.from > 0) {
      const range = `bytes ${request.from}-${body.length - 1}/${body.length}`;
      const fields = { ETag: '"v1"', "Content-Range": range };
      await peer.send(...answer("206 Partial Content", fields, body.subarray(request.from)));
      return;
    }
    const [head] = answer("200 OK", { ETag: '"v1"' }, body);
    await peer.send(head, body.subarray(0, 2_000_000));
    sent.resolve();
  });
  const path = `${folder.path}/sun.fits`;
  const args = [`${server.url}/sun.fits`, "-o", folder.path];
  const permissions = ["--allow-net=127.0.0.1", "--allow-read=.", "--allow-write=out"];
  await using running = startDeno(["run", "--no-check", ...permissions, CLI, "get", ...args]);
  await sent.promise;
  const size = async () => (await Deno.stat(`${path}.part`).catch(() => ({ size: 0 }))).size;
  await until(async () => await size() >= 2_000_000, "two megabytes are there");
  const { code, stdout, stderr } = await running.stop("SIGINT");
  assertEquals([code, stdout], [130, ""]);
  assertMatch(stderr, /interrupted; the same command again goes on where this one stopped/);
  const names = () => [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  assertEquals(names(), ["sun.fits.part", "sun.fits.part.json"]);
  const again = await heliograph("get", ...args, "--json");
  assertEquals([again.code, JSON.parse(again.out).status], [0, 206]);
  assertEquals(names(), ["sun.fits"]);
  assertEquals((await Deno.readFile(path)).length, body.length);
});

Deno.test("heliograph get fetches on when the reader of its results has gone", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async (_, peer) => {
    await peer.send(...answer("200 OK", {}, SUN));
  });
  const urls = Array.from({ length: 40 }, (_, i) => `${server.url}/${i}.fits`);
  await Deno.writeTextFile(`${folder.path}/list`, urls.join("\n"));
  for (const flags of [[], ["--json", "--clobber"]]) {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-check", "--allow-net=127.0.0.1", "--allow-read=.", "--allow-write=out"],
        ...[CLI, "get", "-i", `${folder.path}/list`, "-o", folder.path, ...flags],
      ],
      cwd: new URL("../../../", import.meta.url),
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await process.stdout.cancel();
    const [status, stderr] = await Promise.all([
      process.status,
      new Response(process.stderr).text(),
    ]);
    assertEquals(status.code, 0);
    assertMatch(stderr, /^40 fetched \(1\.17 KiB\), 0 skipped, 0 failed in .*\n$/i);
    assertEquals([...Deno.readDirSync(folder.path)].length, 41);
  }
});

Deno.test("heliograph get takes a list with comments, names and digests", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((_, peer) => void peer.send(...answer("200 OK", {}, SUN)));
  await Deno.writeTextFile(
    `${folder.path}/list.txt`,
    `# two\n${server.url}/a?record=1\n  out=one.fits\n\n${server.url}/b\n  checksum=sha-256=${
      "0".repeat(64)
    }\n`,
  );
  const { code, out, err } = await heliograph(
    "get",
    "-i",
    `${folder.path}/list.txt`,
    "-o",
    folder.path,
  );
  assertEquals([code, out], [1, `${folder.path}/one.fits\n`]);
  assertMatch(err, /\/b: its sha256 is [0-9a-f]{64}, expected 0{64}/);
});

for (
  const [args, message] of [
    [["get"], /needs a URL or -i LIST/],
    [["get", "x:y"], /the scheme is x, expected one of http, https, ftp/],
    [["get", "nonsense"], /'nonsense': it is no URL/],
    [
      ["get", "http://127.0.0.1:1/a", "-o", "out/missing"],
      /'out\/missing': there is no such folder/,
    ],
    [
      ["get", "http://127.0.0.1:1/a", "--jobs", "0"],
      /--jobs is '0', expected a whole number, 1 or more/,
    ],
    [["get", "http://127.0.0.1:1/a", "--newer", "--clobber"], /--clobber and --newer exclude/],
    [["get", "http://127.0.0.1:1/a", "--sha256", "12"], /64 hexadecimal digits/],
    [["get", "http://127.0.0.1:1/a", "--password", "secret"], /--password needs --user/],
    [
      ["get", "http://127.0.0.1:1/a", "--user", "u:secret"],
      /--user has a colon, expected the name/,
    ],
    [
      ["get", "http://127.0.0.1:1/a", "--name", ".x"],
      /--name is '.x', which not every system takes; 'x' is one that does/,
    ],
    [
      ["get", "http://127.0.0.1:1/a", "--name", "con.fits"],
      /--name is 'con.fits', which not every system takes; '_con.fits' is one that does/,
    ],
    [["get", "http://127.0.0.1:1/a", "--header", "x"], /'NAME: VALUE'/],
    [["read", "http://127.0.0.1:1/a", "--range", "9-3"], /'9-3', expected FIRST-LAST/],
    [["read", "http://127.0.0.1:1/a", "--range", "9.5"], /'9.5', expected FIRST-LAST, FIRST or/],
    [["head", "ftp://127.0.0.1/"], /the scheme is ftp, expected one of http, https/],
  ] as [string[], RegExp][]
) {
  Deno.test(`heliograph ${args.join(" ")} says what is wrong`, async () => {
    const { code, err } = await heliograph(...args);
    assertMatch(err, message);
    assertEquals(code > 0 && !err.includes("secret"), true);
  });
}

Deno.test("head, read, get and stream give a silent server the time of --timeout", async () => {
  await using folder = await temporaryFolder();
  const parked: Promise<void>[] = [];
  const end = Promise.withResolvers<void>();
  await using server = hostileServer(() => {
    parked.push(end.promise);
    return end.promise;
  });
  const url = `${server.url}/a`;
  const runs = [["head"], ["read"], ["get", "--retries", "0", "-o", folder.path], ["stream"]];
  const ends = await Promise.all(
    runs.map((run) => heliograph(...run, url, "--timeout", "0.1")),
  );
  end.resolve();
  for (const { code, err } of ends) {
    assertEquals(code, 1);
    assertMatch(err, /Cannot read from http:.*: no answer within 100 ms/);
  }
  assertEquals(parked.length, runs.length + 1);
});

Deno.test("heliograph read prints the first block of a file, head its fields", async () => {
  await using server = hostileServer(async (request, peer) => {
    const part = request.field("Range") === "bytes=0-8";
    const fields = {
      "Content-Type": "image/fits",
      ...(part ? { "Content-Range": "bytes 0-8/30" } : {}),
    };
    const [head, body] = answer(
      part ? "206 Partial Content" : "200 OK",
      fields,
      part ? SUN.subarray(0, 9) : SUN,
    );
    await peer.send(head, request.text.startsWith("HEAD") ? "" : body);
  });
  const block = await heliograph("read", `${server.url}/sun.fits`, "--range", "0-8");
  assertEquals(block, { code: 0, out: "SIMPLE  =", err: "" });
  const head = await heliograph("head", `${server.url}/sun.fits`);
  assertEquals(head.out, "HTTP/1.1 200 OK\nContent-Length: 30\nContent-Type: image/fits\n");
  const json = JSON.parse((await heliograph("head", "--json", `${server.url}/sun.fits`)).out);
  assertEquals([json.status, json.method, json.headers["content-type"]], [
    200,
    "HEAD",
    "image/fits",
  ]);
});

Deno.test("heliograph get --list shows the files of a page, --match fetches some", async () => {
  await using folder = await temporaryFolder();
  const page = '<a href="../">up</a>\n<a href="a.fits">a.fits</a>   21-Nov-2026 10:00   30\n' +
    '<a href="b.txt">b.txt</a>   21-Nov-2026 10:00   2.5K\n';
  await using server = hostileServer(async ({ path }, peer) => {
    await peer.send(
      ...path === "/"
        ? answer("200 OK", { "Content-Type": "text/html" }, new TextEncoder().encode(page))
        : answer("200 OK", {}, SUN),
    );
  });
  const list = await heliograph("get", "--list", `${server.url}/`);
  assertEquals(
    list.out,
    `          30  2026-11-21 10:00:00  ${server.url}/a.fits\n` +
      `       ~2560  2026-11-21 10:00:00  ${server.url}/b.txt\n`,
  );
  const fetched = await heliograph("get", "--match", "*.fits", `${server.url}/`, "-o", folder.path);
  assertEquals([fetched.code, fetched.out], [0, `${folder.path}/a.fits\n`]);
});

Deno.test("heliograph stream writes a page, or prints it", async () => {
  await using folder = await temporaryFolder();
  const gif = Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAA=");
  await using server = hostileServer((_, peer) => void peer.send(...answer("200 OK", {}, gif)));
  const path = `${folder.path}/test_image.html`;
  const written = await heliograph("stream", `${server.url}/sun.gif`, "-o", path, "--json");
  const page = await Deno.readTextFile(path);
  const told = await heliograph("stream", `${server.url}/sun.gif`, "-o", path, "--clobber");
  assertMatch(told.err, /: 1 image, \d+ bytes\n$/);
  assertEquals(JSON.parse(written.out), { output: path, bytes: page.length, images: 1 });
  assertMatch(
    page,
    /<img src="data:image\/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" alt="sun\.gif">/,
  );
  assertEquals((await heliograph("stream", `${server.url}/sun.gif`)).out, page);
});

Deno.test("heliograph read and stream print to standard output where --output is -", async () => {
  await using server = hostileServer(async ({ path }, peer) => {
    const gif = Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAA=");
    await peer.send(...answer("200 OK", {}, path === "/sun.gif" ? gif : SUN));
  });
  await using folder = await temporaryFolder();
  const permissions = ["--allow-net=127.0.0.1", `--allow-read=${ROOT}`, "--allow-write=."];
  // In a folder of its own: a file of the name - would be left there.
  const run = (...args: string[]) =>
    runDeno(["run", "--no-check", ...permissions, CLI, ...args], { cwd: folder.path });
  const read = await run("read", `${server.url}/sun.fits`, "-o", "-");
  assertEquals(read, { code: 0, stdout: new TextDecoder().decode(SUN), stderr: "" });
  const stream = await run("stream", `${server.url}/sun.gif`, "-o", "-");
  assertEquals([stream.code, stream.stderr], [0, ""]);
  assertMatch(
    stream.stdout,
    /^<!DOCTYPE html>[^]*R0lGODlhAQABAAAAACwAAAAAAQABAAA=[^]*<\/html>\n$/i,
  );
  for (const command of ["read", "stream"]) {
    const json = await run(command, `${server.url}/sun.gif`, "-o", "-", "--json");
    assertEquals([json.code, Object.keys(JSON.parse(json.stdout))], [2, ["error"]]);
    assertMatch(json.stderr, /--json needs --output [A-Z]+: the (bytes take|page takes) standard/);
  }
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("the display shows a share, the size and the name of a transfer, and a total", () => {
  assertEquals(
    transferLine({ label: "sun.fits", bytes: 1024, received: 512, total: 4096 }),
    "   25%    1.00 KiB  sun.fits",
  );
  assertEquals(
    transferLine({ label: "a\x1b[2Jb", bytes: 0, received: 0, total: undefined }),
    "               0 B  a?[2Jb",
  );
  const progress = new DownloadProgress();
  progress.files = 2;
  progress.finished = 1;
  progress.active.add({ label: "x", bytes: 1024, received: 1024, total: 3072 });
  assertEquals(totalLine(progress, 2), "1 of 2 files  1.00 KiB  512 B/s  4.00 s left");
});

Deno.test("heliograph head refuses a --ca whose certificate is damaged", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/ca.pem`;
  const url = new URL("../../certificates/authority.pem", import.meta.url);
  const lines = (await Deno.readTextFile(url)).trim().split("\n");
  const head = () => heliograph("head", "https://127.0.0.1:1/", "--ca", path);
  await Deno.writeTextFile(path, lines.join("\r\n"));
  assertMatch((await head()).err, /the connection was refused/);
  for (const damaged of [lines.slice(0, -1), lines.toSpliced(2, 1), lines.with(2, "?")]) {
    await Deno.writeTextFile(path, [...lines, ...damaged].join("\n"));
    const { code, err } = await head();
    assertEquals(code, 1);
    assertMatch(err, /Cannot use --ca '.*ca\.pem': certificate 2 of 2 is damaged/);
  }
});

/** A server whose folder has one file, for those who bring nothing or anything. */
function folderServer() {
  const page = new TextEncoder().encode('<a href="a.fits">a.fits</a>\n');
  return hostileServer(async ({ path }, peer) => {
    const found = path === "/a.fits" || path === "/";
    const fields: Record<string, string> = path === "/a.fits"
      ? {}
      : { "Content-Type": "text/html" };
    const body = path === "/" ? page : SUN;
    await peer.send(...answer(found ? "200 OK" : "404 Not Found", fields, body));
  });
}

Deno.test("heliograph get --match keeps credentials from the server that a page has moved to", async () => {
  await using folder = await temporaryFolder();
  await using there = folderServer();
  await using here = hostileServer(async (_, peer) => {
    await peer.send(...answer("302 Found", { Location: `${there.url}/` }));
  });
  await Deno.writeTextFile(`${folder.path}/netrc`, "default login sun password word\n", {
    mode: 0o600,
  });
  const get = (url: string, ...flags: string[]) =>
    heliograph("get", "--match", "*.fits", url, "-o", folder.path, ...flags);
  for (
    const [url, ...flags] of [
      [`http://sun:word@${new URL(here.url).host}/`],
      [`${here.url}/`, "--user", "sun", "--password", "word"],
      [`${here.url}/`, "--header", "Authorization: Bearer word"],
      [`${here.url}/`, "--header", "X-Api-Key: word"],
      [`${here.url}/`, "--netrc-file", `${folder.path}/netrc`],
    ] as [string, ...string[]][]
  ) {
    const { code, err } = await get(url, ...flags);
    assertEquals(code, 1);
    assertMatch(err, /has moved to another server.*credentials.*ask for http:\S+\/$/m);
    assertEquals(err.includes("word"), false);
  }
  assertEquals(there.requests.map(({ path, field }) => [path, field("Authorization")]), [
    ...Array.from({ length: 5 }, () => ["/", undefined]),
  ]);
  const open = await get(`${here.url}/`, "--header", "Accept-Language: de");
  assertEquals([open.code, open.out], [0, `${folder.path}/a.fits\n`]);
});

Deno.test("heliograph get goes on with the other folders where one cannot be listed", async () => {
  await using folder = await temporaryFolder();
  await using server = folderServer();
  const urls = [`${server.url}/nope/`, `${server.url}/`];
  const list = await heliograph("get", "--list", ...urls);
  assertEquals(
    [list.code, list.out],
    [1, `           -  -                    ${server.url}/a.fits\n`],
  );
  assertMatch(list.err, /^heliograph get: Cannot list .*\/nope\/: the server answered 404/);
  const get = await heliograph("get", "--match", "*.fits", ...urls, "-o", folder.path);
  assertEquals([get.code, get.out], [1, `${folder.path}/a.fits\n`]);
  assertMatch(get.err, /nope[^]*1 fetched \(30 B\), 0 skipped, 0 failed/);
  const none = await heliograph("get", "--match", "*.jpg", `${server.url}/`, "-o", folder.path);
  assertEquals([none.code, none.out], [1, ""]);
  assertMatch(none.err, /Cannot fetch '\*\.jpg' of http:.*: nothing there matches/);
});

Deno.test("heliograph head names the proxy that does not answer", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const permissions = ["--allow-net", "--allow-env"];
  const { code, stderr } = await runDeno(
    ["run", "--no-check", ...permissions, CLI, "head", "http://example.invalid/"],
    { env: { http_proxy: `http://sun:word@127.0.0.1:${port}`, no_proxy: "" } },
  );
  assertEquals(code, 1);
  assertMatch(
    stderr,
    new RegExp(
      "^heliograph head: Cannot fetch http://example.invalid/ through the proxy " +
        `http://127.0.0.1:${port}: .*refused`,
    ),
  );
  assertEquals(stderr.includes("word"), false);
});

Deno.test("heliograph get refuses a name or a digest for several URLs, before it asks for one", async () => {
  const urls = ["http://127.0.0.1:1/a", "http://127.0.0.1:1/b"];
  const cases: [flags: string[], message: string][] = [
    [["--name", "x"], "--name is for one URL; there are 2"],
    [["--sha256", "0".repeat(64)], "--sha256 is for one URL; there are 2"],
  ];
  for (const [flags, message] of cases) {
    const { code, out, err } = await heliograph("get", ...urls, ...flags);
    assertEquals([code, out], [2, ""]);
    assertEquals(err.split("\n")[0], `heliograph get: ${message}`);
  }
});

Deno.test("heliograph get --list exits with 0 when every folder was listed", async () => {
  await using server = folderServer();
  const { code, out, err } = await heliograph("get", "--list", `${server.url}/`);
  assertEquals([code, err], [0, ""]);
  assertEquals(out, `           -  -                    ${server.url}/a.fits\n`);
});
