/** What was given up is no whole body, whoever asks for the rest. */

import { assertEquals, assertRejects } from "@std/assert";
import type { Transport } from "../../../http/client/exchange.ts";
import { FetchTransport } from "../../../http/client/fetch_transport.ts";
import { SocketTransport } from "../../../http/client/socket_transport.ts";
import { ClosedError } from "../../../net/errors.ts";
import { hostileServer } from "../../support/http/hostile_server.ts";

const PATIENCE = { connectTimeout: 10_000, headTimeout: 10_000, silenceTimeout: 10_000 };

const HEADS = {
  length: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n12345",
  chunked: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
  "no length": "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n12345",
};

for (const [framing, sent] of Object.entries(HEADS)) {
  for (const make of [() => new SocketTransport(), () => new FetchTransport()]) {
    const name = make().constructor.name;
    Deno.test(`${name}: a body that is cancelled between two pieces does not end (${framing})`, async () => {
      await using server = hostileServer((_request, peer) => void peer.send(sent));
      const transport: Transport = make();
      const url = new URL(`${server.url}/a`);
      const request = { method: "GET", url, origin: url.origin, fields: [] } as const;
      const answer = await transport.send(request, PATIENCE);
      assertEquals((await answer.next())?.length, 5);
      answer.cancel();
      for (let i = 0; i < 2; i++) {
        const error = await assertRejects(() => answer.next(), ClosedError);
        assertEquals(error.message, `Cannot read ${url.href}: the rest was given up`);
      }
      transport.close();
    });
  }
}

Deno.test("a whole body stays whole when it is cancelled afterwards", async () => {
  const whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345";
  await using server = hostileServer((_request, peer) => void peer.send(whole));
  for (const transport of [new SocketTransport(), new FetchTransport()]) {
    const url = new URL(`${server.url}/a`);
    const request = { method: "GET", url, origin: url.origin, fields: [] } as const;
    const answer = await transport.send(request, PATIENCE);
    assertEquals((await answer.next())?.length, 5);
    assertEquals(await answer.next(), null);
    answer.cancel();
    assertEquals(await answer.next(), null);
    transport.close();
  }
});
