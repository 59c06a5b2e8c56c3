import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  connectWebSocket,
  type ImageExchangeEvent,
  sendImage,
  serveImages,
  type ServeImagesOptions,
} from "../../../http/mod.ts";
import { ClosedError, ProtocolError } from "../../../net/mod.ts";
import { SeededRandom } from "../../support/random.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const GIF = Uint8Array.fromBase64("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=");
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...new SeededRandom(5).bytes(3_000_000)]);

async function exchange(options: ServeImagesOptions = {}) {
  const folder = await temporaryFolder();
  const events: ImageExchangeEvent[] = [];
  const server = await serveImages({
    port: 0,
    folder: folder.path,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const files = () => [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  return {
    url: server.webSocketUrl,
    server,
    folder: folder.path,
    events,
    files,
    read: (name: string) => Deno.readFileSync(`${folder.path}/${name}`),
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("an image without a name becomes image_received.jpg, replaced each time, and comes back verbatim", async () => {
  await using there = await exchange();
  await using connection = await connectWebSocket(there.url);
  for (const image of [GIF, JPEG, PNG]) {
    const { seconds, ...echo } = await sendImage(connection, image);
    const size = image.toBase64().length;
    assertEquals(echo, {
      bytes: image.length,
      sent: size,
      received: size,
      identical: true,
      reply: undefined,
    });
    assert(seconds > 0);
    assertEquals(there.read("image_received.jpg"), image);
  }
  assertEquals(there.files(), ["image_received.jpg"]);
  await connection.close();
  await there.server.shutdown();
  assertEquals(there.events.map(({ event }) => event), [
    "connecting",
    "open",
    ...["text", "saved", "text", "saved", "text", "saved"],
    "closed",
  ]);
});

Deno.test("a binary message comes back and is not saved, unless that is wanted", async () => {
  for (const saveBinary of [false, true]) {
    await using there = await exchange({ saveBinary });
    await using connection = await connectWebSocket(there.url);
    assert((await sendImage(connection, JPEG, { binary: true })).identical);
    assertEquals(there.files(), saveBinary ? ["image_received.jpg"] : []);
    const binary = there.events.find(({ event }) => event === "binary");
    assert(binary?.event === "binary" && binary.bytes === JPEG.length);
  }
});

Deno.test("an image with a name gets a safe name of its own, after its real type", async () => {
  await using there = await exchange();
  const cases: [name: string, image: Uint8Array, saved: string][] = [
    ["sun.gif", GIF, "sun.gif"],
    ["sun.gif", GIF, "sun-1.gif"],
    ["sun.jpeg", JPEG, "sun.jpeg"],
    ["sun.exe", PNG, "sun.exe.png"],
    ["sun.png", GIF, "sun-2.gif"],
    ["../../etc/passwd", GIF, "passwd.gif"],
    ["..", GIF, "image.gif"],
    [".hidden", PNG, "hidden.png"],
    ["a\u0000b\u202egnp.exe", PNG, "a_b_gnp.exe.png"],
    ["CON.png", PNG, "_CON.png"],
    ["", PNG, "image.png"],
    ["x".repeat(400) + ".png", PNG, "x".repeat(196) + ".png"],
  ];
  for (const [name, image, saved] of cases) {
    await using connection = await connectWebSocket(
      `${there.url}?name=${encodeURIComponent(name)}`,
    );
    assert((await sendImage(connection, image)).identical);
    assertEquals(there.read(saved), image, name);
  }
  assertEquals(there.files(), cases.map(([, , saved]) => saved).sort());
});

Deno.test("with keep, every image gets a file of its own", async () => {
  await using there = await exchange({ keep: true });
  await using connection = await connectWebSocket(there.url);
  for (const image of [GIF, GIF, PNG]) await sendImage(connection, image);
  assertEquals(there.files(), ["image_received-1.gif", "image_received.gif", "image_received.png"]);
});

Deno.test("what is no image in Base64 gets one text reply, is not saved, and the next one goes on", async () => {
  await using there = await exchange();
  await using connection = await connectWebSocket(there.url);
  const large = "A".repeat(4_000_000);
  const cases: [text: string, reply: string][] = [
    ["no Base64!", "Not saved: Cannot decode Base64 at character 9: the character '!'"],
    ["", "Not saved: the bytes are of no known kind of image: they begin with nothing"],
    ["aGVsbG8=", "Not saved: the bytes are of no known kind of image: they begin with 68656c6c6f"],
    [large, "Not saved: the bytes are of no known kind of image: they begin with 0000000000000000"],
    [
      GIF.toBase64() + "=",
      "Not saved: Cannot decode Base64 at character 48: the character '=' after the padding",
    ],
    [
      JPEG.toBase64().slice(0, -1) + "?",
      `Not saved: Cannot decode Base64 at character ${
        JPEG.toBase64().length - 1
      }: the character '?'`,
    ],
  ];
  for (const [text, reply] of cases) {
    await connection.send(text);
    assertEquals(await (await connection.receive())?.text(), reply);
  }
  assertEquals(there.files(), []);
  assert((await sendImage(connection, GIF)).identical);
  const refused = await sendImage(connection, new TextEncoder().encode("plain text"));
  assertEquals([refused.identical, refused.reply?.startsWith("Not saved: ")], [false, true]);
});

Deno.test("white space and a data URL's head are accepted, and the echo is verbatim", async () => {
  await using there = await exchange();
  await using connection = await connectWebSocket(there.url);
  const folded = "data:image/gif;base64,\r\n" + GIF.toBase64().replace(/.{10}/g, "$&\r\n") + " ";
  await connection.send(folded);
  assertEquals(await (await connection.receive())?.text(), folded);
  assertEquals(there.read("image_received.jpg"), GIF);
});

Deno.test("a message over the limit ends the connection with 1009 and leaves nothing behind", async () => {
  await using there = await exchange({ maxMessageSize: 100_000 });
  const connection = await connectWebSocket(there.url);
  await assertRejects(() => sendImage(connection, JPEG), ClosedError);
  assertEquals((await connection.closed).code, 1009);
  await there.server.shutdown();
  assertEquals(there.files(), []);
});

Deno.test("a client that is lost in the middle of an image leaves nothing behind", async () => {
  await using there = await exchange();
  const connection = await connectWebSocket(there.url);
  const begun = Promise.withResolvers<void>();
  async function* half(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(JPEG.subarray(0, 2_000_001).toBase64());
    begun.resolve();
    await connection.closed;
  }
  const sending = connection.send(half(), { kind: "text" });
  await begun.promise;
  connection.abort();
  await assertRejects(() => sending, ClosedError);
  await there.server.shutdown();
  assertEquals(there.files(), []);
  const closed = there.events.at(-1);
  assert(closed?.event === "closed" && closed.code === 1006);
});

Deno.test("many clients at once each get their own image back", async () => {
  await using there = await exchange();
  const random = new SeededRandom(9);
  await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const image = new Uint8Array([...PNG, ...random.bytes(200_000 + i)]);
    await using connection = await connectWebSocket(`${there.url}?name=many${i}.png`);
    for (let round = 0; round < 2; round++) {
      assert((await sendImage(connection, image, { binary: round === 1 })).identical);
    }
    assertEquals(there.read(`many${i}.png`), image);
  }));
});

Deno.test("pages elsewhere, names that are not the server's, and those without the token are refused", async () => {
  await using there = await exchange({ token: "s3cret", origins: ["https://page.example"] });
  const http = there.server.url;
  const attempts: [url: string, fields: Record<string, string>, status: number][] = [
    [there.url, {}, 401],
    [`${there.url}?token=wrong`, {}, 401],
    [`${there.url}?token=s3cret`, { Origin: "https://evil.example" }, 403],
    [`${there.url}events`, {}, 401],
    [`${there.url}?token=s3cret`, {}, 101],
    [`${there.url}?token=s3cret`, { Origin: "https://page.example" }, 101],
    [there.url, { Authorization: "Bearer s3cret" }, 101],
  ];
  for (const [url, fields, status] of attempts) {
    const opening = connectWebSocket(url, { fields });
    if (status === 101) await (await opening).close();
    else await assertRejects(() => opening, ProtocolError, `answered ${status} `);
  }
  // A name that an attacker has made to stand for 127.0.0.1.
  const rebound = await connectHost(there.server.address.port, "rebound.example");
  assert(rebound.startsWith("HTTP/1.1 421 "), rebound);
  const page = await fetch(http);
  assertEquals(page.status, 200);
  await page.body?.cancel();
  const image = await fetch(new URL("images/image_received.jpg", http));
  assertEquals(image.status, 401);
  await image.body?.cancel();
});

async function connectHost(port: number, host: string): Promise<string> {
  const socket = await Deno.connect({ port });
  await socket.write(
    new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
  );
  const answer = await new Response(socket.readable).text();
  return answer;
}

Deno.test("the page, its files and received images are served, and the list is told live", async () => {
  await using there = await exchange({ keep: true });
  const http = there.server.url;
  const page = await fetch(http);
  const policy = page.headers.get("content-security-policy")!;
  assert(policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'"));
  const html = await page.text();
  for (const [name, type] of [["exchange.js", "text/javascript"], ["exchange.css", "text/css"]]) {
    assert(html.includes(name!));
    const file = await fetch(new URL(name!, http));
    assertEquals(file.headers.get("content-type"), `${type}; charset=utf-8`);
    assert((await file.text()).length > 500);
  }
  await using list = await connectWebSocket(`${there.url}events`);
  const next = async () => JSON.parse(await (await list.receive())!.text());
  assertEquals(await next(), []);
  await using connection = await connectWebSocket(there.url);
  await sendImage(connection, GIF);
  const [told] = await next();
  assertEquals([told.name, told.bytes, told.type], ["image_received.gif", GIF.length, "image/gif"]);
  await sendImage(connection, PNG);
  assertEquals((await next()).map(({ name }: { name: string }) => name), [
    "image_received.png",
    "image_received.gif",
  ]);
  const image = await fetch(new URL(`images/${told.name}?at=1`, http));
  assertEquals(image.headers.get("content-type"), "image/gif");
  assert(image.headers.get("content-security-policy")!.includes("sandbox"));
  assertEquals(await image.bytes(), GIF);
  for (
    const path of ["images/..%2f..%2fetc%2fpasswd", "images/%zz", "images/other.png", "nothing"]
  ) {
    const missing = await fetch(new URL(path, http));
    assertEquals(missing.status, 404, path);
    await missing.body?.cancel();
  }
  const posted = await fetch(http, { method: "POST" });
  assertEquals([posted.status, posted.headers.get("allow")], [405, "GET, HEAD"]);
  await posted.body?.cancel();
});

Deno.test("with echoOnly every message comes back and nothing is saved", async () => {
  await using there = await exchange({ echoOnly: true });
  await using connection = await connectWebSocket(there.url);
  for (const text of ["", "no image", GIF.toBase64(), "Grüße".repeat(400_000)]) {
    await connection.send(text);
    assertEquals(await (await connection.receive())?.text(), text);
  }
  assertEquals(there.files(), []);
});

Deno.test("a folder that cannot be written to is told to the client without its path", async () => {
  await using there = await exchange();
  Deno.removeSync(there.folder);
  await using connection = await connectWebSocket(there.url);
  const { identical, reply } = await sendImage(connection, GIF);
  assertEquals([identical, reply], [false, "Not saved: the server cannot write to its folder"]);
  const refused = there.events.filter(({ event }) => event === "refused")
    .map(({ peer: _, ...event }) => event);
  const reason = `Cannot write into '${there.folder}': there is no such folder`;
  assertEquals(refused, [{ event: "refused", reason, own: true }]);
  Deno.mkdirSync(there.folder);
});
