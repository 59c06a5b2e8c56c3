/**
 * WebSocket beside Deno's built-in server and client, the package ws under Node, and
 * python3-websockets: each of them at both ends of a connection, in two processes.
 *
 * All do the same work. A round sends 64 MiB of images, each a message; the image to send
 * is prepared before the clock starts, and the receiver ends with all of each image in
 * memory of its own, made for it. As Base64, each image is encoded anew when it is sent and
 * decoded when it is received: ours piece by piece while it leaves and arrives, the others
 * by way of a string of the whole, since that is what their interfaces take and give. An
 * echo is answered with the same bytes. Nobody compresses.
 *
 * HELIOGRAPH_BENCH_ROUNDS says how many figures are taken of each (default 5).
 */

import { compare, type Contender, printTable } from "./compare.ts";
import { Peer } from "./peer.ts";

const FOLDER = new URL("websocket/", import.meta.url).pathname;
const ROUNDS = Number(Deno.env.get("HELIOGRAPH_BENCH_ROUNDS") ?? "5");
const MIB = 1_048_576;

/** A server and a client of the same kind. */
class Pair implements AsyncDisposable {
  readonly #server: Peer;
  readonly #client: Peer;
  readonly #port: Promise<string>;

  constructor(readonly name: string, command: string, args: (role: string) => string[]) {
    this.#server = new Peer(command, args("server"));
    this.#client = new Peer(command, args("client"));
    this.#port = this.#server.line();
  }

  /** Seconds of one round. */
  async seconds(order: object): Promise<number> {
    const url = `ws://127.0.0.1:${await this.#port}/`;
    return await this.#client.ask(JSON.stringify({ ...order, url }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.#client[Symbol.asyncDispose]();
  }
}

const deno = (file: string) => (role: string) => [
  "run",
  "--allow-net=127.0.0.1",
  "--allow-read",
  "--no-check",
  `${FOLDER}${file}`,
  role,
];
const pairs = [
  new Pair("Heliograph", Deno.execPath(), deno("ours.ts")),
  new Pair("Deno's built-in", Deno.execPath(), deno("builtin.ts")),
];
const temporary = await Deno.makeTempDir();
const npm = await new Deno.Command("npm", {
  args: ["install", "--silent", "--no-fund", "--no-audit", "--prefix", temporary, "ws@8"],
  stdout: "null",
}).output();
if (npm.success) {
  pairs.push(
    new Pair("npm ws, Node", "node", (role) => [`${FOLDER}node_ws.mjs`, role, temporary]),
  );
} else {
  console.log("npm could not install ws: left out");
}
pairs.push(
  new Pair("python3-websockets", "/usr/bin/python3", (role) => [`${FOLDER}python_peer.py`, role]),
);

function contenders(order: object, figure: (seconds: number) => number): Contender[] {
  return pairs.map((pair) => ({
    name: pair.name,
    run: async () => figure(await pair.seconds(order)),
  }));
}

const TITLES: Readonly<Record<string, string>> = {
  "binary-up": "Binary messages, client to server",
  "binary-down": "Binary messages, server to client",
  "base64-up": "Base64 text, encoded and decoded, client to server",
  "base64-down": "Base64 text, encoded and decoded, server to client",
};

try {
  for (const [work, title] of Object.entries(TITLES)) {
    for (const mebibytes of [1, 4, 16]) {
      const count = 64 / mebibytes;
      const order = { work, size: mebibytes * MIB, count, window: 1 };
      const figures = await compare(contenders(order, (seconds) => 64 / seconds), ROUNDS);
      printTable(`${title}: ${mebibytes} MiB`, "MiB/s", figures);
    }
  }
  for (const [window, title] of [[1, "one at a time"], [100, "100 on their way"]] as const) {
    const order = { work: "echo", size: 64, count: 5_000 * (window === 1 ? 1 : 4), window };
    const figures = await compare(contenders(order, (seconds) => order.count / seconds), ROUNDS);
    printTable(`Echo of 64-byte messages, ${title}`, "messages/s", figures);
  }
} finally {
  for (const pair of pairs) await pair[Symbol.asyncDispose]();
  await Deno.remove(temporary, { recursive: true });
}
