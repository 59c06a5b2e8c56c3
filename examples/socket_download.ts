/**
 * Document 001: download a file over a bare socket.
 *
 * It runs offline: a file server of our own with a picture of a sample Sun stands
 * in for the mission's. The request is written by hand, the head is read line by
 * line, the body by its Content-Length; at the end the same in one call.
 *
 * deno task example:socket-download
 */

import { encodeJpeg, renderImage, sampleSun } from "@heliograph/heliograph/fits";
import { fileHandler, serveHttp, socketGet } from "@heliograph/heliograph/http";
import { connect, SocketReader, writeAll } from "@heliograph/heliograph/net";

const output = Deno.args[0] ?? "out/output.jpeg";
const path = "/assets/img/latest/f_211_193_171_512.jpg";

// The server: a folder with one picture.
const root = "out/socket_download";
await Deno.mkdir(`${root}/assets/img/latest`, { recursive: true });
const picture = renderImage(sampleSun({ size: 512 }), { colormap: "continuum", limits: "minmax" });
await Deno.writeFile(root + path, await encodeJpeg(picture));
await using server = await serveHttp({ port: 0 }, fileHandler({ root }));
const { hostname, port } = server.address;

// socket,lun,host,80,/get_lun
const socket = await connect({ hostname, port });
const reader = new SocketReader(socket, { timeout: 10_000 });

// printf,lun,"GET ... HTTP/1.1": lines that end in a line feed, the last one empty.
const request = [`GET ${path} HTTP/1.1`, `Host: ${hostname}:${port}`, "", ""].join("\n");
await writeAll(socket, new TextEncoder().encode(request));

// readf,lun,text until a line is empty
const header: string[] = [];
for (let text; (text = await reader.readLine(8192));) header.push(text);
console.log(header.join("\n"));

// data=bytarr(62458) & readu,lun,data
const length = header.find((line) => /^content-length:/i.test(line))!.split(":")[1]!;
const data = await reader.readExactly(Number(length));
socket.close();

// writeu,lun,data
await Deno.writeFile(output, data);
console.log(`${output}: ${data.length} bytes`);

// The same in one call, which also knows chunks, TLS, limits and deadlines.
const answer = await socketGet(`http://${hostname}:${port}${path}`);
const same = answer.bytes.every((byte, i) => byte === data[i]) &&
  answer.bytes.length === data.length;
console.log(`socketGet: ${answer.status}, ${answer.bytes.length} bytes, the same: ${same}`);
