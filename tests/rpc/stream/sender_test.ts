import { assert, assertEquals, assertRejects } from "../../support/assert.ts";
import { ClosedError } from "../../../net/errors.ts";
import { Sender } from "../../../rpc/stream/sender.ts";
import { until } from "../../support/until.ts";

/** A sink that takes what it is given when it is told to. */
class SlowSink {
  readonly writes: Uint8Array[] = [];
  #waiting: (() => void)[] = [];
  failure: Error | undefined;

  async write(bytes: Uint8Array): Promise<number> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.failure !== undefined) throw this.failure;
    this.writes.push(bytes.slice());
    return bytes.length;
  }

  async proceed(): Promise<void> {
    await until(() => this.#waiting.length > 0, "something is written");
    this.#waiting.shift()!();
    await Promise.resolve();
  }
}

const piece = (length: number, value: number) => new Uint8Array(length).fill(value);

Deno.test("Sender writes messages that wait together in one write", async () => {
  const sink = new SlowSink();
  const sender = new Sender(sink, { source: "test" });
  assertEquals(sender.send([piece(2, 1), piece(1, 2)]), undefined);
  assertEquals(sender.send([piece(1, 3)]), undefined);
  assertEquals(sender.send([piece(1, 4)]), undefined);
  await sink.proceed();
  await sink.proceed();
  await sender.finish();
  assertEquals(sink.writes, [Uint8Array.of(1, 1, 2), Uint8Array.of(3, 4)]);
  assertEquals(sender.sentBytes, 5);
});

Deno.test("Sender copies small messages, so that their memory is free at once", async () => {
  const sink = new SlowSink();
  const sender = new Sender(sink, { source: "test" });
  const message = piece(3, 1);
  sender.send([message]);
  message.fill(9);
  await sink.proceed();
  await sender.finish();
  assertEquals(sink.writes, [Uint8Array.of(1, 1, 1)]);
});

Deno.test("Sender writes large messages from where they are, with the head in the first write", async () => {
  const sink = new SlowSink();
  const sender = new Sender(sink, { source: "test" });
  const large = piece(300_000, 5);
  const written = sender.send([piece(10, 1), large, piece(6, 0)]);
  assert(written !== undefined);
  assert(!sender.congested);
  for (let i = 0; i < 3; i++) await sink.proceed();
  await written;
  assertEquals(sink.writes.map(({ length }) => length), [16_394, 300_000 - 16_384, 6]);
  assertEquals(sink.writes[0]!.subarray(8, 12), Uint8Array.of(1, 1, 5, 5));
});

Deno.test("Sender says when too much waits, and what ended it", async () => {
  const sink = new SlowSink();
  const sender = new Sender(sink, { source: "test" });
  const written = sender.send([piece(5_000_000, 1)]);
  assert(sender.congested);
  sink.failure = new Deno.errors.ConnectionReset("gone");
  await sink.proceed();
  await assertRejects(() => written!, ClosedError);
  await assertRejects(() => sender.send([piece(1, 1)])!, ClosedError);
  await assertRejects(() => sender.finish(), ClosedError);
});
