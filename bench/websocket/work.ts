/** The work that every client of the WebSocket benchmark does. */

import { linesOf } from "@std/streams";

/** One connection, as a client uses it. */
export interface Exchange {
  /** Tells the server what to do, and when. */
  sendText(text: string): Promise<void> | void;
  sendBinary(bytes: Uint8Array<ArrayBuffer>): Promise<void> | void;
  /** Encodes the bytes and sends the text. */
  sendBase64(bytes: Uint8Array<ArrayBuffer>): Promise<void> | void;
  /** Receives a message; its bytes. */
  receiveBinary(): Promise<number>;
  /** Receives a text and decodes it; the bytes of the image. */
  receiveBase64(): Promise<number>;
  receiveText(): Promise<string>;
  close(): Promise<void> | void;
}

/** What a round is: `binary-up`, `binary-down`, `base64-up`, `base64-down` or `echo`. */
export interface Order {
  readonly work: string;
  /** Bytes of an image or a message. */
  readonly size: number;
  readonly count: number;
  /** Of `echo`: how many messages are on their way at one time. */
  readonly window: number;
}

/** Bytes that are no pattern. */
export function payload(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 7) ^ (i >> 8);
  return bytes;
}

/** Obeys orders from standard input, one line each; prints the seconds of each. */
export async function clientLoop(open: (url: string) => Promise<Exchange>): Promise<void> {
  for await (const line of linesOf(Deno.stdin.readable)) {
    const { url, ...order } = JSON.parse(line) as Order & { url: string };
    const exchange = await open(url);
    await exchange.sendText(JSON.stringify(order));
    console.log(await run(exchange, order));
    await exchange.close();
  }
}

async function run(exchange: Exchange, { work, size, count, window }: Order): Promise<number> {
  const bytes = payload(size);
  // Neither end prepares anything while the time runs.
  if (await exchange.receiveText() !== "ready") throw new Error("the server is not ready");
  const start = performance.now();
  if (work === "echo") {
    for (let sent = 0, back = 0; back < count;) {
      while (sent < count && sent - back < window) {
        await exchange.sendBinary(bytes);
        sent++;
      }
      check(await exchange.receiveBinary(), size);
      back++;
    }
  } else if (work === "binary-down" || work === "base64-down") {
    const receive = work === "binary-down" ? exchange.receiveBinary : exchange.receiveBase64;
    await exchange.sendText("go");
    for (let i = 0; i < count; i++) check(await receive(), size);
  } else {
    const send = work === "binary-up" ? exchange.sendBinary : exchange.sendBase64;
    for (let i = 0; i < count; i++) await send(bytes);
    if (await exchange.receiveText() !== "done") throw new Error("the server is not done");
  }
  return (performance.now() - start) / 1000;
}

function check(found: number, expected: number): void {
  if (found !== expected) throw new Error(`${found} bytes came, ${expected} were expected`);
}
