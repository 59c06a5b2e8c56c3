/**
 * The file server beside nginx with one worker and a Deno.serve that opens and
 * streams the file, under wrk with one thread (Debian: nginx-light, wrk).
 *
 * @module
 */

import { processMemory } from "../tests/support/process_state.ts";
import { compare, type Contender, printNote, printTable } from "./compare.ts";

const SECONDS = Number(Deno.env.get("HELIOGRAPH_BENCH_SECONDS") ?? "2");
const folder = await Deno.makeTempDir();
const root = `${folder}/files`;
const SIZES = { "1k": 1_024, "64k": 65_536, "256m": 268_435_456 };

async function prepareFiles(): Promise<void> {
  await Deno.mkdir(root);
  await Deno.chmod(folder, 0o755);
  for (const [name, size] of Object.entries(SIZES)) {
    const bytes = new Uint8Array(size);
    for (let i = 0; i < size; i += 65_536) {
      crypto.getRandomValues(bytes.subarray(i, Math.min(size, i + 65_536)));
    }
    await Deno.writeFile(`${root}/${name}`, bytes);
  }
  // Files that changed just now are neither kept nor have strong tags.
  await new Promise((resolve) => setTimeout(resolve, 2_100));
}

function nginxConfiguration(port: number, log: boolean): string {
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/nginx-${name};`).join(" ");
  return `worker_processes 1; daemon off; pid ${folder}/nginx-${port}.pid;
error_log ${folder}/nginx-error.log;
events { worker_connections 4096; }
http {
  ${paths}
  access_log ${log ? `${folder}/nginx-access.log` : "off"};
  sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000;
  open_file_cache off; types {} default_type application/octet-stream;
  server { listen 127.0.0.1:${port}; root ${root}; }
}
`;
}

interface Server {
  readonly name: string;
  readonly port: number;
  readonly process: Deno.ChildProcess;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Starts a server whose command line depends on its port, and waits until it answers. */
async function start(
  name: string,
  commandLine: (port: number) => Promise<string[]> | string[],
): Promise<Server> {
  const port = freePort();
  const [program, ...args] = await commandLine(port);
  const errors = await Deno.open(`${folder}/${name.replaceAll(/\W/g, "-")}.log`, {
    create: true,
    append: true,
  });
  const process = new Deno.Command("/bin/sh", {
    // The log goes to a file on both sides.
    args: ["-c", 'exec "$0" "$@" 2>>"$LOG"', program!, ...args],
    env: { LOG: `${folder}/${name.replaceAll(/\W/g, "-")}.log` },
    stdin: "null",
    stdout: "null",
  }).spawn();
  errors.close();
  for (let attempt = 0;; attempt++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return { name, port, process };
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function stop(servers: readonly Server[]): Promise<void> {
  for (const { process } of servers) {
    process.kill("SIGTERM");
    await process.status;
  }
}

const cli = new URL("../cli.ts", import.meta.url).pathname;
const denoServe = new URL("http/deno_serve.ts", import.meta.url).pathname;

function ours(log: boolean): Promise<Server> {
  const flags = log ? ["--access-log", "common"] : [];
  return start(`heliograph serve${log ? " with log" : ""}`, (port) => [
    Deno.execPath(),
    "run",
    "--no-check",
    "--allow-net",
    "--allow-read",
    cli,
    "serve",
    root,
    "--port",
    String(port),
    ...flags,
  ]);
}

function nginx(log: boolean): Promise<Server> {
  return start(`nginx, 1 worker${log ? ", with log" : ""}`, async (port) => {
    const file = `${folder}/nginx-${port}.conf`;
    await Deno.writeTextFile(file, nginxConfiguration(port, log));
    return ["nginx", "-c", file];
  });
}

function streams(): Promise<Server> {
  return start("Deno.serve, opens and streams", (port) => [
    Deno.execPath(),
    "run",
    "--no-check",
    "--allow-net",
    "--allow-read",
    denoServe,
    root,
    String(port),
  ]);
}

/** One run of wrk: requests per second, or MiB per second. */
async function wrk(
  { port }: Server,
  path: string,
  { connections = 32, fields = [], rate = "requests" }: {
    connections?: number | undefined;
    fields?: string[] | undefined;
    rate?: "requests" | "transfer" | undefined;
  } = {},
): Promise<number> {
  const { stdout } = await new Deno.Command("wrk", {
    args: [
      "-t1",
      `-c${connections}`,
      `-d${SECONDS}s`,
      ...fields.flatMap((field) => ["-H", field]),
      `http://127.0.0.1:${port}/${path}`,
    ],
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (/Non-2xx|Socket errors/.test(text) && fields.length === 0) throw new Error(text);
  if (rate === "requests") return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)![1]);
  const [, number, unit] = /Transfer\/sec:\s+([\d.]+)(\w+)/.exec(text)!;
  return Number(number) * { KB: 1 / 1024, MB: 1, GB: 1024 }[unit as "KB" | "MB" | "GB"];
}

async function etag({ port }: Server, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, { method: "HEAD" });
  return response.headers.get("etag") ?? '""';
}

async function compareServers(
  title: string,
  unit: string,
  servers: readonly Server[],
  run: (server: Server) => Promise<number>,
): Promise<void> {
  const contenders: Contender[] = servers.map((server) => ({
    name: server.name,
    run: () => run(server),
  }));
  printTable(title, unit, await compare(contenders, 3));
}

/** Memory of a process in MiB. */
function memory({ process }: Server): number {
  return processMemory(process.pid, "VmRSS") / 1_048_576;
}

/** Median and worst time of one request on a new connection, in milliseconds. */
async function latency(server: Server, times: number): Promise<[number, number]> {
  const all: number[] = [];
  const request = new TextEncoder().encode("GET /1k HTTP/1.1\r\nHost: x\r\n\r\n");
  const buffer = new Uint8Array(4096);
  for (let i = 0; i < times; i++) {
    const begin = performance.now();
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await conn.write(request);
    await conn.read(buffer);
    all.push(performance.now() - begin);
  }
  all.sort((a, b) => a - b);
  return [all[times >> 1]!, all.at(-1)!];
}

async function idleConnections(server: Server): Promise<void> {
  const request = new TextEncoder().encode("GET /1k HTTP/1.1\r\nHost: x\r\n\r\n");
  const buffer = new Uint8Array(4096);
  const before = memory(server);
  const idle: Deno.Conn[] = [];
  for (let i = 0; i < 1_000; i++) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await conn.write(request);
    await conn.read(buffer);
    idle.push(conn);
  }
  const after = memory(server);
  const [median, worst] = await latency(server, 200);
  printNote(
    `| ${server.name} | ${before.toFixed(0)} | ${after.toFixed(0)} | ` +
      `${median.toFixed(2)} | ${worst.toFixed(2)} |`,
  );
  for (const conn of idle) conn.close();
}

async function withoutLog(): Promise<void> {
  const servers = [await ours(false), await nginx(false), await streams()];
  const title = (text: string) => `${text}, access log off`;
  try {
    for (const path of ["1k", "64k"]) {
      const what = title(`${path === "1k" ? "1 KiB" : "64 KiB"}, 32 connections`);
      await compareServers(what, "req/s", servers, (server) => wrk(server, path));
    }
    const tags = new Map<Server, string>();
    for (const server of servers) tags.set(server, await etag(server, "1k"));
    await compareServers(
      title("304, 32 connections"),
      "req/s",
      servers.slice(0, 2),
      (server) => wrk(server, "1k", { fields: [`If-None-Match: ${tags.get(server)}`] }),
    );
    await compareServers(
      title("256 MiB, 4 connections"),
      "MiB/s",
      servers,
      (server) => wrk(server, "256m", { connections: 4, rate: "transfer" }),
    );
    printNote(
      "\n### 1,000 idle connections\n\n" +
        "| | MiB before | MiB with them | median ms of a new request | worst |\n" +
        "|---|---:|---:|---:|---:|",
    );
    const fresh = [await ours(false), servers[1]!];
    for (const server of fresh) await idleConnections(server);
    await stop([fresh[0]!]);
  } finally {
    await stop(servers);
  }
}

async function withLog(): Promise<void> {
  const servers = [await ours(true), await nginx(true)];
  try {
    for (const path of ["1k", "64k"]) {
      const what = `${path === "1k" ? "1 KiB" : "64 KiB"}, 32 connections, access log to a file`;
      await compareServers(what, "req/s", servers, (server) => wrk(server, path));
    }
  } finally {
    await stop(servers);
  }
}

try {
  await prepareFiles();
  await withoutLog();
  await withLog();
} finally {
  await Deno.remove(folder, { recursive: true });
}
