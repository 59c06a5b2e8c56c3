/** What a client may not do to an array server: to its memory, its time, its files, its other clients. */

import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { ClosedError } from "../../net/errors.ts";
import { ArrayClient, CallError, IdlClient, sendArray, serveArrays } from "../../rpc/mod.ts";
import { encodeMessage as encodeIdlMessage } from "../../rpc/idl/message.ts";
import type { ServeArraysOptions } from "../../rpc/server/array_server.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../support/random.ts";

const MIB = 1024 ** 2;

async function start(options: ServeArraysOptions = {}) {
  const lines: string[] = [];
  let waiting: { pattern: RegExp; resolve: (line: string) => void }[] = [];
  const server = await serveArrays({
    port: 0,
    ...options,
    log(line) {
      lines.push(line);
      waiting = waiting.filter(({ pattern, resolve }) => !pattern.test(line) || resolve(line));
    },
  });
  return {
    server,
    address: server.address,
    logged(pattern: RegExp): Promise<string> {
      const found = lines.find((line) => pattern.test(line));
      if (found !== undefined) return Promise.resolve(found);
      return new Promise((resolve) => waiting.push({ pattern, resolve }));
    },
    connect: () => Deno.connect({ hostname: server.address.hostname, port: server.address.port }),
    /** The server still does its work for somebody else. */
    async stillAnswers(): Promise<void> {
      await using client = await ArrayClient.connect(server.address);
      assertEquals((await client.call("total(indgen(4))"))?.data[0], 6);
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function writeAll(socket: Deno.Conn, ...pieces: Uint8Array[]): Promise<void> {
  for (const piece of pieces) {
    for (let done = 0; done < piece.length;) done += await socket.write(piece.subarray(done));
  }
}

/** What the server sends until it ends the connection; a reset ends it too. */
async function readToEnd(socket: Deno.Conn): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(4096);
  try {
    for (let n = await socket.read(buffer); n !== null; n = await socket.read(buffer)) {
      text += new TextDecoder().decode(buffer.subarray(0, n));
    }
  } catch (error) {
    assert(error instanceof Deno.errors.ConnectionReset, String(error));
  }
  return text;
}

const bytes = (hex: string) => Uint8Array.fromHex(hex.replaceAll(" ", ""));

Deno.test("an array server ends a connection whose message contradicts itself, with a reason", async () => {
  await using running = await start({ maxArray: MIB });
  const cases: [string, RegExp][] = [
    ["474554202f20485454502f312e310d0a", /expected a SIZE vector/],
    ["01000000 07000000 02000000 06000000", /counts 6 elements/],
    ["01000000 03000000 07000000 03000000", /STRING/],
    ["02000000 e8030000 e8030000 05000000 40420f00", /8000000 bytes, at most 1048576/],
    ["484c4731 02000000 00000000 00000000 0000000000000000", /expected 'hello'/],
    ["484c4731 01000000 00000000 00000000 0000000001000000", /at most 0 are allowed/],
    ["484c4731 01000000 00000000 ffffffff 0000000000000000", /4294967295 bytes/],
    ["484c4731 63000000 00000000 00000000 0000000000000000", /its kind is 99/],
  ];
  for (const [hex, reason] of cases) {
    using socket = await running.connect();
    await writeAll(socket, bytes(hex));
    const answer = await readToEnd(socket);
    assertEquals(answer.startsWith("HLG1"), hex.startsWith("484c4731"), hex);
    await running.logged(reason);
  }
  await running.stillAnswers();
});

Deno.test("an array server does not wait for a client that sends half an array, or dribbles", async () => {
  await using running = await start({ messageTimeout: 150 });
  using half = await running.connect();
  const [head, body] = encodeIdlMessage(
    { type: 1, shape: [1000], data: new Uint8Array(1000) },
    "x",
  );
  await writeAll(half, head!, body!.subarray(0, 500));
  using dribbling = await running.connect();
  const ended = readToEnd(dribbling);
  const dribble = (async () => {
    for (const byte of head!) {
      try {
        await dribbling.write(Uint8Array.of(byte));
      } catch {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  await running.stillAnswers();
  assertEquals(await readToEnd(half), "");
  await running.logged(/did not end within 1\d\d ms/);
  assertEquals(await ended, "");
  await dribble;
  assertEquals(running.server.metrics().memory.used, 0);
});

Deno.test("an array server drops what it had of an array when its client goes away", async () => {
  await using running = await start();
  {
    using socket = await running.connect();
    const [head, body] = encodeIdlMessage(
      { type: 1, shape: [1000], data: new Uint8Array(1000) },
      "x",
    );
    await writeAll(socket, head!, body!.subarray(0, 500));
  }
  await running.logged(/the stream ended in the middle of one/);
  await running.stillAnswers();
  assertEquals(running.server.metrics().memory.used, 0);
});

Deno.test("an array server does not wait for a client that never reads its answers", async () => {
  await using running = await start({ writeTimeout: 150, maxVariables: 64 * MIB });
  using idl = await running.connect();
  const command = new TextEncoder().encode("\0".repeat(12) + "return, bytarr(30000000)\n");
  await writeAll(idl, command, command);
  await running.logged(/took nothing for 150 ms/);
  const { promise: stuck, resolve } = Promise.withResolvers<void>();
  const silent = await running.connect();
  void (async () => {
    const ping = bytes("484c4731 07000000 01000000 00000000 0000000000000000");
    const pings = new Uint8Array(ping.length * 10_000);
    for (let i = 0; i < 10_000; i++) pings.set(ping, i * ping.length);
    try {
      await writeAll(silent, bytes("484c4731 01000000 00000000 00000000 0000000000000000"));
      for (;;) await writeAll(silent, pings);
    } catch {
      resolve();
    }
  })();
  await running.stillAnswers();
  await stuck;
  silent.close();
  await running.stillAnswers();
});

Deno.test("an array server serves a thousand connections", async () => {
  await using running = await start();
  const clients = await Promise.all(
    Array.from({ length: 1_000 }, () => IdlClient.connect(running.address)),
  );
  const answers = await Promise.all(clients.map((client, i) => client.send(i, "return, data + 1")));
  assertEquals(answers.map((answer) => Number(answer?.data[0])), clients.map((_, i) => i + 1));
  assertEquals(running.server.metrics().connections, { open: 1_000, total: 1_000 });
  await running.stillAnswers();
  await Promise.all(clients.map((client) => client.close()));
});

Deno.test("an array server stays within its memory, whatever many clients send together", async () => {
  const cap = 48 * MIB;
  await using running = await start({ maxMemory: cap, maxArray: 16 * MIB, workers: 1 });
  let most = 0;
  const watch = setInterval(() => {
    const { used, kept } = running.server.metrics().memory;
    most = Math.max(most, used + kept);
  }, 1);
  const data = new Float64Array(2 * MIB).fill(1);
  const answers = await Promise.all(Array.from({ length: 24 }, async () => {
    await using client = await ArrayClient.connect(running.address);
    return (await client.call("total(data)", { arrays: { data } }))?.data[0];
  }));
  clearInterval(watch);
  assertEquals(answers, Array(24).fill(2 * MIB));
  assert(most <= cap, `${most} bytes were in use`);
  // All of them together are 384 MiB; beside the arrays the process has clients, code and garbage.
  assertEquals(running.server.metrics().memory.used, 0);
});

Deno.test("an array server limits what a command uses", async () => {
  await using running = await start({ maxVariables: 32 * MIB, commandTimeout: 20_000, workers: 1 });
  await using client = await ArrayClient.connect(running.address);
  const cases: [string, string][] = [
    ["fltarr(1e12)", "limit"],
    ["dblarr(1e9,1e9)", "range"],
    ["bytarr(2e9,2e9,2e9)", "range"],
    ["replicate('x', 1e10)", "limit"],
    ["a = bytarr(1000000) & " + "a = [a, a] & ".repeat(30) + "1", "limit"],
    ["(".repeat(5_000) + "1" + ")".repeat(5_000), "limit"],
    ["a = 1" + " & a = a + 1".repeat(20_000), "limit"],
    ["a = 'x' & " + "a = a + a & ".repeat(60) + "1", "limit"],
  ];
  for (const [command, code] of cases) {
    const error = await assertRejects(() => client.call(command), CallError);
    assertEquals(error.code, code, command.slice(0, 40));
  }
  assertEquals((await client.call("1 + 1"))?.data[0], 2);
});

Deno.test("an array server asks for its token before anything else, and not for ever", async () => {
  await using running = await start({ token: "open sesame" });
  await using client = await ArrayClient.connect(running.address, { token: "open sesame" });
  assertEquals((await client.call("1"))?.data[0], 1);
  await assertRejects(() => sendArray(running.address, 1, "return, 1"), ClosedError);
  for (const token of [undefined, "", "open", "open sesame ", ...Array(6).fill("guess")]) {
    const error = await assertRejects(
      () => ArrayClient.connect(running.address, token === undefined ? {} : { token }),
      CallError,
    );
    assertEquals([error.code, error.message], ["unauthorized", "The token is wrong or missing"]);
  }
  const error = await assertRejects(
    () => ArrayClient.connect(running.address, { token: "open sesame" }),
    CallError,
  );
  assertEquals(error.message, "Too many wrong tokens from this address: try again in a minute");
  assertEquals((await client.call("2"))?.data[0], 2);
});

Deno.test("an array server cancels what a client no longer waits for", async () => {
  const aborted: number[] = [];
  await using running = await start({
    drainTimeout: 50,
    functions: {
      wait: ([number], _keywords, { signal }) =>
        new Promise<number>((_resolve, reject) =>
          signal!.addEventListener("abort", () => {
            aborted.push(Number(number!.data[0]));
            reject(new Error("gone"));
          })
        ),
    },
  });
  const client = await ArrayClient.connect(running.address);
  const first = assertRejects(() => client.call("wait(1)"), ClosedError);
  const controller = new AbortController();
  const second = client.call("wait(2)", { signal: controller.signal });
  await client.ping();
  controller.abort(new Error("no more"));
  await assertRejects(() => second, Error, "no more");
  await client.ping();
  assertEquals(aborted, [2]);
  // The connection ends while the first call is under way.
  await running.server.shutdown();
  await first;
  assertEquals(aborted, [2, 1]);
});

Deno.test("an array server cancels long commands in workers", async () => {
  await using running = await start({ workers: 1 });
  await using client = await ArrayClient.connect(running.address);
  const controller = new AbortController();
  const long = "a = dindgen(2000000) & " + "a = sin(a) ^ 1.5d & ".repeat(2_000) + "a[0]";
  const call = client.call(long, { signal: controller.signal });
  await client.ping();
  controller.abort(new Error("no more"));
  await assertRejects(() => call, Error, "no more");
  // There is one worker: it must have been freed for this.
  assertEquals((await client.call("total(lindgen(2000000), /double)"))?.data[0], 1999999000000);
});

const WORDS = (
  "data a b total sqrt fltarr(9) findgen(5) where max print help return image tv plot writefits " +
  "'../x.fits' [1,2] [[1,2],[3,4]] 1 2.5 1e300 -1 5B 7LL ( ) [ ] , : * & = + - / ^ # ## < > eq and " +
  "not ~ ? ; !pi /nan DIM=2 $ \\ \" ' %"
).split(" ");

function randomCommand(random: SeededRandom): string {
  const words = Array.from({ length: random.integer(1, 12) }, () => random.pick(WORDS));
  return words.join(random.pick(["", " ", ","]));
}

Deno.test("an array server survives random messages and commands", async () => {
  await using running = await start({ maxArray: 65_536, maxVariables: MIB, messageTimeout: 2_000 });
  await fuzz(fuzzRounds(150, 4_000), 1, async (random) => {
    using socket = await running.connect();
    const ended = readToEnd(socket);
    try {
      // 25 messages on each connection: 10,000 in all, or 100,000.
      for (let i = 0; i < 25; i++) {
        const data = Float32Array.from({ length: random.integer(1, 9) }, () => random.next() * 100);
        const value = { type: 4 as const, shape: [data.length], data };
        const order = random.pick(["little", "big"] as const);
        const width = random.pick([32, 64] as const);
        const message = encodeIdlMessage(value, randomCommand(random), { order, width });
        if (random.next() < 0.02) {
          message[0]![random.integer(0, message[0]!.length - 1)] = random.integer(0, 255);
        }
        await writeAll(socket, Uint8Array.from(message.flatMap((piece) => [...piece])));
      }
      await socket.closeWrite();
    } catch (error) {
      const gone = error instanceof Deno.errors.ConnectionReset ||
        error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.NotConnected;
      assert(gone, String(error));
    }
    await ended;
  });
  await running.stillAnswers();
  assertEquals(running.server.metrics().memory.used, 0);
});

Deno.test("serveArrays() ends a worker that does not end by itself, or eats all memory", async () => {
  // In a program of its own: Deno 2.9.6 tells that such a worker has ended, and leaves its thread.
  const program = new URL("./hostile_clients/endless_functions.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-net", "--allow-read", "--allow-env", program],
  }).output();
  const decoder = new TextDecoder();
  assertEquals([code, decoder.decode(stderr), decoder.decode(stdout)], [0, "", "as it should\n"]);
});
