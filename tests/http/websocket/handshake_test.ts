import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../net/errors.ts";
import {
  acceptKey,
  answerHandshake,
  confirmHandshake,
  handshakeFields,
  type HandshakePolicy,
  newHandshakeKey,
} from "../../../http/websocket/handshake.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const SAMPLE = {
  "Host": "server.example.com",
  "Upgrade": "websocket",
  "Connection": "Upgrade",
  "Sec-WebSocket-Key": KEY,
  "Sec-WebSocket-Version": "13",
};

function answer(
  changes: Record<string, string>,
  policy: HandshakePolicy = {},
  method = "GET",
  version: "1.0" | "1.1" = "1.1",
) {
  const fields = new Headers({ ...SAMPLE, ...changes });
  for (const [name, value] of Object.entries(changes)) if (value === "") fields.delete(name);
  return answerHandshake({ method, version, fields }, policy);
}

Deno.test("acceptKey() proves the key of RFC 6455 section 1.3", async () => {
  assertEquals(await acceptKey(KEY), ACCEPT);
});

Deno.test("answerHandshake() accepts the sample of RFC 6455 and what varies in it", async () => {
  const varied: Record<string, string>[] = [
    {},
    { "Upgrade": "WebSocket" },
    { "Connection": "keep-alive, upgrade" },
    { "Upgrade": "h2c, websocket" },
  ];
  for (const changes of varied) {
    const answered = await answer(changes);
    assertEquals(answered.status, 101);
    assertEquals(answered.fields, [
      ["Upgrade", "websocket"],
      ["Connection", "Upgrade"],
      ["Sec-WebSocket-Accept", ACCEPT],
    ]);
  }
});

Deno.test("answerHandshake() refuses with the status that RFC 6455 section 4.2 gives", async () => {
  const cases: [
    changes: Record<string, string>,
    status: number,
    method?: string,
    version?: "1.0",
  ][] = [
    [{}, 405, "POST"],
    [{}, 400, "GET", "1.0"],
    [{ "Host": "" }, 400],
    [{ "Upgrade": "" }, 426],
    [{ "Upgrade": "h2c" }, 426],
    [{ "Connection": "keep-alive" }, 426],
    [{ "Sec-WebSocket-Version": "8" }, 426],
    [{ "Sec-WebSocket-Version": "" }, 426],
    [{ "Sec-WebSocket-Key": "" }, 400],
    [{ "Sec-WebSocket-Key": "c2hvcnQ=" }, 400],
    [{ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZR==" }, 400],
    [{ "Sec-WebSocket-Extensions": "a;;" }, 400],
    [{ "Origin": "https://evil.example" }, 403],
    [{ "Origin": "null" }, 403],
    [{ "Origin": "http://server.example.com:81" }, 403],
  ];
  for (const [changes, status, method, version] of cases) {
    const answered = await answer(changes, {}, method, version);
    assertEquals(answered.status, status, JSON.stringify(changes));
    const hasVersion = answered.fields.some(([name, value]) =>
      name === "Sec-WebSocket-Version" && value === "13"
    );
    assertEquals(hasVersion, status === 426 && "Sec-WebSocket-Version" in changes);
  }
});

Deno.test("answerHandshake() lets pages of the same host, allowed origins and programs in", async () => {
  const cases: [origin: string, host: string, origins: string[]][] = [
    ["", "a.example", []],
    ["http://a.example", "a.example", []],
    ["https://A.example", "a.example:443", []],
    ["http://localhost:9000", "localhost:9000", []],
    ["https://page.example", "a.example", ["https://page.example/"]],
    ["null", "a.example", ["*"]],
  ];
  for (const [origin, host, origins] of cases) {
    assertEquals((await answer({ Origin: origin, Host: host }, { origins })).status, 101, origin);
  }
});

Deno.test("answerHandshake() chooses the server's preferred subprotocol, or none", async () => {
  const cases: [offered: string, spoken: string[], chosen: string][] = [
    ["", ["chat"], ""],
    ["chat, superchat", [], ""],
    ["chat, superchat", ["superchat", "chat"], "superchat"],
    ["soap", ["chat"], ""],
  ];
  for (const [offered, protocols, chosen] of cases) {
    const answered = await answer({ "Sec-WebSocket-Protocol": offered }, { protocols });
    assertEquals(answered.status === 101 && "protocol" in answered && answered.protocol, chosen);
    const field = answered.fields.find(([name]) => name === "Sec-WebSocket-Protocol");
    assertEquals(field?.[1], chosen || undefined);
  }
});

Deno.test("answerHandshake() compresses unless the server does not want to", async () => {
  const offer = { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" };
  const field = (fields: readonly [string, string][]) =>
    fields.find(([name]) => name === "Sec-WebSocket-Extensions")?.[1];
  assertEquals(field((await answer(offer)).fields), "permessage-deflate");
  assertEquals(field((await answer(offer, { compression: false })).fields), undefined);
});

Deno.test("handshakeFields() asks for what confirmHandshake() accepts", async () => {
  const key = newHandshakeKey();
  assertMatch(key, /^[A-Za-z0-9+/]{22}==$/);
  const fields = new Headers(handshakeFields(key, { protocols: ["a", "b"] }));
  fields.set("Host", "x");
  const answered = await answerHandshake({ method: "GET", version: "1.1", fields }, {
    protocols: ["b"],
  });
  const confirmed = await confirmHandshake(new Headers([...answered.fields]), key, {
    protocols: ["a", "b"],
  });
  assertEquals(confirmed.protocol, "b");
  assertEquals(confirmed.deflate?.server.windowBits, 15);
  assertThrows(() => handshakeFields(key, { protocols: ["a", "a"] }), ProtocolError);
  assertThrows(() => handshakeFields(key, { protocols: ["a b"] }), ProtocolError);
});

Deno.test("confirmHandshake() refuses a response that proves nothing or gives what was not asked for", async () => {
  const good = { "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": ACCEPT };
  assertEquals((await confirmHandshake(new Headers(good), KEY, {})).deflate, undefined);
  const cases: [changes: Record<string, string>, message: string][] = [
    [{ "Upgrade": "h2c" }, "Upgrade is 'h2c'"],
    [{ "Connection": "close" }, "Connection is 'close'"],
    [{ "Sec-WebSocket-Accept": "AAAA" }, "does not belong to the key"],
    [{ "Sec-WebSocket-Protocol": "chat" }, "'chat' was not asked for"],
    [{ "Sec-WebSocket-Extensions": "x-other" }, "'x-other' were not asked for"],
    [
      { "Sec-WebSocket-Extensions": "permessage-deflate, permessage-deflate" },
      "were not asked for",
    ],
  ];
  for (const [changes, message] of cases) {
    await assertRejects(
      () => confirmHandshake(new Headers({ ...good, ...changes }), KEY, {}),
      ProtocolError,
      message,
    );
  }
  await assertRejects(
    () =>
      confirmHandshake(
        new Headers({ ...good, "Sec-WebSocket-Extensions": "permessage-deflate" }),
        KEY,
        { compression: false },
      ),
    ProtocolError,
    "were not asked for",
  );
});
