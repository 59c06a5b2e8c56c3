/** The package ws under Node, as server or client: see ../websocket_bench.ts. */

import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const { WebSocket, WebSocketServer } = createRequire(`${process.argv[3]}/`)("ws");

function payload(size) {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 7) ^ (i >> 8);
  return bytes;
}

const OPTIONS = { maxPayload: 2 ** 28, perMessageDeflate: false };
if (process.argv[2] === "server") {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, ...OPTIONS });
  server.on("listening", () => console.log(server.address().port));
  server.on("connection", (socket) => {
    let order;
    let left = 0;
    let image;
    socket.on("message", (data) => {
      if (order === undefined) {
        order = JSON.parse(data);
        left = order.count;
        if (order.work.endsWith("down")) image = payload(order.size);
        socket.send("ready");
      } else if (order.work.endsWith("down")) {
        for (let i = 0; i < order.count; i++) {
          socket.send(order.work === "binary-down" ? image : image.toString("base64"));
        }
      } else if (order.work === "echo") {
        socket.send(data);
      } else {
        const { length } = order.work === "binary-up" ? data : Buffer.from(String(data), "base64");
        if (length !== order.size) throw new Error(`${length} bytes`);
        if (--left === 0) socket.send("done");
      }
    });
  });
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const { url, ...order } = JSON.parse(line);
    const { work, size, count, window } = order;
    const socket = new WebSocket(url, OPTIONS);
    const received = [];
    let wake = () => {};
    socket.on("message", (data) => {
      received.push(data);
      wake();
    });
    await new Promise((resolve) => socket.on("open", resolve));
    const next = async () => {
      while (received.length === 0) await new Promise((resolve) => wake = resolve);
      return received.shift();
    };
    const send = (data) => new Promise((resolve) => socket.send(data, resolve));
    socket.send(JSON.stringify(order));
    const bytes = payload(size);
    await next();
    const start = performance.now();
    if (work === "echo") {
      for (let sent = 0, back = 0; back < count; back++) {
        while (sent < count && sent - back < window) {
          socket.send(bytes);
          sent++;
        }
        await next();
      }
    } else if (work.endsWith("down")) {
      socket.send("go");
      for (let i = 0; i < count; i++) {
        const data = await next();
        const image = work === "binary-down" ? data : Buffer.from(String(data), "base64");
        if (image.length !== size) throw new Error(`${image.length} bytes`);
      }
    } else {
      for (let i = 0; i < count; i++) {
        await send(work === "binary-up" ? bytes : bytes.toString("base64"));
      }
      await next();
    }
    console.log((performance.now() - start) / 1000);
    socket.close();
  }
}
