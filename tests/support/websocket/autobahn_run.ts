/** Runs the cases of the Autobahn test suite against this library, as server and as client. */

import {
  connectWebSocket,
  serveHttp,
  upgradeWebSocket,
  type WebSocketConnection,
} from "../../../http/mod.ts";
import { ClosedError, HeliographError } from "../../../net/mod.ts";
import type { FrameCase, MessageCase } from "./autobahn_cases.ts";
import {
  describe,
  probeClients,
  ProbeDirection,
  probeServer,
  type WebSocketProbe,
} from "./probe.ts";

/** What the suite asks of both ends: to send every message back. */
async function echo(connection: WebSocketConnection): Promise<void> {
  for await (const message of connection) {
    await connection.send(await message.bytes(), { kind: message.kind });
  }
}

/** Which end the library is. */
export type Role = "server" | "client";

/**
 * Lets probes talk to the library, one after the other.
 *
 * @param role Which end the library is.
 * @param extensions What the client offers and the server answers, with the library
 * at the other end.
 * @param talks What each probe does; the results in their order.
 */
export async function talkTo<T>(
  role: Role,
  extensions: { offers: string; answer: string },
  talks: readonly ((probe: WebSocketProbe) => Promise<T>)[],
): Promise<T[]> {
  const results: T[] = [];
  if (role === "server") {
    await using server = await serveHttp(
      { port: 0 },
      (request) => upgradeWebSocket(request, { handler: echo }),
    );
    for (const talk of talks) {
      const probe = await probeServer(server.url, extensions.offers);
      results.push(await talk(probe));
      probe.close();
    }
    return results;
  }
  const waiting = talks.values();
  await using clients = probeClients(() => extensions.answer, async (probe) => {
    results.push(await waiting.next().value!(probe));
  });
  for (let i = 0; i < talks.length; i++) {
    const connection = await connectWebSocket(clients.url);
    try {
      await echo(connection);
      await connection.close();
    } catch (error) {
      // What the probe did was wrong on purpose; what it saw is in the results.
      if (!(error instanceof HeliographError)) throw error;
    }
    await connection.closed;
  }
  return results;
}

/** The answers to a case of frames, up to the close frame. */
export async function playFrames(probe: WebSocketProbe, test: FrameCase): Promise<string[]> {
  const answers: string[] = [];
  const awaited = Promise.withResolvers<void>();
  const sending = (async () => {
    for (const { bytes, chop, wait } of test.steps) {
      await probe.send(bytes(probe), chop);
      if (wait !== undefined) await awaited.promise;
    }
  })().catch((error) => {
    // Whoever breaks the protocol may find the connection closed.
    if (!(error instanceof ClosedError)) throw error;
  });
  for (;;) {
    const answer = await probe.next();
    answers.push(answer);
    awaited.resolve();
    if (answer === "end" || answer.startsWith("close")) break;
  }
  await sending;
  return answers;
}

/** Sends the messages of a case one by one; says what was not as it was sent. */
export async function playMessages(
  probe: WebSocketProbe,
  test: MessageCase,
  role: Role,
): Promise<string> {
  const extension = /^Sec-WebSocket-Extensions: *(.*?)\r$/mi.exec(probe.head)?.[1] ?? "";
  if (test.answer !== "") {
    const agreed = role === "server" ? extension : test.answer;
    if (!agreed.startsWith("permessage-deflate")) return `unimplemented: ${extension}`;
    probe.deflate = directions(agreed, role);
  }
  const { data, size, kind } = test;
  for (let i = 0, at = 0; i < test.count; i++) {
    const message = new Uint8Array(size);
    for (let done = 0; done < size;) {
      const part = data.subarray(at, at + size - done);
      message.set(part, done);
      done += part.length;
      at = (at + part.length) % data.length;
    }
    for (const frame of await probe.message(kind, message, test.fragment)) await probe.send(frame);
    const answer = await probe.next();
    if (answer !== describe(kind, message)) return `message ${i}: ${answer}`;
  }
  await probe.send(probe.frame({ opcode: 8, payload: new Uint8Array([3, 232]) }));
  return await probe.next();
}

function directions(agreed: string, role: Role) {
  const bits = (side: string) =>
    Number(new RegExp(`${side}_max_window_bits=(\\d+)`).exec(agreed)?.[1] ?? 15);
  const keeps = (side: string) => !agreed.includes(`${side}_no_context_takeover`);
  const server = new ProbeDirection(bits("server"), keeps("server"));
  const client = new ProbeDirection(bits("client"), keeps("client"));
  return role === "server" ? { own: client, peers: server } : { own: server, peers: client };
}
