/** redis-server from Debian, which can be killed and started again where it was. */

import { RedisConnection } from "../../net/redis/connection.ts";
import { RedisRefusal, type Reply } from "../../net/redis/replies.ts";
import { ROOT } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** Starts before it is given up: another program may have taken the port meanwhile. */
const STARTS = 5;

/** Milliseconds that it may take to answer. */
const START_MS = 30_000;

/** A server that runs. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** The URL of a queue. */
  url(name: string): string;
  /** Asks it one thing, over a connection of its own. */
  ask(...words: (string | number)[]): Promise<Reply>;
  /** Ends it as a power cut does, as far as a process can. */
  kill(): Promise<void>;
  /** Sends it a signal. */
  signal(name: Deno.Signal): void;
  /** Starts it again, with what is on its disk. */
  start(): Promise<void>;
}

/** How it keeps what it is given. */
export const ALWAYS: readonly string[] = ["--appendonly", "yes", "--appendfsync", "always"];
/** The same with at most two seconds lost. */
export const EVERY_SECOND: readonly string[] = ["--appendonly", "yes", "--appendfsync", "everysec"];
/** Nothing is kept. */
export const MEMORY: readonly string[] = ["--appendonly", "no"];

const CERTIFICATES = `${ROOT}tests/certificates`;

/** Its own certificates, for TLS alone. */
const TLS: readonly string[] = [
  ...["--tls-cert-file", `${CERTIFICATES}/localhost.pem`],
  ...["--tls-key-file", `${CERTIFICATES}/localhost.key.pem`],
  ...["--tls-ca-cert-file", `${CERTIFICATES}/authority.pem`, "--tls-auth-clients", "no"],
];

/** The authority that has signed the certificate of a server with TLS. */
export const AUTHORITY: string = `${CERTIFICATES}/authority.pem`;

/** Starts a server on a port that is free. */
export async function startRedis(
  options: readonly string[] = MEMORY,
  password?: string,
  tls = false,
): Promise<RedisServer> {
  const caCerts = tls ? [await Deno.readTextFile(AUTHORITY)] : undefined;
  const endpoint = () => ({ hostname: "127.0.0.1", port, tls, caCerts });
  const folder = await temporaryFolder();
  let process: Deno.ChildProcess | undefined;
  let port = 0;
  const spawn = () =>
    new Deno.Command("redis-server", {
      args: [
        ...(tls ? ["--port", "0", "--tls-port", `${port}`, ...TLS] : ["--port", `${port}`]),
        ...["--bind", "127.0.0.1", "--dir", folder.path, "--save", ""],
        ...["--daemonize", "no", ...options],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  const kill = async () => {
    try {
      process?.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await process?.status;
  };
  const ready = async (): Promise<boolean> => {
    const running = process!;
    let over = false;
    void running.status.then(() => over = true);
    const end = performance.now() + START_MS;
    while (!over && performance.now() < end) {
      try {
        using connection = await RedisConnection.open(endpoint(), 5_000);
        const reply = await connection.send(["PING"]);
        if (reply === "PONG" || (reply instanceof RedisRefusal && reply.code === "NOAUTH")) {
          return true;
        }
      } catch {
        // Not yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  };
  for (let start = 1;; start++) {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    port = listener.addr.port;
    listener.close();
    process = spawn();
    if (await ready()) break;
    await kill();
    if (start === STARTS) throw new Error("redis-server does not start");
  }
  return {
    port,
    url: (name) => `${tls ? "rediss" : "redis"}://127.0.0.1:${port}/${name}`,
    async ask(...words) {
      using connection = await RedisConnection.open(endpoint(), 30_000);
      if (password !== undefined) await connection.send(["AUTH", password]);
      return await connection.send(words);
    },
    kill,
    signal: (name) => process!.kill(name),
    async start() {
      for (let start = 1; start <= STARTS; start++) {
        process = spawn();
        if (await ready()) return;
        await kill();
      }
      throw new Error("redis-server does not start again");
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await folder[Symbol.asyncDispose]();
    },
  };
}
