/** Echoes lines; the test starts it with few file descriptors. */

import { serveTcp } from "../../../net/serve_tcp.ts";
import { SocketReader } from "../../../net/socket_reader.ts";
import { writeAll } from "../../../net/write_all.ts";

const server = serveTcp({
  onError: (error) => console.error(error instanceof Error ? error.message : error),
}, async ({ socket }) => {
  const reader = new SocketReader(socket);
  for (let line = await reader.readLine(100); line !== null; line = await reader.readLine(100)) {
    await writeAll(socket, new TextEncoder().encode(line + "\n"));
  }
});
console.log(server.address.port);
await server.finished;
