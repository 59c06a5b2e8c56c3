import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MessageQueue } from "../../../http/websocket/message_queue.ts";
import { ClosedError } from "../../../net/errors.ts";

/** Puts a message of some bytes in, whole. */
function put(queue: MessageQueue, size: number): void {
  queue.begin("binary", size);
  for (let left = size; left > 0; left -= 65_536) {
    queue.arriving?.put(new Uint8Array(Math.min(left, 65_536)));
  }
  queue.finish(size);
}

/** Whether a promise has resolved by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  const done = promise.then(() => true);
  for (let i = 0; i < 10; i++) await Promise.resolve();
  return await Promise.race([done, Promise.resolve(false)]);
}

Deno.test("receive() gives messages in order, those that are there and those that begin later", async () => {
  const queue = new MessageQueue();
  put(queue, 1);
  put(queue, 2);
  const lengths: number[] = [];
  for (let i = 0; i < 2; i++) lengths.push((await (await queue.receive())!.bytes()).length);
  const later = [queue.receive(), queue.receive()];
  assert(!await isDone(later[0]!));
  queue.begin("text", undefined);
  const third = (await later[0])!;
  assertEquals([third.kind, third.size], ["text", undefined]);
  queue.arriving!.put(new Uint8Array([0x48, 0x69]));
  queue.finish(2);
  assertEquals(await third.text(), "Hi");
  put(queue, 4);
  lengths.push((await (await later[1])!.bytes()).length);
  assertEquals(lengths, [1, 2, 4]);
});

Deno.test("room() waits while 256 messages or 256 KiB wait, until one is received", async () => {
  for (const [size, most] of [[0, 256], [50, 256], [1_024, 256], [65_536, 4]] as const) {
    const queue = new MessageQueue();
    for (let count = 1; count <= most; count++) {
      assert(!queue.full, `${count} messages of ${size}`);
      put(queue, size);
    }
    assert(queue.full);
    const room = queue.room();
    assert(!await isDone(room));
    await queue.receive();
    await room;
    assert(!queue.full);
  }
});

Deno.test("workedOn() waits for the next request behind the last message, or the end of a loop", async () => {
  const queue = new MessageQueue();
  assert(await isDone(queue.workedOn()));
  put(queue, 1);
  const first = queue.workedOn();
  const message = (await queue.receive())!;
  await message.bytes();
  assert(!await isDone(first));
  void queue.receive();
  await first;

  const looped = new MessageQueue();
  put(looped, 1);
  const second = looped.workedOn();
  for await (const message of looped) {
    assert(looped.looping);
    await message.bytes();
    assert(!await isDone(second));
    break;
  }
  await second;
  assert(!looped.looping);
});

Deno.test("shut() drops what begins from then on and waits for nobody", async () => {
  for (const wait of ["room", "workedOn"] as const) {
    const queue = new MessageQueue();
    for (let i = 0; i < 256; i++) put(queue, 1);
    const waiting = queue[wait]();
    assert(!await isDone(waiting));
    queue.shut();
    await waiting;
    put(queue, 1);
    queue.end(undefined);
    let count = 0;
    for await (const message of queue) count += (await message.bytes()).length;
    assertEquals(count, 256);
  }
});

Deno.test("breakOff() and end() tell the reader of half a message and whoever still receives", async () => {
  const failure = new ClosedError("The connection is lost");
  for (const error of [undefined, failure]) {
    const queue = new MessageQueue();
    const half = queue.receive();
    queue.begin("binary", 10);
    const bytes = (await half)!.bytes();
    queue.breakOff(failure);
    assertEquals(queue.arriving, undefined);
    // What follows of it is nobody's.
    queue.finish(10);
    await assertRejects(() => bytes, ClosedError, "is lost");
    const waiting = queue.receive();
    queue.end(error);
    assert(queue.ended);
    for (const receiving of [waiting, queue.receive()]) {
      assertEquals(await receiving.catch((error) => error), error);
    }
  }
});

Deno.test("a message that is not read is dropped when the next is asked for", async () => {
  const queue = new MessageQueue();
  const receiving = queue.receive();
  queue.begin("binary", 100_000);
  const unread = (await receiving)!;
  const busy = queue.arriving!.put(new Uint8Array(100_000));
  assert(busy !== undefined && !await isDone(busy));
  void queue.receive();
  await busy;
  assertThrows(() => void unread.bytes(), ClosedError, "the next one was asked for");
});
