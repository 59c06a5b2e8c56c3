/** FTP against vsftpd and pyftpdlib: plain and with TLS, resume, patterns, listings. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { download } from "../../http/download/download.ts";
import { listFiles } from "../../http/download/list_files.ts";
import { FtpClient, type FtpOptions } from "../../net/ftp/client.ts";
import { FtpError } from "../../net/ftp/error.ts";
import { nameOctets, readableName } from "../../net/ftp/octet_text.ts";
import { formatHttpDate } from "../../http/message/date.ts";
import { SeededRandom } from "../support/random.ts";
import { type RunningProgram, start } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary.ts";

const FILES: Record<string, Uint8Array> = {
  "sun/a.fits": new SeededRandom(1).bytes(2_880),
  "sun/b b.fits": new SeededRandom(2).bytes(3_000_000),
  "sun/note ü.txt": new SeededRandom(3).bytes(7),
  "sun/empty.fits": new Uint8Array(0),
  "sun/-l.fits": new SeededRandom(4).bytes(11),
  "sun/dir/c.fits": new SeededRandom(5).bytes(5),
};
const CERTIFICATES = new URL("../certificates/", import.meta.url).pathname;
const AUTHORITY = Deno.readTextFileSync(`${CERTIFICATES}authority.pem`);
const TIME = new Date("2014-09-01T11:15:56Z");

interface FtpServer extends AsyncDisposable {
  readonly port: number;
  readonly hostname: string;
  readonly options: FtpOptions;
  /** The scheme and, where it is needed, the user of URLs. */
  readonly base: string;
  /** The server's own words. */
  readonly folder: string;
}

async function fill(root: string): Promise<void> {
  for (const [name, content] of Object.entries(FILES)) {
    await Deno.mkdir(`${root}/${name.slice(0, name.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeFile(`${root}/${name}`, content);
    await Deno.utime(`${root}/${name}`, TIME, TIME);
  }
}

async function combinedCertificate(folder: string): Promise<string> {
  const path = `${folder}/combined.pem`;
  const parts = ["localhost.pem", "localhost.key.pem"].map((name) =>
    Deno.readTextFileSync(CERTIFICATES + name)
  );
  await Deno.writeTextFile(path, parts.join("\n"));
  return path;
}

async function pyftpdlib(mode: "plain" | "tls" | "old"): Promise<FtpServer> {
  const folder = await temporaryFolder();
  await fill(`${folder.path}/root`);
  const script = new URL("download/pyftpdlib_server.py", import.meta.url).pathname;
  const certificate = await combinedCertificate(folder.path);
  const program = start("/usr/bin/python3", [script, `${folder.path}/root`, mode, certificate]);
  const port = Number((await program.line(/^\d+$/))[0]);
  return serverOf(program, folder, port, mode === "tls" ? "explicit" : "none", "sun:secret@");
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

async function vsftpd(tls: "none" | "explicit" | "implicit"): Promise<FtpServer> {
  const folder = await temporaryFolder();
  await fill(`${folder.path}/root`);
  const port = freePort();
  const yes = (value: boolean) => value ? "YES" : "NO";
  await Deno.mkdir(`${folder.path}/empty`);
  const settings: Record<string, string | number> = {
    listen: "YES",
    listen_address: "127.0.0.1",
    listen_port: port,
    background: "NO",
    anonymous_enable: "YES",
    local_enable: "NO",
    anon_root: `${folder.path}/root`,
    ftp_username: "root",
    secure_chroot_dir: `${folder.path}/empty`,
    seccomp_sandbox: "NO",
    isolate: "NO",
    isolate_network: "NO",
    run_as_launching_user: "YES",
    use_localtime: "NO",
    ssl_enable: yes(tls !== "none"),
    allow_anon_ssl: yes(tls !== "none"),
    force_anon_logins_ssl: yes(tls !== "none"),
    force_anon_data_ssl: yes(tls !== "none"),
    implicit_ssl: yes(tls === "implicit"),
    // Sessions cannot be resumed by the platform's TLS.
    require_ssl_reuse: "NO",
    rsa_cert_file: `${CERTIFICATES}localhost.pem`,
    rsa_private_key_file: `${CERTIFICATES}localhost.key.pem`,
  };
  const path = `${folder.path}/vsftpd.conf`;
  const lines = Object.entries(settings).map(([name, value]) =>
    `${name}=${value}
`
  );
  await Deno.writeTextFile(path, lines.join(""));
  const program = start("/usr/sbin/vsftpd", [path]);
  await answering(port);
  return serverOf(program, folder, port, tls, "");
}

async function answering(port: number): Promise<void> {
  for (let i = 0; i < 500; i++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 10));
    }
  }
  throw new Error(`nobody answers on port ${port}`);
}

function serverOf(
  program: RunningProgram,
  folder: { path: string } & AsyncDisposable,
  port: number,
  tls: "none" | "explicit" | "implicit",
  user: string,
): FtpServer {
  const scheme = tls === "none" ? "ftp" : "ftpes";
  return {
    port,
    hostname: "localhost",
    options: {
      tls,
      ...(tls === "none" ? {} : { caCerts: [AUTHORITY] }),
      ...(user === "" ? {} : { user: "sun", password: "secret" }),
    },
    base: `${scheme}://${user}localhost:${port}`,
    folder: folder.path,
    [Symbol.asyncDispose]: async () => {
      await program[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const SERVERS: [name: string, make: () => Promise<FtpServer>][] = [
  ["pyftpdlib", () => pyftpdlib("plain")],
  ["pyftpdlib with TLS", () => pyftpdlib("tls")],
  ["vsftpd", () => vsftpd("none")],
  ["vsftpd with TLS (require_ssl_reuse=NO)", () => vsftpd("explicit")],
];

async function received(client: FtpClient, path: string, offset = 0): Promise<Uint8Array> {
  await using transfer = await client.retrieve(path, { offset });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let piece = await transfer.next(); piece !== null; piece = await transfer.next()) {
    pieces.push(piece.slice());
  }
  await transfer.finish();
  return await new Blob(pieces).bytes();
}

for (const [name, make] of SERVERS) {
  Deno.test(`FtpClient lists, measures and fetches from ${name}`, async () => {
    await using server = await make();
    await using client = await FtpClient.connect(server, server.options);
    const entries = await client.list("sun");
    assertEquals(
      entries.map((
        entry,
      ) => [readableName(entry.name), entry.type, entry.type === "file" ? entry.size : 0])
        .sort(),
      [["-l.fits", "file", 11], ["a.fits", "file", 2880], ["b b.fits", "file", 3_000_000], [
        "dir",
        "folder",
        0,
      ], [
        "empty.fits",
        "file",
        0,
      ], ["note ü.txt", "file", 7]],
    );
    assertEquals(await client.size("sun/a.fits"), 2880);
    assertEquals(await client.modified("sun/a.fits"), TIME);
    for (const [path, content] of Object.entries(FILES)) {
      assertEquals(await received(client, nameOctets(path)), content, path);
    }
    const big = FILES["sun/b b.fits"]!;
    assertEquals(await received(client, "sun/b b.fits", 2_999_000), big.subarray(2_999_000));
    const error = await assertRejects(() => client.retrieve("sun/none"), FtpError);
    assertEquals(error.code, 550);
    await assertRejects(() => client.retrieve("a\r\nDELE sun/a.fits"), FtpError, "line break");
    assertEquals(await received(client, "sun/a.fits"), FILES["sun/a.fits"], "after the errors");
  });

  Deno.test(`download() fetches by pattern and resumes from ${name}`, async () => {
    await using server = await make();
    await using folder = await temporaryFolder();
    const big = FILES["sun/b b.fits"]!;
    const url = `${server.base}/sun/b%20b.fits`;
    const bare = url.replace("sun:secret@", "");
    await Deno.writeFile(`${folder.path}/b b.fits.part`, big.subarray(0, 2_000_000));
    await Deno.writeTextFile(
      `${folder.path}/b b.fits.part.json`,
      JSON.stringify({
        heliograph: 1,
        url: bare,
        name: "b b.fits",
        length: big.length,
        lastModified: formatHttpDate(TIME.getTime()),
      }),
    );
    const lines: string[] = [];
    const options = {
      folder: folder.path,
      caCerts: [AUTHORITY],
      jobs: 2,
      onFtpLine: (line: string) => lines.push(line),
    };
    const results = await download(`${server.base}/sun/*.fits`, options);
    assertEquals(results.map(({ error }) => error), Array(4).fill(null));
    assert(lines.includes("REST 2000000"), "the part was used");
    assertEquals(lines.some((line) => line.includes("secret")), false);
    const names = [...Deno.readDirSync(folder.path)].map((entry) => entry.name).sort();
    assertEquals(names, ["-l.fits", "a.fits", "b b.fits", "empty.fits"]);
    for (const name of names) {
      assertEquals(await Deno.readFile(`${folder.path}/${name}`), FILES[`sun/${name}`]);
    }
    assertEquals((await Deno.stat(`${folder.path}/b b.fits`)).mtime, TIME);
    const again = await download(
      [`${server.base}/sun/*.fits`, `${server.base}/sun/none.fits`],
      options,
    );
    assertEquals(again.map(({ outcome }) => outcome), [...Array(4).fill("skipped"), "failed"]);
    assertMatch(again[4]!.error!, /550/);
  });

  Deno.test(`listFiles() lists a folder of ${name} with sizes, times and URLs that work`, async () => {
    await using server = await make();
    await using folder = await temporaryFolder();
    const files = await listFiles(`${server.base}/sun/`, { caCerts: [AUTHORITY], match: "note*" });
    assertEquals(files.map(({ name, size, url }) => [name, size, url]), [
      ["note ü.txt", 7, `${server.base.replace("sun:secret@", "")}/sun/note%20%C3%BC.txt`],
    ]);
    assertMatch(files[0]!.modified!, /^2014-09-01T/);
    const url = files[0]!.url.replace("//", `//${/\/\/(.*@|)/.exec(server.base)![1]}`);
    const [result] = await download(url, { folder: folder.path, caCerts: [AUTHORITY] });
    assertEquals([result!.error, result!.path], [null, `${folder.path}/note ü.txt`]);
  });
}

Deno.test("FtpClient speaks implicit TLS with vsftpd", async () => {
  await using server = await vsftpd("implicit");
  await using client = await FtpClient.connect(server, server.options);
  assertEquals(await received(client, "sun/a.fits"), FILES["sun/a.fits"]);
});

Deno.test("download() copes with a server without EPSV, MLSD, SIZE and MDTM", async () => {
  await using server = await pyftpdlib("old");
  await using folder = await temporaryFolder();
  const results = await download(`${server.base}/sun/*.fits`, { folder: folder.path });
  assertEquals(results.map(({ error }) => error), Array(4).fill(null));
  assertEquals(await Deno.readFile(`${folder.path}/b b.fits`), FILES["sun/b b.fits"]);
});

Deno.test("download() refuses a certificate of another name or of nobody, and a wrong password", async () => {
  await using secure = await pyftpdlib("tls");
  await using folder = await temporaryFolder();
  const cases: [url: string, ca: string[], message: RegExp][] = [
    [
      `${secure.base}/sun/a.fits`,
      [],
      /Cannot encrypt the connection .*(UnknownIssuer|certificate)/,
    ],
    [
      `ftpes://sun:secret@127.0.0.2:${secure.port}/sun/a.fits`,
      [AUTHORITY],
      /Cannot connect|certificate/,
    ],
    [
      `${secure.base.replace("secret", "wrong")}/sun/a.fits`,
      [AUTHORITY],
      /Cannot log in as sun .*530/,
    ],
    [
      `ftp://sun:secret@localhost:${secure.port}/sun/a.fits`,
      [AUTHORITY],
      /Cannot log in as sun .*550|Cannot .*SSL/,
    ],
  ];
  for (const [url, caCerts, message] of cases) {
    const [result] = await download(url, { folder: folder.path, caCerts, retries: 0 });
    assertMatch(result!.error!, message);
    assertEquals(result!.error!.includes("secret"), false);
  }
  assertEquals([...Deno.readDirSync(folder.path)].length, 0);
});
