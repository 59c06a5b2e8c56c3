/**
 * Document 000, "How to write a Client-Server application using Sockets": SockServer,
 * SockClient and SockTest in one program.
 *
 * The client starts first and waits for its server, as the document's does. It sends a
 * picture with a command; the server carries it out and puts the picture on disk. Without
 * a file it sends a picture of its own.
 *
 * deno task example:rpc [FILE.jpg]
 */

import { encodeJpeg } from "@heliograph/heliograph/fits";
import { arrayFromFile, IdlClient, serveArrays } from "@heliograph/heliograph/rpc";

const [file] = Deno.args;
const folder = "out/rpc_image";
await Deno.mkdir(folder, { recursive: true });
const port = freePort();

// IDL> SockClient
const connecting = IdlClient.connect({ hostname: "localhost", port }, {
  retry: true,
  deadline: 10_000,
});

// IDL> SockServer
const shown = Promise.withResolvers<string>();
await using _server = await serveArrays({
  port,
  output: folder,
  log(line) {
    console.log(line);
    const name = /Wrote (\S+\.png)/.exec(line)?.[1];
    if (name !== undefined) shown.resolve(name);
  },
});
await using client = await connecting;
console.log("% SOCKCLIENT: Server connection established on LUN 100");

// IDL> SockTest,100
const jpeg = file === undefined ? await testImage(512) : await Deno.readFile(file);
const data = await arrayFromFile(jpeg, file ?? "the test image");
await client.send(data, "a=image(data,/no_tool)");

console.log(`The picture is in ${folder}/${await shown.promise}`);
const total = await client.send(data, "return, total(data, /double)");
console.log(`total(data) is ${total?.data[0]}`);

/** A disk with a bright limb and two spots, as a JPEG file. */
async function testImage(size: number): Promise<Uint8Array<ArrayBuffer>> {
  const pixels = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const radius = Math.hypot(x - size / 2, y - size / 2) / (size * 0.42);
      const spot = Math.min(
        Math.hypot(x - size * 0.4, y - size * 0.35) / (size * 0.03),
        Math.hypot(x - size * 0.62, y - size * 0.6) / (size * 0.05),
      );
      const limb = radius < 1 ? 120 + 130 * radius ** 4 : 255 * Math.exp((1 - radius) * 9);
      const level = limb * Math.min(1, spot);
      pixels.set([level, level * 0.7, level * 0.2], (y * size + x) * 3);
    }
  }
  return await encodeJpeg({ width: size, height: size, color: "rgb", data: pixels });
}

/** A port that no one uses; the document's is 21038. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
