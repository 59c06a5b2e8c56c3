import { assert, assertEquals, assertRejects } from "../../support/assert.ts";
import { ClosedError, FormatError, TimeoutError } from "../../../net/errors.ts";
import {
  ArrayClient,
  type ArrayInput,
  CallError,
  idlArray,
  type IdlValue,
  serveArrays,
} from "../../../rpc/mod.ts";

const numbers = (value: IdlValue | undefined) => [...(value?.data ?? [])].map(Number);
const CERTIFICATES = new URL("../../certificates/", import.meta.url);

Deno.test("ArrayClient gets each answer when its call is done, whatever the order", async () => {
  const gates = new Map<number, () => void>();
  const entered: number[] = [];
  const allEntered = Promise.withResolvers<void>();
  await using server = await serveArrays({
    port: 0,
    functions: {
      wait: async ([number]) => {
        const which = Number(number!.data[0]);
        entered.push(which);
        if (entered.length === 3) allEntered.resolve();
        await new Promise<void>((resolve) => gates.set(which, resolve));
        return which * 10;
      },
    },
  });
  await using client = await ArrayClient.connect(server.address);
  const done: number[] = [];
  const calls = [1, 2, 3].map((i) =>
    client.call(`wait(${i})`).then((value) => done.push(...numbers(value)))
  );
  await allEntered.promise;
  for (const i of [2, 3, 1]) {
    gates.get(i)!();
    await Promise.any(calls.filter((_, k) => k === i - 1));
  }
  assertEquals(done, [20, 30, 10]);
});

Deno.test("ArrayClient's calls that speak of one variable run in their order", async () => {
  await using server = await serveArrays({ port: 0, workers: 2 });
  await using client = await ArrayClient.connect(server.address);
  const calls = [
    client.call("a = total(lindgen(3000000), /double)"),
    client.call("a = a + 1"),
    client.call("b = 5"),
    client.call("a + b"),
  ];
  assertEquals(numbers((await Promise.all(calls))[3]), [4499998500006]);
});

Deno.test("ArrayClient keeps to the calls that a server takes at one time", async () => {
  let running = 0;
  let most = 0;
  await using server = await serveArrays({
    port: 0,
    maxInFlight: 3,
    functions: {
      async work() {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        return 1;
      },
    },
  });
  await using client = await ArrayClient.connect(server.address);
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.call("work()")));
  assertEquals(answers.length, 20);
  assertEquals(most, 3);
});

Deno.test("ArrayClient passes on lines that a command prints, with their call", async () => {
  await using server = await serveArrays({ port: 0 });
  await using client = await ArrayClient.connect(server.address);
  const lines: string[] = [];
  await Promise.all(
    ["'a'", "'b'"].map((text) =>
      client.call(`print, ${text}`, { onPrint: (line) => lines.push(line) })
    ),
  );
  assertEquals(lines.sort(), ["a", "b"]);
});

Deno.test("ArrayClient tells the code and the place of a failure", async () => {
  await using server = await serveArrays({ port: 0 });
  await using client = await ArrayClient.connect(server.address);
  const cases: [string, string, number][] = [
    ["1 + nothing(2)", "name", 4],
    ["a = 1 & a + nothing(2)", "name", 12],
    ["1 +", "syntax", 3],
    ["(1", "syntax", 2],
    ["bytarr(3)[7]", "range", 9],
  ];
  for (const [command, code, position] of cases) {
    const error = await assertRejects(() => client.call(command), CallError);
    assertEquals(error.code, code, command);
    assert(Math.abs(error.position! - position) <= 2, `${command}: ${error.position}`);
  }
});

Deno.test("ArrayClient gives up when its deadline passes, and the server too", async () => {
  await using server = await serveArrays({ port: 0, workers: 1 });
  await using client = await ArrayClient.connect(server.address);
  const long = "a = dindgen(1000000) & " + "a = sin(a) ^ 1.5d & ".repeat(2_000) + "a[0]";
  const error = await assertRejects(() => client.call(long, { deadline: 100 }));
  assert(error instanceof TimeoutError || (error as CallError).code === "time", String(error));
  assertEquals(numbers(await client.call("1 + 1")), [2]);
});

Deno.test("ArrayClient.connect() waits for a server that starts later, no longer than its deadline", async () => {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr as Deno.NetAddr;
  probe.close();
  let attempts = 0;
  const waited = Promise.withResolvers<void>();
  const connecting = ArrayClient.connect({ hostname: "127.0.0.1", port }, {
    retry: true,
    deadline: 20_000,
    onRetry: () => ++attempts === 2 && waited.resolve(),
  });
  await waited.promise;
  await using server = await serveArrays({ port });
  await using client = await connecting;
  assertEquals(numbers(await client.call("1")), [1]);
  assertEquals(server.address.port, port);
  await assertRejects(
    () => ArrayClient.connect({ hostname: "127.0.0.1", port: 1 }, { retry: true, deadline: 50 }),
    TimeoutError,
  );
});

Deno.test("ArrayClient.connect() is not held by a server that says nothing", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  await assertRejects(
    () =>
      ArrayClient.connect({ hostname: "127.0.0.1", port: listener.addr.port }, { deadline: 50 }),
    TimeoutError,
    "no hello within",
  );
  (await accepted).close();
});

Deno.test("ArrayClient fails its calls when the connection ends", async () => {
  const server = await serveArrays({
    port: 0,
    drainTimeout: 10,
    functions: { wait: () => new Promise<number>(() => {}) },
  });
  const client = await ArrayClient.connect(server.address);
  const call = assertRejects(() => client.call("wait()"), ClosedError);
  await client.ping();
  await server.shutdown();
  await call;
  await assertRejects(() => client.call("1"), ClosedError);
  await client.close();
});

Deno.test("ArrayClient refuses what the server could not take, and goes on", async () => {
  await using server = await serveArrays({
    port: 0,
    functions: { nothing: () => idlArray(new Float64Array(0), [0]) },
  });
  await using client = await ArrayClient.connect(server.address);
  const cases: [Record<string, ArrayInput>, string][] = [
    [{ a: { shape: [2, 2], data: new Uint8Array(3) } }, "Cannot send 3 elements as [2, 2]"],
    [
      { a: new Float64Array(0) },
      "the shape [0]: expected at most 8 dimensions, each of at least 1",
    ],
    [{ a: [] }, "the shape [0]"],
    [{ a: { shape: [3, 0], data: new Uint8Array(0) } }, "the shape [3, 0]"],
    [
      { a: { shape: [1, 1, 1, 1, 1, 1, 1, 1, 1], data: new Uint8Array(1) } },
      "at most 8 dimensions",
    ],
    [{ "my array": 1 }, "Cannot send the array 'my array': expected a name"],
  ];
  for (const [arrays, message] of cases) {
    await assertRejects(() => client.call("1", { arrays }), FormatError, message);
  }
  await assertRejects(() => client.call("nothing()"), CallError, "a dimension of 0");
  assertEquals(numbers(await client.call("[1, 2]")), [1, 2]);
});

Deno.test("ArrayClient speaks TLS", async () => {
  const pem = (name: string) => Deno.readTextFile(new URL(name, CERTIFICATES));
  await using server = await serveArrays({
    port: 0,
    cert: await pem("localhost.pem"),
    key: await pem("localhost.key.pem"),
  });
  await using client = await ArrayClient.connect(
    { hostname: "localhost", port: server.address.port, tls: true },
    { caCerts: [await pem("authority.pem")] },
  );
  const data = new Float64Array(300_000).fill(2);
  assertEquals(numbers(await client.call("total(data)", { arrays: { data } })), [600_000]);
});

Deno.test("a received array is a view of the memory that was received, not a copy", async () => {
  const size = 8 * 1024 ** 2;
  const found: { offset: number; buffer: number }[] = [];
  await using server = await serveArrays({
    port: 0,
    functions: {
      look: ([array]) => {
        const { byteOffset, buffer } = array!.data as Float64Array;
        found.push({ offset: byteOffset, buffer: buffer.byteLength });
        return array!.data.length;
      },
    },
  });
  await using client = await ArrayClient.connect(server.address);
  const data = new Float64Array(size / 8).fill(1);
  const small = Float64Array.of(1);
  await client.call("look(data)", { arrays: { data: small } });
  await client.call("look(data)", { arrays: { small, data } });
  // One payload holds both arrays, and the second begins behind the first.
  assertEquals([found[1]!.offset, found[1]!.buffer], [8, size + 8]);
});

Deno.test("what a call's onPrint throws fails that call, and no other", async () => {
  await using server = await serveArrays({ port: 0 });
  await using client = await ArrayClient.connect(server.address);
  const other = client.call("x = dindgen(3000000) & return, total(x)");
  let printed = 0;
  const mine = client.call("print, 1 & print, 2 & return, 3", {
    onPrint: () => {
      printed++;
      throw new Error("my callback failed");
    },
  });
  const later = client.call("return, 1 + 1");
  await assertRejects(() => mine, Error, "my callback failed");
  assertEquals([numbers(await other), numbers(await later)], [[4499998500000], [2]]);
  assertEquals(printed, 1);
});
