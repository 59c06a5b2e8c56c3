/**
 * Document 003: an image as Base64 text over a WebSocket, and back.
 *
 * It runs offline: the server is in the same program. The image is saved as
 * out/image_received.jpg, as the document's server does it.
 *
 * deno task example:websocket [IMAGE]
 */

import { connectWebSocket, sendImage, serveImages } from "@heliograph/heliograph/http";

await using server = await serveImages({
  port: 0,
  folder: "out",
  onEvent: (event) => {
    if (event.event === "connecting") console.log(`Client connecting: ${event.peer}`);
    if (event.event === "open") console.log("WebSocket connection open.");
    if (event.event === "text") console.log("Text message received, saving to a file");
    if (event.event === "saved") console.log(`out/${event.name}: ${event.bytes} bytes`);
  },
});

// A picture of one pixel, unless there is a better one.
const PIXEL = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=";
const [path] = Deno.args;
await using connection = await connectWebSocket(server.webSocketUrl);
const { sent, received, identical } = await sendImage(
  connection,
  path ?? Uint8Array.fromBase64(PIXEL),
);
console.log(`Encoded size of the sent image: ${sent} bytes`);
console.log(`Encoded size of the received image: ${received} bytes`);
console.log(identical ? "They are the same." : "They differ.");
