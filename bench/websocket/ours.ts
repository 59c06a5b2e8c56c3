/** Our server, or our client, at work: see ../websocket_bench.ts. */

import { base64Length } from "../../http/websocket/base64/encoder.ts";
import {
  connectWebSocket,
  serveHttp,
  upgradeWebSocket,
  type WebSocketConnection,
} from "../../http/mod.ts";
import { decodeBase64, encodeBase64Stream } from "../../http/websocket/base64_stream.ts";
import { clientLoop, type Exchange, payload } from "./work.ts";

const OPTIONS = { compression: false } as const;

function sendBase64(connection: WebSocketConnection, image: Uint8Array): Promise<void> {
  const size = base64Length(image.length);
  return connection.send(encodeBase64Stream([image]), { kind: "text", size });
}

async function serve(connection: WebSocketConnection): Promise<void> {
  const order = JSON.parse(await (await connection.receive())!.text());
  const { work, size, count } = order;
  const image = payload(size);
  await connection.send("ready");
  if (work === "echo") {
    for await (const message of connection) await connection.send(await message.bytes());
  } else if (work.endsWith("down")) {
    await (await connection.receive())!.text();
    for (let i = 0; i < count; i++) {
      if (work === "binary-down") await connection.send(image);
      else await sendBase64(connection, image);
    }
    await connection.receive();
  } else {
    for (let i = 0; i < count; i++) {
      const message = (await connection.receive())!;
      const got = await (work === "binary-up" ? message.bytes() : decodeBase64(message));
      if (got.length !== size) throw new Error(`${got.length} bytes`);
    }
    await connection.send("done");
    await connection.receive();
  }
}

async function open(url: string): Promise<Exchange> {
  const connection = await connectWebSocket(url, OPTIONS);
  return {
    sendText: (text) => connection.send(text),
    sendBinary: (bytes) => connection.send(bytes),
    sendBase64: (bytes) => sendBase64(connection, bytes),
    receiveBinary: async () => (await (await connection.receive())!.bytes()).length,
    receiveBase64: async () => (await decodeBase64((await connection.receive())!)).length,
    receiveText: async () => await (await connection.receive())!.text(),
    close: async () => void await connection.close(),
  };
}

if (Deno.args[0] === "server") {
  const server = await serveHttp(
    { port: 0 },
    (request) => upgradeWebSocket(request, { ...OPTIONS, handler: serve }),
  );
  console.log(server.address.port);
} else {
  await clientLoop(open);
}
