/** A connection without a network, whose other end the test plays. */

import type { Socket } from "../../../net/mod.ts";

/** What the other end of a {@linkcode MemorySocket} does. */
export interface Script {
  /** Bytes for the next read; null at the end of the stream; a promise that is kept waits. */
  read(target: Uint8Array): number | null | Promise<number | null>;
  /** Takes bytes; by default all of them. */
  write?(bytes: Uint8Array): number | Promise<number>;
}

/** A socket that does what a script says, and counts it. */
export class MemorySocket implements Socket {
  readonly localAddr: Deno.NetAddr = { transport: "tcp", hostname: "127.0.0.1", port: 1 };
  readonly remoteAddr: Deno.NetAddr = { transport: "tcp", hostname: "127.0.0.1", port: 2 };
  /** Bytes that were read, and bytes that were written. */
  bytesRead = 0;
  bytesWritten = 0;
  readonly #script: Script;
  readonly #closed = Promise.withResolvers<never>();

  constructor(script: Script) {
    this.#script = script;
    this.#closed.promise.catch(() => {});
  }

  async read(target: Uint8Array): Promise<number | null> {
    // The closing first: it wins over bytes that are ready.
    const count = await Promise.race([this.#closed.promise, this.#script.read(target)]);
    this.bytesRead += count ?? 0;
    return count;
  }

  async write(bytes: Uint8Array): Promise<number> {
    const count = await Promise.race([
      this.#closed.promise,
      this.#script.write?.(bytes) ?? bytes.length,
    ]);
    this.bytesWritten += count;
    return count;
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#closed.reject(new Deno.errors.Interrupted("closed"));
  }
}

/** A promise that nobody keeps. */
export const never: Promise<never> = new Promise(() => {});

/** Lets everything run that can run without waiting for anything outside. */
export async function settle(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}
