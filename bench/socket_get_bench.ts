/** Seconds to download files from nginx into memory: socketGet, fetch, curl. */

import { connect } from "../net/connect.ts";
import { socketGet } from "../http/client/socket_get.ts";
import { compare, printTable, seconds } from "./compare.ts";

const FILES: Readonly<Record<string, { bytes: number; times: number; rounds: number }>> = {
  "one file of 256 MiB": { bytes: 268_435_456, times: 1, rounds: 3 },
  "200 files of 64 KiB, one after the other": { bytes: 65_536, times: 200, rounds: 5 },
};

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function withNginx(work: (url: string, root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const port = freePort();
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${root}/${name};`).join(" ");
  await Deno.writeTextFile(
    `${root}/config`,
    `daemon off; pid ${root}/pid; error_log ${root}/error.log; worker_processes 1; events {}
http { access_log off; sendfile on; ${paths}
server { listen 127.0.0.1:${port}; root ${root}; } }`,
  );
  await Deno.chmod(root, 0o755);
  const nginx = new Deno.Command("nginx", {
    args: ["-p", root, "-e", `${root}/error.log`, "-c", `${root}/config`],
    stderr: "null",
  }).spawn();
  try {
    const url = `http://127.0.0.1:${port}`;
    (await connect(url, { retry: true, deadline: 10_000 })).close();
    await work(url, root);
  } finally {
    nginx.kill("SIGTERM");
    await nginx.status;
    await Deno.remove(root, { recursive: true });
  }
}

async function repeat(times: number, work: () => Promise<number>, bytes: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const received = await work();
    if (received !== bytes) throw new Error(`${received} bytes came, ${bytes} expected`);
  }
}

await withNginx(async (url, root) => {
  for (const [name, { bytes, times, rounds }] of Object.entries(FILES)) {
    using file = await Deno.create(`${root}/${bytes}.bin`);
    await file.truncate(bytes);
    const source = `${url}/${bytes}.bin`;
    const viaSocket = async () => (await socketGet(source)).bytes.length;
    const viaFetch = async () => (await (await fetch(source)).bytes()).length;
    const viaCurl = async () => {
      const sources = Array(times).fill(source);
      const { stdout } = await new Deno.Command("curl", { args: ["-s", ...sources] }).output();
      return stdout.length / times;
    };
    const figures = await compare([
      { name: "socketGet", run: () => seconds(() => repeat(times, viaSocket, bytes)) },
      { name: "fetch", run: () => seconds(() => repeat(times, viaFetch, bytes)) },
      { name: "curl, read through a pipe", run: () => seconds(() => repeat(1, viaCurl, bytes)) },
    ], rounds);
    printTable(name, "s", figures);
  }
});
