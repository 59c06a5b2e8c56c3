/** Downloads from nginx, Apache and lighttpd, through kills, a full disk, and ten thousand files. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { encodeFits, openFits } from "../../mod.ts";
import { crawl } from "../../http/download/crawl.ts";
import { download } from "../../http/download/download.ts";
import { fetchHead } from "../../http/client/head.ts";
import { listFiles } from "../../http/download/list_files.ts";
import { readRange } from "../../http/client/read.ts";
import { partName, sidecarName } from "../../http/download/parts/sidecar.ts";
import { SeededRandom } from "../support/random.ts";
import { type HostileServer, hostileServer } from "../support/http/hostile_server.ts";
import { start } from "../support/processes.ts";
import { openFiles } from "../support/process_state.ts";
import { temporaryFolder } from "../support/temporary.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const CERTIFICATES = `${ROOT}tests/certificates/`;
const AUTHORITY = Deno.readTextFileSync(`${CERTIFICATES}authority.pem`);
const TIME = new Date("2014-09-01T11:15:56Z");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const FILES: Record<string, Uint8Array> = {
  "a.fits": new SeededRandom(1).bytes(2_880),
  "b b.fits": new SeededRandom(2).bytes(3_000_000),
  "note ü.txt": new SeededRandom(3).bytes(7),
  "empty.fits": new Uint8Array(0),
  "packed.fits.gz": new SeededRandom(4).bytes(5_000),
};

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

async function answering(port: number): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 10));
    }
  }
  throw new Error(`nobody answers on port ${port}`);
}

interface WebServer extends AsyncDisposable {
  readonly root: string;
  readonly url: string;
  /** The same over TLS, where the server speaks it here. */
  readonly secure?: string;
}

async function webServer(
  command: string,
  configure: (folder: string, root: string, port: number, tls: number) => string,
  args: (configuration: string) => string[],
  secure: boolean,
): Promise<WebServer> {
  const folder = await temporaryFolder();
  const root = `${folder.path}/root`;
  await Deno.mkdir(root);
  for (const [name, content] of Object.entries(FILES)) {
    await Deno.writeFile(`${root}/${name}`, content);
    await Deno.utime(`${root}/${name}`, TIME, TIME);
  }
  await Deno.chmod(folder.path, 0o755);
  const [port, tls] = [freePort(), freePort()];
  const configuration = `${folder.path}/server.conf`;
  await Deno.writeTextFile(configuration, configure(folder.path, root, port, tls));
  const program = start(command, args(configuration));
  await answering(port);
  return {
    root,
    url: `http://127.0.0.1:${port}`,
    ...(secure ? { secure: `https://localhost:${tls}` } : {}),
    [Symbol.asyncDispose]: async () => {
      program.kill("SIGTERM");
      await program.ended();
      await program[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const nginx = (extra = ""): Promise<WebServer> =>
  webServer(
    "/usr/sbin/nginx",
    (folder, root, port, tls) =>
      `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; user root;
events { worker_connections 512; }
http {
  access_log off; autoindex on;
  ${
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
          `${name}_temp_path ${folder}/${name};`
        ).join(" ")
      }
  ${extra}
  server { listen 127.0.0.1:${port}; root ${root}; }
  server {
    listen 127.0.0.1:${tls} ssl http2; root ${root};
    ssl_certificate ${CERTIFICATES}localhost.pem; ssl_certificate_key ${CERTIFICATES}localhost.key.pem;
  }
}`,
    (configuration) => ["-c", configuration],
    true,
  );

const SERVERS: [name: string, make: () => Promise<WebServer>][] = [
  ["nginx", () => nginx()],
  ["Apache", () =>
    webServer(
      "/usr/sbin/apache2",
      (folder, root, port) =>
        `ServerRoot /usr/lib/apache2
${
          ["mpm_event", "authz_core", "dir", "autoindex", "mime"].map((name) =>
            `LoadModule ${name}_module modules/mod_${name}.so\n`
          ).join("")
        }
Listen 127.0.0.1:${port}
ServerName localhost
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
User www-data
Group www-data
DocumentRoot ${root}
TypesConfig /etc/mime.types
AddEncoding x-gzip .gz
<Directory ${root}>
Options Indexes
IndexOptions FancyIndexing HTMLTable
Require all granted
</Directory>`,
      (configuration) => ["-D", "FOREGROUND", "-f", configuration],
      false,
    )],
  ["lighttpd", () =>
    webServer(
      "/usr/sbin/lighttpd",
      (_, root, port) =>
        `server.document-root = "${root}"
server.bind = "127.0.0.1"
server.port = ${port}
server.stat-cache-engine = "disable"
mimetype.assign = ("" => "application/octet-stream")
server.modules = ("mod_dirlisting")
dir-listing.activate = "enable"
`,
      (configuration) => ["-D", "-f", configuration],
      false,
    )],
];

for (const [name, make] of SERVERS) {
  Deno.test(`the folders of ${name} are followed to every file, and none is kept as a page`, async () => {
    await using server = await make();
    await using folder = await temporaryFolder();
    await Deno.mkdir(`${server.root}/sub/a b`, { recursive: true });
    await Deno.writeTextFile(`${server.root}/sub/c.fits`, "c");
    await Deno.writeTextFile(`${server.root}/sub/a b/d.fits`, "d");
    const options = { folder: folder.path, noParent: true };
    const { files, leftOut } = await crawl(`${server.url}/`, options);
    assertEquals([...leftOut.keys()].filter((why) => /server|robots/.test(why)), []);
    const results = await download(files, options);
    assertEquals(results.filter(({ outcome }) => outcome !== "fetched"), []);
    const expected: Record<string, Uint8Array> = {
      ...FILES,
      "sub/c.fits": new TextEncoder().encode("c"),
      "sub/a b/d.fits": new TextEncoder().encode("d"),
    };
    assertEquals(
      files.map(({ folder, name }) => folder === "" ? name : `${folder}/${name}`).sort(),
      Object.keys(expected).sort(),
    );
    for (const [path, bytes] of Object.entries(expected)) {
      assertEquals(Deno.readFileSync(`${folder.path}/${path}`), bytes, path);
    }
    assertEquals([...Deno.readDirSync(folder.path)].length, Object.keys(FILES).length + 1);
  });

  Deno.test(`FITS files are read in parts from ${name}, with the bytes that the report tells`, async () => {
    await using server = await make();
    const pixels = Int16Array.from({ length: 1_000 * 1_000 }, (_, i) => i * 31 % 30_011);
    const file = await encodeFits([{ pixels, shape: [1_000, 1_000] }]);
    await Deno.writeFile(`${server.root}/image.fits`, file);
    await Deno.utime(`${server.root}/image.fits`, TIME, TIME);
    await using fits = await openFits(`${server.url}/image.fits`);
    const image = await fits.image({ section: "101:150,801:810", physical: false });
    const expected = Array.from(
      { length: 500 },
      (_, i) => pixels[(800 + Math.floor(i / 50)) * 1_000 + 100 + i % 50],
    );
    assertEquals([...image.pixels as Int16Array], expected);
    const { requests, bytes } = fits.report!;
    // The first window, and the rows of the section with what lies between them.
    assertEquals([requests, bytes < 65_536 + 20_000], [2, true]);
    // Another version is noticed, and never mixed with the first.
    await Deno.writeFile(`${server.root}/image.fits`, file.slice().fill(0, 5_000));
    await assertRejects(() => fits.image({ section: "1:10,1:1000" }), Error, "changed");
  });

  Deno.test(`the client family against ${name}: head, read, list, fetch, resume, newer`, async () => {
    await using server = await make();
    await using folder = await temporaryFolder();
    const big = FILES["b b.fits"]!;
    const bigUrl = `${server.url}/b%20b.fits`;

    const { status, fields, method } = await fetchHead(bigUrl);
    assertEquals([status, fields.get("content-length"), method], [200, "3000000", "HEAD"]);
    assertEquals((await fetchHead(`${server.url}/none`)).status, 404);

    const part = await readRange(bigUrl, { range: [100, 200] });
    assertEquals([part.status, part.bytes], [206, big.slice(100, 201)]);
    assertEquals((await readRange(bigUrl, { range: [-500] })).bytes, big.slice(-500));
    assertEquals((await readRange(bigUrl, { range: [2_999_990] })).bytes, big.slice(2_999_990));

    const listed = await listFiles(`${server.url}/`);
    const names = Object.keys(FILES).sort();
    assertEquals(listed.map((file) => file.name).sort(), names);
    for (const file of listed) {
      const size = FILES[file.name]!.length;
      assert(
        file.rounded
          ? Math.abs(file.size! - size) <= 103 + size * 0.06
          : (file.size ?? size) === size,
        `${file.name}: ${file.size} instead of ${size}`,
      );
      assertMatch(file.modified ?? "", /^2014-09-01T/, file.name);
    }

    // The validator that this server gives, from a transfer that is broken off.
    const etag = fields.get("etag")!;
    await Deno.writeFile(`${folder.path}/${partName("b b.fits")}`, big.subarray(0, 2_000_000));
    await Deno.writeTextFile(
      `${folder.path}/${sidecarName("b b.fits")}`,
      JSON.stringify({ heliograph: 1, url: bigUrl, name: "b b.fits", etag, length: big.length }),
    );
    const options = { folder: folder.path, existing: "newer" as const };
    const urls = listed.map((file) => file.url);
    const first = await download(urls, options);
    assertEquals(first.map(({ error }) => error), names.map(() => null));
    assertEquals(first.find(({ url }) => url === bigUrl)!.status, 206, "the part was used");
    for (const name of names) {
      assertEquals(await Deno.readFile(`${folder.path}/${name}`), FILES[name], name);
      assertEquals((await Deno.stat(`${folder.path}/${name}`)).mtime, TIME);
    }
    assertEquals([...Deno.readDirSync(folder.path)].map((entry) => entry.name).sort(), names);
    assertEquals(
      (await download(urls, options)).map(({ outcome }) => outcome),
      names.map(() => "skipped"),
    );
    const now = new Date();
    await Deno.utime(`${server.root}/a.fits`, now, now);
    const third = await download(urls, options);
    assertEquals(third.filter(({ outcome }) => outcome === "fetched").map(({ path }) => path), [
      `${folder.path}/a.fits`,
    ]);
  });
}

Deno.test("https: own sockets check certificates and fetch the same bytes", async () => {
  await using server = await nginx();
  await using folder = await temporaryFolder();
  const url = `${server.secure}/b%20b.fits`;
  const [trusted] = await download(url, { folder: folder.path, caCerts: [AUTHORITY] });
  assertEquals(trusted!.error, null);
  assertEquals(await Deno.readFile(`${folder.path}/b b.fits`), FILES["b b.fits"]);
  const [stranger] = await download(url, { folder: folder.path, existing: "clobber", retries: 0 });
  assertMatch(stranger!.error!, /UnknownIssuer|certificate/);
  const wrongName = url.replace("localhost", "127.0.0.2");
  const [other] = await download(wrongName, {
    folder: folder.path,
    existing: "clobber",
    caCerts: [AUTHORITY],
    retries: 0,
  });
  assertEquals(other!.outcome, "failed");
});

Deno.test("a proxy from the environment is used, for https through a tunnel, and secrets stay out of it", async () => {
  await using server = await nginx();
  await using folder = await temporaryFolder();
  const seen: string[] = [];
  const proxy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = serveProxy(proxy, seen);
  const address = `http://127.0.0.1:${proxy.addr.port}`;
  await Deno.writeTextFile(`${folder.path}/ca.pem`, AUTHORITY);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      `${ROOT}cli.ts`,
      "get",
      `${server.url}/a.fits`,
      `${server.secure}/b%20b.fits`,
      "-o",
      folder.path,
      "--ca",
      `${folder.path}/ca.pem`,
    ],
    // Deno itself asks for its newest version now and then.
    env: { http_proxy: address, https_proxy: address, no_proxy: "", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  proxy.close();
  await serving;
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n").length, 2);
  assertEquals(await Deno.readFile(`${folder.path}/b b.fits`), FILES["b b.fits"]);
  assertEquals(seen.sort(), [
    `CONNECT ${new URL(server.secure!).host}`,
    `GET ${server.url}/a.fits`,
  ]);
});

/** A proxy that forwards one request or tunnel for each connection. */
async function serveProxy(listener: Deno.TcpListener, seen: string[]): Promise<void> {
  const running: Promise<void>[] = [];
  for await (const client of listener) {
    running.push((async () => {
      const buffer = new Uint8Array(16_384);
      const count = await client.read(buffer) ?? 0;
      const text = new TextDecoder().decode(buffer.subarray(0, count));
      const [method, target] = text.split(" ") as [string, string];
      seen.push(`${method} ${target}`);
      const { hostname, port } = new URL(method === "CONNECT" ? `http://${target}` : target);
      const upstream = await Deno.connect({ hostname, port: Number(port) });
      if (method === "CONNECT") {
        await client.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
      } else await upstream.write(buffer.subarray(0, count));
      await Promise.allSettled([
        client.readable.pipeTo(upstream.writable),
        upstream.readable.pipeTo(client.writable),
      ]);
    })());
  }
  await Promise.all(running);
}

/** A server of 100 files that sends slowly, so that a kill meets every state. */
function slowServer(
  files: ReadonlyMap<string, Uint8Array>,
  whole: Map<string, number>,
): HostileServer {
  return hostileServer(async (request, peer) => {
    const body = files.get(request.path)!;
    const etag = `"${request.path.slice(1)}"`;
    const partial = request.from > 0 && request.field("If-Range") === etag;
    const start = partial ? request.from : 0;
    if (partial && start >= body.length) {
      await peer.send(
        `HTTP/1.1 416 No\r\nContent-Range: bytes */${body.length}\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    await peer.send(
      `HTTP/1.1 ${partial ? "206 Partial Content" : "200 OK"}\r\nETag: ${etag}\r\n` +
        `Content-Length: ${body.length - start}\r\n` +
        (partial ? `Content-Range: bytes ${start}-${body.length - 1}/${body.length}\r\n` : "") +
        "\r\n",
    );
    const piece = 131_072;
    for (let at = start; at < body.length; at += piece) {
      if (!await peer.send(body.subarray(at, at + piece))) return;
      await new Promise((done) => setTimeout(done, 1));
    }
    // Only a client that has taken it all, and lives, asks for something else.
    if (start === 0) whole.set(request.path, (whole.get(request.path) ?? 0) + 1);
  });
}

Deno.test("50 kills over 100 files: all arrive, none is fetched whole twice, nothing is left over", async () => {
  await using folder = await temporaryFolder();
  const random = new SeededRandom(50);
  const files = new Map<string, Uint8Array>();
  const pool = random.bytes(8_000_000);
  for (let i = 0; i < 100; i++) {
    // Every tenth is large, and half of the others are large enough for a note.
    const length = i % 10 === 0
      ? random.integer(4_000_000, 8_000_000)
      : i % 2 === 0
      ? random.integer(1_100_000, 2_000_000)
      : random.integer(0, 1_000_000);
    const body = pool.slice(pool.length - length);
    if (length > 8) new DataView(body.buffer).setFloat64(0, i);
    files.set(`/f${i}.fits`, body);
  }
  const whole = new Map<string, number>();
  await using server = slowServer(files, whole);
  await Deno.writeTextFile(
    `${folder.path}/list`,
    [...files.keys()].map((path) => server.url + path).join("\n"),
  );
  await Deno.mkdir(`${folder.path}/out`);
  const run = () =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        `${ROOT}cli.ts`,
        "get",
        "-q",
        "-i",
        `${folder.path}/list`,
        "-o",
        `${folder.path}/out`,
        "-j",
        "6",
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
  let kills = 0;
  while (kills < 50) {
    const child = run();
    const stderr = new Response(child.stderr).text();
    const timer = setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It was faster.
      }
    }, random.integer(60, 260));
    const { signal, code } = await child.status;
    clearTimeout(timer);
    if (signal === "SIGKILL") kills++;
    else {
      assertEquals(code, 0, await stderr);
      // All there before the kills were used up: begin again with some of them.
      for (const path of [...files.keys()].slice(0, 50)) {
        whole.delete(path);
        await Deno.remove(`${folder.path}/out${path}`);
      }
    }
    await stderr;
  }
  const last = await run().output();
  assertEquals(last.code, 0, new TextDecoder().decode(last.stderr));
  const resumed = server.requests.filter((request) => request.from > 0).length;
  assert(
    resumed >= 20,
    `only ${resumed} of ${server.requests.length} requests went on with a part`,
  );
  const names = [...Deno.readDirSync(`${folder.path}/out`)].map(({ name }) => `/${name}`).sort();
  assertEquals(names, [...files.keys()].sort());
  for (const [path, body] of files) {
    assertEquals(sha256(await Deno.readFile(`${folder.path}/out${path}`)), sha256(body), path);
    // What is small enough to fit the buffers of the system may be sent whole to the dead.
    if (body.length > 1_048_576) assert((whole.get(path) ?? 0) <= 1, `${path}: ${whole.get(path)}`);
  }
});

Deno.test("two programs that fetch the same small files at one time give whole files", async () => {
  await using folder = await temporaryFolder();
  const body = (path: string) => new TextEncoder().encode(path.repeat(300));
  await using server = hostileServer(async ({ path }, peer) => {
    await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1500\r\n\r\n", body(path));
  });
  const paths = Array.from({ length: 2_000 }, (_, i) => `/${String(i).padStart(4, "0")}`);
  await Deno.writeTextFile(
    `${folder.path}/list`,
    paths.map((path) => `${server.url}${path}\n`).join(""),
  );
  await Deno.mkdir(`${folder.path}/out`);
  const args = ["run", "--no-check", "-A", `${ROOT}cli.ts`, "get", "--quiet", "--clobber"];
  args.push("-i", `${folder.path}/list`, "-o", `${folder.path}/out`);
  const run = () => new Deno.Command(Deno.execPath(), { args, stdout: "null" }).output();
  for (const { stderr } of await Promise.all([run(), run(), run()])) {
    const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => line !== "");
    assertEquals(lines.filter((line) => !line.endsWith("another program is fetching it")), []);
  }
  const names = [...Deno.readDirSync(`${folder.path}/out`)].map(({ name }) => `/${name}`).sort();
  assertEquals(names, paths);
  for (const path of paths) {
    assertEquals(await Deno.readTextFile(`${folder.path}/out${path}`), path.repeat(300));
  }
});

Deno.test("a full disk fails the file that does not fit, with a clear error, and keeps what has arrived of it", async () => {
  await using folder = await temporaryFolder();
  const disk = `${folder.path}/disk`;
  await Deno.mkdir(disk);
  const sudo = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command(args[0]!, { args: args.slice(1) }).output();
    assert(success, new TextDecoder().decode(stderr));
  };
  await sudo("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk);
  try {
    const big = new SeededRandom(1).bytes(30_000_000);
    const small = big.subarray(0, 500_000);
    await using server = hostileServer(async (request, peer) => {
      // One tells its size before, one does not.
      const body = request.path.startsWith("/big") ? big : small;
      const length = request.path === "/big-unknown" ? "" : `Content-Length: ${body.length}\r\n`;
      await peer.send(`HTTP/1.1 200 OK\r\nETag: "x"\r\n${length}\r\n`, body);
      if (length === "") peer.close();
    });
    const paths = ["/a", "/b", "/big-known", "/c", "/d", "/big-unknown"];
    const results = await download(paths.map((path) => server.url + path), {
      folder: disk,
      jobs: 1,
    });
    assertEquals(results.map(({ outcome }) => outcome), [
      "fetched",
      "fetched",
      "failed",
      "fetched",
      "fetched",
      "failed",
    ]);
    assertMatch(results[5]!.error!, /Cannot write .*big-unknown\.part': the disk is full/);
    assertMatch(results[2]!.error!, /it has 30000000 bytes, the disk has room for \d+/);
    const names = [...Deno.readDirSync(disk)].map(({ name }) => name).sort();
    assertEquals(names, ["a", "b", "big-unknown.part", "big-unknown.part.json", "c", "d"]);
  } finally {
    await sudo("umount", disk);
  }
});

Deno.test("a read-only folder is refused before anything is asked", async () => {
  await using folder = await temporaryFolder();
  const disk = `${folder.path}/disk`;
  await Deno.mkdir(disk);
  const run = async (...args: string[]) =>
    assert((await new Deno.Command(args[0]!, { args: args.slice(1) }).output()).success);
  await run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", disk);
  try {
    await using server = hostileServer((_, peer) =>
      void peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    );
    let message = "";
    await download(`${server.url}/a`, { folder: disk }).catch((error) => message = error.message);
    assertMatch(message, /Cannot write into .*disk': the file system is read-only/);
    assertEquals(server.requests.length, 0);
  } finally {
    await run("umount", disk);
  }
});

Deno.test("10,000 files in one run take constant memory and leave no file open", async () => {
  await using server = await nginx("keepalive_requests 100000;");
  await using folder = await temporaryFolder();
  for (let i = 0; i < 10_000; i++) Deno.linkSync(`${server.root}/a.fits`, `${server.root}/f${i}`);
  const fetchSome = async (first: number, count: number) => {
    const urls = Array.from({ length: count }, (_, i) => `${server.url}/f${first + i}`);
    const results = await download(urls, { folder: folder.path, jobs: 8 });
    assertEquals(results.filter(({ outcome }) => outcome !== "fetched").length, 0);
  };
  await fetchSome(0, 500);
  const filesBefore = await openFiles(Deno.pid);
  const memoryBefore = Deno.memoryUsage().rss;
  let mostFiles = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      mostFiles = Math.max(mostFiles, await openFiles(Deno.pid));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  await fetchSome(500, 9_500);
  over = true;
  await watching;
  const grown = (Deno.memoryUsage().rss - memoryBefore) / 2 ** 20;
  const filesAfter = await openFiles(Deno.pid);
  assert(filesAfter <= filesBefore, `${filesAfter} files are open, ${filesBefore} were`);
  // A connection and two files for each of the eight.
  assert(mostFiles <= filesBefore + 24, `${mostFiles} files were open, ${filesBefore} before`);
  assert(grown < 60, `memory has grown by ${grown.toFixed(1)} MiB`);
  assertEquals([...Deno.readDirSync(folder.path)].length, 10_000);
});

/** A download that has given up the rights of the superuser, to whom every folder is open. */
const AS_NOBODY = `
import process from "node:process";
import { download } from "ROOThttp/download/download.ts";
if (process.getuid() === 0) process.setuid(65534);
const data = Array.from({ length: 40 }, (_, i) => "data:image/x" + i + ",sun");
for (const urls of [data, [Deno.args[1]]]) {
  const results = await download(urls, { folder: Deno.args[0] });
  console.log(results.map(({ outcome, error }) => error ?? outcome).join());
}
`;

Deno.test("download() writes into a folder that may not be listed", async () => {
  await using server = hostileServer((_, peer) =>
    void peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsun")
  );
  // Not in the checkout: its own folders may be closed to others.
  const path = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${path}/get.ts`, AS_NOBODY.replaceAll("ROOT", ROOT));
    await Deno.mkdir(`${path}/drop`);
    await Deno.chmod(path, 0o755);
    await Deno.chmod(`${path}/drop`, 0o333);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        `${path}/get.ts`,
        `${path}/drop`,
        `${server.url}/?record=1`,
      ],
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    assertEquals(lines, [Array(40).fill("fetched").join(), "fetched"]);
    assertEquals([...Deno.readDirSync(`${path}/drop`)].length, 41);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
