/**
 * Document 002: a server on sockets that accepts HTTP requests, and galaxy.jpg.
 *
 * It runs offline: the picture is drawn here, and a client on a bare socket asks
 * for it, as a browser would with http://localhost:8000/galaxy.jpg.
 *
 * deno task example:http-server [PORT]
 */

import { encodeJpeg } from "@heliograph/heliograph/fits";
import { fileHandler, serveHttp, socketGet } from "@heliograph/heliograph/http";

const folder = "out/example-http-server";
await Deno.mkdir(folder, { recursive: true });
await Deno.writeFile(`${folder}/galaxy.jpg`, await encodeJpeg(galaxy(512)));

// SockServerHTTP: GET requests are answered with the files of a folder.
const files = fileHandler({ root: folder });
const serve = (port: number) =>
  serveHttp({ port }, (request) => {
    console.log(request.method, request.target, `HTTP/${request.version}`);
    return files(request);
  });
await using server = await serve(Number(Deno.args[0] ?? 8000)).catch((error) => {
  // Without a port of its own it takes another, such as beside the station.
  if (Deno.args.length > 0 || !/the port is in use/.test(error.message)) throw error;
  console.error(error.message);
  return serve(0);
});
console.log(`% SOCKSERVERHTTP: Server listening on port ${server.address.port}`);

// The browser: a file that is there, and one that is not.
for (const name of ["galaxy.jpg", "nebula.jpg"]) {
  const { status, reason, fields, bytes } = await socketGet(new URL(name, server.url));
  console.log(`HTTP/1.1 ${status} ${reason}`);
  console.log(`Content-Length: ${fields.get("content-length")}`);
  if (status === 200) await Deno.writeFile(`${folder}/received.jpg`, bytes);
}

/** A spiral galaxy: a bright bulge and two arms whose light falls off outwards. */
function galaxy(size: number) {
  const data = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const u = (2 * x) / size - 1;
      const v = ((2 * y) / size - 1) * 1.5;
      const radius = Math.hypot(u, v);
      const arms = Math.cos(Math.atan2(v, u) - 2.6 * Math.log(radius + 0.02)) ** 4;
      const disc = Math.exp(-2.6 * radius) * (0.2 + arms);
      const bulge = Math.exp(-80 * radius * radius);
      const at = 3 * (y * size + x);
      data[at] = Math.min(255, 150 * disc + 255 * bulge);
      data[at + 1] = Math.min(255, 165 * disc + 235 * bulge);
      data[at + 2] = Math.min(255, 220 * disc + 190 * bulge);
    }
  }
  return { width: size, height: size, color: "rgb" as const, data };
}
