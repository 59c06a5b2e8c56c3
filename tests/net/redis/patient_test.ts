/** A server that refuses, goes away and comes back, by a script over plain sockets. */

import { assertEquals, assertRejects } from "@std/assert";
import { HeliographError } from "../../../net/errors.ts";
import { parseQueueUrl } from "../../../net/redis/address.ts";
import { type PatientOptions, PatientRedis, RedisError } from "../../../net/redis/patient.ts";
import { ReplyDecoder } from "../../../net/redis/replies.ts";
import { writeAll } from "../../../net/write_all.ts";

/** What is answered to a command of a connection; null ends the connection. */
type Script = (
  words: readonly string[],
  connection: number,
) => string | null | Promise<string | null>;

interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly connections: () => number;
}

function serve(script: Script): ScriptedServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let connections = 0;
  const open = new Set<Deno.Conn>();
  const talk = async (connection: Deno.Conn, number: number) => {
    const decoder = new ReplyDecoder();
    const piece = new Uint8Array(4_096);
    try {
      for (let count; (count = await connection.read(piece)) !== null;) {
        decoder.push(piece.subarray(0, count));
        for (let words; (words = decoder.next()) !== undefined;) {
          const reply = await script(words as string[], number);
          if (reply === null) return;
          await writeAll(connection, [new TextEncoder().encode(reply)]);
        }
      }
    } catch {
      // The client has ended the connection.
    } finally {
      if (open.delete(connection)) connection.close();
    }
  };
  const serving = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      void talk(connection, ++connections);
    }
  })();
  return {
    port: listener.addr.port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) connection.close();
      open.clear();
      await serving;
    },
  };
}

const client = (port: number, options: PatientOptions = {}) =>
  new PatientRedis(parseQueueUrl(`redis://127.0.0.1:${port}/q`), options);

Deno.test("PatientRedis asks again where a refusal passes, elsewhere if it is moved", async () => {
  const refusals = [
    ["LOADING Redis is loading the dataset in memory", 1],
    ["MASTERDOWN Link with MASTER is down", 1],
    ["TRYAGAIN Multiple keys request during rehashing of slot", 1],
    ["BUSY Redis is busy running a script.", 1],
    ["NOREPLICAS Not enough good replicas to write.", 1],
    ["MISCONF Errors writing to the AOF file: No space left on device", 1],
    ["ERR max number of clients reached", 1],
    ["READONLY You can't write against a read only replica.", 2],
    ["UNBLOCKED force unblock from blocking operation, instance state changed", 2],
  ] as const;
  for (const [refusal, connections] of refusals) {
    let asked = 0;
    await using server = serve(() => ++asked < 3 ? `-${refusal}\r\n` : "+done\r\n");
    const said: string[] = [];
    using redis = client(server.port, {
      onAway: (reason) => said.push(reason),
      onBack: () => said.push("back"),
    });
    assertEquals(await redis.ask("SET", "x", 1), "done");
    assertEquals(said, [refusal, "back"]);
    assertEquals(server.connections(), connections === 1 ? 1 : 3, refusal);
  }
});

Deno.test("PatientRedis asks once where no waiting helps, and names the command", async () => {
  const start = "Cannot use the queue redis://127.0.0.1:";
  for (
    const [refusal, text] of [
      ["NOAUTH Authentication required.", "SET is refused: NOAUTH Authentication required."],
      [
        "NOPERM this user has no permissions to run the 'set' command",
        "SET is refused: NOPERM this user has no permissions to run the 'set' command",
      ],
      ["WRONGTYPE Operation against a key", "WRONGTYPE Operation against a key"],
      ["OOM command not allowed when used memory > 'maxmemory'.", "OOM command not allowed"],
      ["\x1b]0;gone\x07 no code", " no code"],
    ] as const
  ) {
    let asked = 0;
    await using server = serve(() => {
      asked++;
      return `-${refusal}\r\n`;
    });
    using redis = client(server.port);
    const error = await assertRejects(() => redis.ask("SET", "x", 1), RedisError);
    assertEquals(error.message.startsWith(start), true, error.message);
    assertEquals(error.message.includes(text), true, error.message);
    assertEquals(error.message.includes("\x1b"), false);
    assertEquals(asked, 1);
  }
});

Deno.test("PatientRedis counts patience from when the server goes away", async () => {
  // The command is held for longer than the patience, which the server is there for.
  await using server = serve(async (_, connection) => {
    if (connection > 1) return "+late\r\n";
    await new Promise((resolve) => setTimeout(resolve, 300));
    return null;
  });
  using redis = client(server.port, { patience: 20 });
  assertEquals(await redis.ask("XREAD", "BLOCK", 300), "late");
});

Deno.test("PatientRedis waits for a server that takes no more connections, once it has had one", async () => {
  let full = false;
  await using server = serve(([command], connection) => {
    if (command !== "AUTH") return connection === 1 ? null : "+done\r\n";
    if (connection === 1) return "+OK\r\n";
    full = !full;
    return full ? "-ERR max number of clients reached\r\n" : "+OK\r\n";
  });
  using redis = client(server.port, { password: "pw" });
  assertEquals(await redis.ask("PING"), "done");
  assertEquals(server.connections(), 3);
  using late = client(server.port, { password: "pw" });
  const error = await assertRejects(() => late.ask("PING"), HeliographError);
  assertEquals(
    error.message,
    `Cannot reach the queue redis://127.0.0.1:${server.port}/q: ERR max number of clients reached`,
  );
});
