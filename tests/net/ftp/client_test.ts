import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ClosedError, LimitError, TimeoutError } from "../../../net/errors.ts";
import { FtpClient, type FtpOptions } from "../../../net/ftp/client.ts";
import { FtpError } from "../../../net/ftp/error.ts";
import { download } from "../../../http/download/download.ts";
import type { DownloadOptions } from "../../../http/download/job/options.ts";
import { type FtpAnswers, hostileFtpServer } from "../../support/net/hostile_ftp_server.ts";
import { SeededRandom } from "../../support/random.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const BODY = new SeededRandom(21).bytes(100_000);

async function withClient(
  answers: FtpAnswers,
  work: (client: FtpClient) => Promise<void>,
  options: FtpOptions = {},
): Promise<string[]> {
  await using server = hostileFtpServer(answers);
  await using client = await FtpClient.connect(
    { hostname: "127.0.0.1", port: server.port },
    options,
  );
  await work(client);
  return server.commands;
}

async function bytesOf(client: FtpClient, path: string): Promise<number> {
  await using transfer = await client.retrieve(path);
  let count = 0;
  for (let piece = await transfer.next(); piece !== null; piece = await transfer.next()) {
    count += piece.length;
  }
  await transfer.finish();
  return count;
}

const RETR: FtpAnswers = {
  RETR: async (_, peer) => {
    await peer.send("150 here\r\n");
    await peer.data(BODY);
    await peer.send("226 done\r\n");
  },
};

Deno.test("FtpClient ignores the address in the answer to PASV", async () => {
  const commands = await withClient({ ...RETR, EPSV: "500 no" }, async (client) => {
    assertEquals(await bytesOf(client, "a"), BODY.length);
    assertEquals(await bytesOf(client, "b"), BODY.length);
  });
  assertEquals(commands.filter((line) => line === "EPSV").length, 1);
  assertEquals(commands.filter((line) => line === "PASV").length, 2);
});

Deno.test("FtpClient turns to PASV when the port of EPSV does not answer", async () => {
  await withClient({ ...RETR, EPSV: "229 (|||1|)" }, async (client) => {
    assertEquals(await bytesOf(client, "a"), BODY.length);
  });
});

Deno.test("FtpClient waits for a greeting behind 120, and refuses others", async () => {
  await using slow = hostileFtpServer(
    RETR,
    "120-wait\r\n120 ready soon\r\n220-long\r\n 220 notice\r\n220 ready",
  );
  await using client = await FtpClient.connect({ hostname: "127.0.0.1", port: slow.port });
  assertEquals(await bytesOf(client, "a"), BODY.length);
  await using full = hostileFtpServer({}, "421 too many users");
  const error = await assertRejects(
    () => FtpClient.connect({ hostname: "127.0.0.1", port: full.port }),
    FtpError,
  );
  assertEquals(error.code, 421);
});

for (
  const [what, greeting, type] of [
    ["noise", "\x00\x01 hello", FtpError],
    ["a line without end", "220 " + "x".repeat(100_000), LimitError],
    ["a reply without end", "220-x\r\n".repeat(3_000), LimitError],
  ] as const
) {
  Deno.test(`FtpClient refuses ${what} as a greeting`, async () => {
    await using server = hostileFtpServer({}, greeting);
    await assertRejects(
      () => FtpClient.connect({ hostname: "127.0.0.1", port: server.port }),
      type,
    );
  });
}

Deno.test("FtpClient does not wait for ever, for a reply or for data", async () => {
  const silent: FtpAnswers = { SIZE: () => Promise.resolve() };
  await withClient(silent, async (client) => {
    await assertRejects(() => client.size("a"), TimeoutError);
    await assertRejects(() => client.size("a"), ClosedError);
  }, { timeout: 100 });
  const stalled: FtpAnswers = { RETR: (_, peer) => peer.send("150 here\r\n") };
  await withClient(stalled, async (client) => {
    await assertRejects(() => bytesOf(client, "a"), TimeoutError);
  }, { timeout: 100 });
});

Deno.test("FtpClient refuses clear text behind the reply to AUTH", async () => {
  await using server = hostileFtpServer({ AUTH: "234 go\r\n230 you are in already" });
  const server_ = { hostname: "127.0.0.1", port: server.port };
  const error = await assertRejects(
    () => FtpClient.connect(server_, { tls: "explicit" }),
    FtpError,
  );
  assertMatch(error.message, /bytes in clear after the reply to AUTH/);
  await using plain = hostileFtpServer({ AUTH: "502 no TLS here" });
  const refused = await assertRejects(
    () =>
      FtpClient.connect({ hostname: "127.0.0.1", port: plain.port }, {
        tls: "explicit",
        user: "u",
        password: "p",
      }),
    FtpError,
  );
  assertEquals(refused.code, 502);
  assertEquals(plain.commands.some((line) => /USER|PASS/.test(line)), false);
});

Deno.test("FtpClient takes LIST where MLSD fails, and refuses a listing that makes no sense", async () => {
  const list = (lines: string): FtpAnswers => ({
    MLSD: "500 no",
    LIST: async (_, peer) => {
      await peer.send("150 here\r\n");
      await peer.data(new TextEncoder().encode(lines));
      await peer.send("226 done\r\n");
    },
  });
  await withClient(list("total 1\r\n-rw-r--r-- 1 u g 5 Jan  1  2014 a b\r\n"), async (client) => {
    assertEquals((await client.list("x")).map(({ name }) => name), ["a b"]);
  });
  await withClient(list("what is\r\nthis?\r\n"), async (client) => {
    await assertRejects(() => client.list(""), FtpError, "expected lines as of MLSD");
  });
  const partly = "insgesamt 1\r\n-rw-r--r-- 1 u g 5 Jan  1  2014 a\r\n-rw-r--r-- who knows\r\n";
  await withClient(list(partly), async (client) => {
    await assertRejects(() => client.list(""), FtpError, '"-rw-r--r-- who knows"');
  });
  await withClient(list(""), async (client) => assertEquals(await client.list(""), []));
});

/** Fetches one file from a server of the script. */
async function fetchFrom(answers: FtpAnswers, options: DownloadOptions = {}) {
  await using folder = await temporaryFolder();
  await using server = hostileFtpServer({
    SIZE: `213 ${BODY.length}`,
    MDTM: "213 20140901111556",
    ...answers,
  });
  const results = await download(`${server.url}/sun/a.fits`, {
    folder: folder.path,
    firstWait: 1,
    ...options,
  });
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  const bytes = names.includes("a.fits") ? await Deno.readFile(`${folder.path}/a.fits`) : null;
  return { result: results[0]!, names, bytes, commands: server.commands };
}

/** Sends up to so many bytes and then the reply; what comes after REST from there. */
function cutting(count: number, reply: string): FtpAnswers {
  let from = 0;
  return {
    REST: async (argument, peer) => {
      from = Number(argument);
      await peer.send("350 go on\r\n");
    },
    RETR: async (_, peer) => {
      const start = from;
      from = 0;
      await peer.send("150 here\r\n");
      await peer.data(BODY.subarray(start, start + count));
      await peer.send(start + count >= BODY.length ? "226 done\r\n" : reply);
    },
  };
}

for (
  const reply of [
    "426 broken\r\n",
    "451 local error\r\n",
    "226 done, or so I say\r\n",
    "421 good night\r\n",
  ]
) {
  Deno.test(`download() goes on after ${JSON.stringify(reply)} in the middle of a file`, async () => {
    const { result, names, bytes, commands } = await fetchFrom(cutting(40_000, reply));
    assertEquals([result.error, names], [null, ["a.fits"]]);
    assertEquals(bytes, BODY);
    assertEquals(commands.filter((line) => line.startsWith("REST")), ["REST 40000", "REST 80000"]);
  });
}

Deno.test("download() begins anew where a server knows no REST, and where the file has changed", async () => {
  let count = 0;
  const noRest: FtpAnswers = {
    REST: "502 no",
    RETR: async (_, peer) => {
      await peer.send("150 here\r\n");
      await peer.data(count++ === 0 ? BODY.subarray(0, 40_000) : BODY);
      await peer.send(count === 1 ? "426 broken\r\n" : "226 done\r\n");
    },
  };
  assertEquals((await fetchFrom(noRest)).bytes, BODY);
  let times = 0;
  const changing: FtpAnswers = {
    ...cutting(60_000, "426 broken\r\n"),
    MDTM: (_, peer) => peer.send(`213 2014090111155${Math.min(1, times++)}\r\n`),
  };
  const { result, bytes, commands } = await fetchFrom(changing);
  assertEquals([result.error, bytes], [null, BODY]);
  assertEquals(commands.filter((line) => line.startsWith("REST")), ["REST 60000"]);
});

for (
  const [what, answers, error] of [
    ["a file that is not there", {
      SIZE: "550 no such file",
      MDTM: "550 no",
      RETR: "550 no such file",
    }, /Cannot fetch sun\/a\.fits .*550 no such file/],
    ["more than its size", { SIZE: "213 10", ...RETR }, /more than the 10 bytes of its size/],
    [
      "a wrong password",
      { USER: "331 password?", PASS: "530 wrong" },
      /Cannot log in as anonymous .*530/,
    ],
    ["nothing but 450", { RETR: "450 busy" }, /450 busy \(after 3 attempts\)/],
    ["no data connection", { EPSV: "500 no", PASV: "500 no" }, /Cannot open a data connection/],
    ["a PASV without a port", { EPSV: "500 no", PASV: "227 somewhere" }, /six numbers/],
  ] as [string, FtpAnswers, RegExp][]
) {
  Deno.test(`download() gives up on ${what}, and leaves nothing`, async () => {
    const { result, names } = await fetchFrom(answers, { retries: 2 });
    assertMatch(result.error!, error);
    assertEquals(names, []);
  });
}

Deno.test("download() fetches the others where a pattern leads to no file", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileFtpServer({
    ...RETR,
    SIZE: `213 ${BODY.length}`,
    CWD: (path, peer) => peer.send(path === "nope" ? "550 no such folder\r\n" : "250 there\r\n"),
    MLSD: async (_, peer) => {
      await peer.send("150 here\r\n");
      await peer.data(new TextEncoder().encode("type=file;size=9; a.txt\r\n"));
      await peer.send("226 done\r\n");
    },
  });
  const [nope, none, file] = ["nope/*.fits", "sun/*.fits", "sun/b.fits"]
    .map((path) => `${server.url}/${path}`) as [string, string, string];
  const results = await download([nope, none, file], { folder: folder.path });
  assertEquals(results.map(({ url, outcome, status }) => [url, outcome, status]), [
    [nope, "failed", 550],
    [none, "failed", null],
    [file, "fetched", 226],
  ]);
  assertMatch(results[0]!.error!, /Cannot open the folder nope .*550 no such folder/);
  assertEquals(results[1]!.error, `Cannot fetch ${none}: no file there matches`);
});

Deno.test("download() ends in time while a folder is listed", async () => {
  await using folder = await temporaryFolder();
  let listing = Promise.withResolvers<void>();
  await using server = hostileFtpServer({
    MLSD: async (_, peer) => {
      await peer.send("150 here\r\n");
      listing.resolve();
    },
  });
  const urls = [`${server.url}/sun/*.fits`, `${server.url}/moon/*.fits`, `${server.url}/a.fits`];
  const results = await download(urls, { folder: folder.path, deadline: 200 });
  assertEquals(results.map(({ url }) => url), urls);
  for (const { error } of results) assertMatch(error!, /the deadline of 200 ms has passed/);
  const interrupt = new AbortController();
  const reason = new Error("interrupted");
  listing = Promise.withResolvers<void>();
  void listing.promise.then(() => interrupt.abort(reason));
  const options = { folder: folder.path, signal: interrupt.signal };
  assertEquals(await assertRejects(() => download(urls, options)), reason);
  assertEquals(await assertRejects(() => download(urls, options)), reason);
});

const certificate = (name: string) =>
  Deno.readTextFileSync(new URL(`../../certificates/${name}`, import.meta.url));
const TLS = { cert: certificate("localhost.pem"), key: certificate("localhost.key.pem") };
const AUTHORITY = { caCerts: [certificate("authority.pem")] };

Deno.test("download() speaks TLS at once with ftps: on any port, AUTH TLS with who greets in clear", async () => {
  await using folder = await temporaryFolder();
  const options = { ...AUTHORITY, folder: folder.path, retries: 0 };
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...TLS });
  const serving = (async () => {
    using connection = await listener.accept();
    await connection.write(new TextEncoder().encode("530 nobody today\r\n"));
  })();
  const [implicit] = await download(`ftps://127.0.0.1:${listener.addr.port}/a`, options);
  assertMatch(implicit!.error!, /530 nobody today/);
  await serving;
  await using plain = hostileFtpServer({ AUTH: "502 no TLS here" });
  const [explicit] = await download(plain.url.replace("ftp:", "ftps:") + "/a", options);
  assertMatch(explicit!.error!, /Cannot encrypt .*502 no TLS here/);
  assertEquals(plain.commands.filter((line) => /^[A-Z]+/.test(line))[0], "AUTH TLS");
  assertEquals(plain.commands.some((line) => /USER|PASS/.test(line)), false);
});

Deno.test("FtpClient says whose TLS is broken", async () => {
  using behind = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...TLS });
  using front = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked = Promise.withResolvers<void>();
  const serving = (async () => {
    using connection = await behind.accept();
    await connection.write(new TextEncoder().encode("220 hello\r\n"));
    await connection.read(new Uint8Array(100));
    asked.resolve();
    while (await connection.read(new Uint8Array(100)).catch(() => null) !== null);
  })();
  // Between the two: passes everything on, and puts in a line in clear.
  const passing = (async () => {
    using client = await front.accept();
    using server = await Deno.connect({ hostname: "127.0.0.1", port: behind.addr.port });
    const pass = async (from: Deno.Conn, to: Deno.Conn) => {
      const buffer = new Uint8Array(16_384);
      try {
        for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
          await to.write(buffer.subarray(0, count));
        }
      } catch {
        // The other direction has ended both.
      }
    };
    void pass(server, client);
    void asked.promise.then(() => client.write(new TextEncoder().encode("500 OOPS\r\n")));
    await pass(client, server);
  })();
  const { port } = front.addr;
  const error = await assertRejects(
    () => FtpClient.connect({ hostname: "127.0.0.1", port }, { ...AUTHORITY, tls: "implicit" }),
    ClosedError,
  );
  assertMatch(
    error.message,
    new RegExp(`^Cannot read from ftp://127.0.0.1:${port}: .*InvalidContent`),
  );
  await passing;
  await serving;
});

Deno.test("FtpClient says no goodbye while it waits for a reply, which that would get", async () => {
  const asked = Promise.withResolvers<void>();
  const never = Promise.withResolvers<void>();
  await using server = hostileFtpServer({
    SIZE: async () => {
      asked.resolve();
      await never.promise;
    },
  });
  const lines: string[] = [];
  const client = await FtpClient.connect({ hostname: "127.0.0.1", port: server.port }, {
    onLine: (line) => lines.push(line),
  });
  const size = assertRejects(() => client.size("sun.fits"), ClosedError);
  await asked.promise;
  await client.close();
  await size;
  never.resolve();
  assertEquals(lines.at(-1), "SIZE sun.fits");
});
