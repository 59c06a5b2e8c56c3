/** Deno's built-in server, or its built-in client, at work: see ../websocket_bench.ts. */

import { clientLoop, type Exchange, payload } from "./work.ts";

function serve(socket: WebSocket): void {
  socket.binaryType = "arraybuffer";
  let order: { work: string; size: number; count: number } | undefined;
  let left = 0;
  let image = payload(0);
  socket.onmessage = ({ data }) => {
    if (order === undefined) {
      order = JSON.parse(data) as { work: string; size: number; count: number };
      left = order.count;
      if (order.work.endsWith("down")) image = payload(order.size);
      socket.send("ready");
    } else if (order.work.endsWith("down")) {
      for (let i = 0; i < order.count; i++) {
        socket.send(order.work === "binary-down" ? image : image.toBase64());
      }
    } else if (order.work === "echo") {
      socket.send(data);
    } else {
      const length = order.work === "binary-up"
        ? data.byteLength
        : Uint8Array.fromBase64(data).length;
      if (length !== order.size) throw new Error(`${length} bytes`);
      if (--left === 0) socket.send("done");
    }
  };
}

async function open(url: string): Promise<Exchange> {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const received: (string | ArrayBuffer)[] = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => {
    received.push(data);
    wake();
  };
  await new Promise((resolve) => socket.onopen = resolve);
  const next = async () => {
    while (received.length === 0) await new Promise<void>((resolve) => wake = resolve);
    return received.shift()!;
  };
  return {
    sendText: (text) => socket.send(text),
    sendBinary: (bytes) => socket.send(bytes),
    sendBase64: (bytes) => socket.send(bytes.toBase64()),
    receiveBinary: async () => (await next() as ArrayBuffer).byteLength,
    receiveBase64: async () => Uint8Array.fromBase64(await next() as string).length,
    receiveText: async () => await next() as string,
    close: () => socket.close(),
  };
}

if (Deno.args[0] === "server") {
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(port),
  }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    serve(socket);
    return response;
  });
} else {
  await clientLoop(open);
}
