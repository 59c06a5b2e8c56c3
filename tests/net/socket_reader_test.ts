import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ClosedError, LimitError, TimeoutError } from "../../net/errors.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { fuzz, fuzzRounds } from "../support/random.ts";

const encoder = new TextEncoder();

/** A source that gives its pieces one by one, however large the target is. */
function source(...pieces: (string | Uint8Array)[]) {
  const queue = pieces.map((piece) => typeof piece === "string" ? encoder.encode(piece) : piece);
  return {
    read(target: Uint8Array): Promise<number | null> {
      const piece = queue.shift();
      if (piece === undefined) return Promise.resolve(null);
      const count = Math.min(piece.length, target.length);
      target.set(piece.subarray(0, count));
      if (count < piece.length) queue.unshift(piece.subarray(count));
      return Promise.resolve(count);
    },
  };
}

const text = (bytes: Uint8Array | null) => bytes === null ? null : new TextDecoder().decode(bytes);

Deno.test("SocketReader.readLine() takes LF and CR LF, split anywhere", async () => {
  const reader = new SocketReader(source("one\r", "\ntw", "o\n\n\r\nthree"), { bufferSize: 4 });
  const lines: (string | null)[] = [];
  for (let i = 0; i < 6; i++) lines.push(await reader.readLine(100));
  assertEquals(lines, ["one", "two", "", "", "three", null]);
  assertEquals([reader.ended, reader.position], [true, 17]);
});

Deno.test("SocketReader.readLine() gives up at its limit, its end included", async () => {
  assertEquals(await new SocketReader(source("1234\n")).readLine(5), "1234");
  const long = new SocketReader(source("12345\n"), { source: "the camera" });
  const error = await assertRejects(() => long.readLine(5), LimitError);
  assertEquals(
    error.message,
    "Cannot read from the camera: no end of the line or block within 5 bytes",
  );
  const endless = { read: (target: Uint8Array) => Promise.resolve(target.fill(65).length) };
  await assertRejects(() => new SocketReader(endless).readLine(100_000), LimitError);
});

Deno.test("SocketReader.readUntil() finds a sequence across pieces and false starts", async () => {
  const reader = new SocketReader(source("a\r", "\n\r\r\n", "\r\nrest"), { bufferSize: 2 });
  const end = encoder.encode("\r\n\r\n");
  assertEquals(text(await reader.readUntil(end, 100)), "a\r\n\r\r\n\r\n");
  assertEquals(text(await reader.readToEnd()), "rest");
  await assertRejects(() => reader.readUntil(end, 100), ClosedError, "ended after 0 bytes");
  await assertRejects(
    () => new SocketReader(source("12345\r\n\r\n")).readUntil(end, 8),
    LimitError,
    "within 8 bytes",
  );
});

Deno.test("SocketReader.peek(), skip(), readSome() and readInto() share one position", async () => {
  const reader = new SocketReader(source("abc", "defg", "hijklmnop"), { bufferSize: 4 });
  assertEquals(text(await reader.peek(5)), "abcde");
  await reader.skip(4);
  const some = new Uint8Array(2);
  assertEquals([await reader.readSome(some), text(some)], [2, "ef"]);
  const rest = new Uint8Array(8);
  await reader.readInto(rest);
  assertEquals([text(rest), reader.position], ["ghijklmn", 14]);
  assertEquals(text(await reader.peek(50)), "op");
  await assertRejects(() => reader.readInto(rest), ClosedError, "ended after 2 bytes, 8 were");
  assertEquals(await reader.readSome(some), null);
});

Deno.test("SocketReader.readExactly() allocates nothing over the cap", async () => {
  const reader = new SocketReader(source("x".repeat(10)), { maxBytes: 4 });
  assertEquals(text(await reader.readExactly(4)), "xxxx");
  await assertRejects(() => reader.readExactly(2 ** 52), LimitError, "at most 4 are allowed");
  await assertRejects(() => reader.readToEnd(), LimitError, "within 4 bytes");
});

Deno.test("SocketReader.consume() takes no more than is buffered", async () => {
  const reader = new SocketReader(source("ab"));
  assert(await reader.fill());
  assertThrows(() => reader.consume(3), RangeError, "2 are buffered");
});

Deno.test("SocketReader.fill() and ended tell the end of the stream from that of the buffer", async () => {
  const reader = new SocketReader(source("ab"));
  assertEquals([await reader.fill(), await reader.fill(), await reader.fill()], [
    true,
    false,
    false,
  ]);
  assertEquals([reader.ended, text(reader.buffered)], [false, "ab"]);
  reader.consume(1);
  assertEquals([reader.ended, reader.position], [false, 1]);
  assertThrows(() => reader.consume(2), RangeError, "Cannot consume 2 bytes: 1 are buffered");
  reader.consume(1);
  assertEquals([reader.ended, reader.position], [true, 2]);
  const more = new SocketReader(source("c"));
  await more.fill();
  more.consume(1);
  assertEquals(more.ended, false);
});

Deno.test("SocketReader.readUntil() takes a sequence at once, and within its limit only", async () => {
  const end = encoder.encode("--");
  const reader = new SocketReader(source("--a--bcd--"));
  assertEquals(text(await reader.readUntil(end, 2)), "--");
  assertEquals(text(await reader.readUntil(end, 3)), "a--");
  await assertRejects(() => reader.readUntil(end, 4), LimitError, "within 4 bytes");
  assertEquals(text(await reader.readUntil(end, 5)), "bcd--");
});

Deno.test("SocketReader gives errors that are no disconnect as they are", async () => {
  const fault = new TypeError("a fault of the program");
  const reader = new SocketReader({ read: () => Promise.reject(fault) });
  const found = await assertRejects(() => reader.fill());
  assertEquals(found === fault, true);
});

Deno.test("SocketReader closes a connection that is silent past the deadline", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const silent = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const reader = new SocketReader(silent, { timeout: 50, source: "10.0.0.1:9999" });
  const error = await assertRejects(() => reader.readLine(10), TimeoutError);
  assertEquals(error.message, "Cannot read from 10.0.0.1:9999: nothing came for 50 ms");
  listener.close();
  reader.release();
});

Deno.test("SocketReader takes a new deadline for a read that is under way", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const silent = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const reader = new SocketReader(silent, { source: "10.0.0.1:9999" });
  const reading = assertRejects(() => reader.readLine(10), TimeoutError, "nothing came for 50 ms");
  reader.timeout = 50;
  await reading;
  listener.close();
  reader.release();
});

Deno.test("SocketReader gives the same bytes however they are split and asked for", async () => {
  await fuzz(fuzzRounds(2_000, 50_000), 71_000, async (random) => {
    const bytes = random.bytes(random.integer(0, 400));
    const reader = new SocketReader(source(...random.split(bytes)), {
      bufferSize: random.integer(1, 32),
    });
    const got: number[] = [];
    while (got.length < bytes.length) {
      const left = bytes.length - got.length;
      const count = random.integer(1, Math.min(left, 50));
      switch (random.integer(0, 3)) {
        case 0:
          got.push(...await reader.readExactly(count));
          break;
        case 1:
          got.push(...await reader.peek(count));
          await reader.skip(count);
          break;
        case 2: {
          const target = new Uint8Array(count);
          got.push(...target.subarray(0, (await reader.readSome(target))!));
          break;
        }
        default: {
          const line = [...(await reader.readLineBytes(1_000))!];
          assertEquals(line, [...bytes.subarray(got.length, got.length + line.length)]);
          got.push(...bytes.subarray(got.length, reader.position));
        }
      }
      assertEquals(reader.position, got.length);
    }
    assertEquals(new Uint8Array(got), bytes);
    assertEquals(await reader.readLine(10), null);
  });
});
