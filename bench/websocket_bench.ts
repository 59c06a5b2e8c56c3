/**
 * WebSocket beside Deno's built-in server and client, the package ws under Node, and
 * python3-websockets: each of them at both ends of a connection, in two processes.
 *
 * All do the same work. A round sends 64 MiB of images, each a message; the image to send
 * is prepared before the clock starts, and the receiver ends with all of each image in
 * memory of its own, made for it. As Base64, each image is encoded again when it is sent and
 * decoded when it is received: ours piece by piece while it leaves and arrives, the others
 * by way of a string of the whole, since that is what their interfaces take and give. An
 * echo is answered with the same bytes. No one compresses.
 *
 * Every table has processes of its own: an allocator that has seen images of 16 MiB keeps
 * memory for those of 1 MiB, and the order of the tables would be part of the figures.
 *
 * HELIOGRAPH_BENCH_ROUNDS says how many figures are taken of each (default 7).
 */

import { compare, type Contender, printTable } from "./compare.ts";
import { Peer } from "./peer.ts";

const FOLDER = new URL("websocket/", import.meta.url).pathname;
const ROUNDS = Number(Deno.env.get("HELIOGRAPH_BENCH_ROUNDS") ?? "7");
const MIB = 1_048_576;

/** A program that is a server or a client, as it is told. */
interface Kind {
  readonly name: string;
  readonly command: string;
  readonly args: (role: "server" | "client") => string[];
}

/** A server and a client of the same kind. */
class Pair implements AsyncDisposable {
  readonly #server: Peer;
  readonly #client: Peer;
  readonly #port: Promise<string>;

  constructor({ command, args }: Kind) {
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

const deno = (name: string, file: string): Kind => ({
  name,
  command: Deno.execPath(),
  args: (role) => [
    ...["run", "--allow-net=127.0.0.1", "--allow-read", "--no-check"],
    ...[`${FOLDER}${file}`, role],
  ],
});
const kinds = [deno("Heliograph", "ours.ts"), deno("Deno's built-in", "builtin.ts")];
const temporary = await Deno.makeTempDir();
const npm = await new Deno.Command("npm", {
  args: ["install", "--silent", "--no-fund", "--no-audit", "--prefix", temporary, "ws@8"],
  stdout: "null",
}).output();
if (npm.success) {
  kinds.push({
    name: "npm ws, Node",
    command: "node",
    args: (role) => [`${FOLDER}node_ws.mjs`, role, temporary],
  });
} else {
  console.log("npm could not install ws: left out");
}
kinds.push({
  name: "python3-websockets",
  command: "/usr/bin/python3",
  args: (role) => [`${FOLDER}python_peer.py`, role],
});

/** Prints what pairs of all kinds take for an order. */
async function printComparison(
  title: string,
  unit: string,
  order: object,
  figure: (seconds: number) => number,
): Promise<void> {
  await using pairs = new AsyncDisposableStack();
  const contenders = kinds.map((kind): Contender => {
    const pair = pairs.use(new Pair(kind));
    return { name: kind.name, run: async () => figure(await pair.seconds(order)) };
  });
  printTable(title, unit, await compare(contenders, ROUNDS));
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
      const order = { work, size: mebibytes * MIB, count: 64 / mebibytes, window: 1 };
      await printComparison(`${title}: ${mebibytes} MiB`, "MiB/s", order, (time) => 64 / time);
    }
  }
  for (const [window, title] of [[1, "one at a time"], [100, "100 on their way"]] as const) {
    const order = { work: "echo", size: 64, count: 5_000 * (window === 1 ? 1 : 4), window };
    const name = `Echo of 64-byte messages, ${title}`;
    await printComparison(name, "messages/s", order, (time) => order.count / time);
  }
} finally {
  await Deno.remove(temporary, { recursive: true });
}
