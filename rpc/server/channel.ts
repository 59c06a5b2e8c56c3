import { Deadline } from "../../net/deadline.ts";
import { ClosedError, TimeoutError } from "../../net/errors.ts";
import type { TcpConnection } from "../../net/serve_tcp.ts";
import { closeQuietly, type Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import type { BufferPool } from "./buffer_pool.ts";
import type { Share } from "./fair_turns.ts";
import type { Claim, MemoryLedger } from "./memory_ledger.ts";
import { pull, type Room } from "../stream/pull.ts";
import type { Reading } from "../frames/reading.ts";
import { Sender } from "../stream/sender.ts";

/** Bytes per second below which a client is too slow. */
const MIN_RATE = 65_536;

/** Milliseconds and bytes for which what a refused client still sends is read and dropped. */
const LINGER_MS = 2_000;
const MAX_LINGER_BYTES = 256 * 1024 ** 2;

/** Options of a {@linkcode Channel}. */
export interface ChannelOptions {
  readonly ledger: MemoryLedger;
  /** Memory of earlier arrays. */
  readonly buffers: BufferPool;
  /** Aborts when the server stops: who waits for memory then waits in vain. */
  readonly draining: AbortSignal;
  /** Lets the other connections have their turns before work of some milliseconds. */
  readonly turn: (milliseconds: number) => Promise<void> | undefined;
  /** The connection's part of the server's thread. */
  readonly share: Share;
  /** Milliseconds that a client may be silent before its first message. */
  readonly firstTimeout: number;
  /** Milliseconds that a client may be silent between messages. */
  readonly idleTimeout: number;
  /** Milliseconds that a message may take besides its bulk data. */
  readonly messageTimeout: number;
  /** Milliseconds that a client may take nothing of what it is sent. */
  readonly writeTimeout: number;
}

/** One connection of an array server: messages in, messages out, with deadlines and counted memory. */
export class Channel {
  readonly socket: Socket;
  readonly remote: string;
  readonly share: Share;
  readonly reader: SocketReader;
  readonly sender: Sender;
  #deadline: Deadline;
  #options: ChannelOptions;
  #claim: Claim | undefined;
  #drain = () => {
    if (this.#claim?.waiting) this.#claim.end(shuttingDown());
  };

  constructor({ socket, remote }: TcpConnection, options: ChannelOptions) {
    this.socket = socket;
    this.remote = remote;
    this.share = options.share;
    this.#options = options;
    this.reader = new SocketReader(socket, { source: remote });
    this.sender = new Sender(socket, { source: remote, timeout: options.writeTimeout });
    this.#deadline = new Deadline(() => {
      closeQuietly(socket);
      this.#claim?.end();
    });
  }

  /**
   * Waits for the next message to begin.
   *
   * @returns False if the client has ended the stream, or was silent for too long.
   */
  async begins(): Promise<boolean> {
    if (this.reader.buffered.length > 0) return true;
    const { firstTimeout, idleTimeout } = this.#options;
    this.#deadline.set(this.reader.position === 0 ? firstTimeout : idleTimeout);
    try {
      return await this.reader.fill();
    } catch (error) {
      if (this.#deadline.expired) return false;
      throw error;
    } finally {
      this.#deadline.clear();
    }
  }

  /** Bytes that have been received. */
  get received(): number {
    return this.reader.position;
  }

  /** Bytes that have been sent. */
  get sent(): number {
    return this.sender.sentBytes;
  }

  /** Looks at the first bytes of the stream, which stay where they are. */
  async peekFirst(count: number): Promise<Uint8Array> {
    this.#deadline.set(this.#options.messageTimeout);
    try {
      return await this.reader.peek(count);
    } finally {
      this.#deadline.clear();
    }
  }

  /**
   * Receives one message. The memory of its arrays is charged to the server as they come, and
   * waited for if there is none; {@linkcode Channel.takeClaim} gives what is to be given back.
   *
   * @param reading The core of the message.
   * @param before Called before memory is taken for an array.
   * @throws {TimeoutError} If it comes too slowly, or memory does.
   */
  async receive<T>(reading: Reading<T>, before?: () => void): Promise<T> {
    const { messageTimeout, turn, draining } = this.#options;
    let allowed = messageTimeout;
    this.#deadline.set(allowed);
    try {
      return await pull(this.reader, reading, {
        turn,
        reserve: (bytes) => {
          allowed = messageTimeout + bytes / MIN_RATE * 1_000;
          this.#deadline.set(allowed);
          before?.();
          return this.#reserve(bytes);
        },
      });
    } catch (error) {
      if (!this.#deadline.expired) throw error;
      const { waiting } = this.#options.ledger;
      throw new TimeoutError(
        `Cannot read a message from ${this.remote}: it did not end within ${
          Math.round(allowed)
        } ms${waiting > 0 ? `; ${waiting} others wait for memory` : ""}`,
        { cause: error, source: this.remote },
      );
    } finally {
      this.#deadline.clear();
      draining.removeEventListener("abort", this.#drain);
    }
  }

  #reserve(bytes: number): Room {
    const { ledger, buffers, draining } = this.#options;
    this.#claim?.end();
    const claim = this.#claim = ledger.claim(bytes, "array");
    draining.addEventListener("abort", this.#drain);
    let used = 0;
    return {
      newBuffer: (size) => buffers.take(size, claim),
      take: (part) => {
        used += part;
        // Memory of an earlier array is all counted already.
        if (used <= claim.held || claim.growNow(used - claim.held)) return undefined;
        if (draining.aborted) return Promise.reject(shuttingDown());
        return claim.grow(used - claim.held);
      },
    };
  }

  /** What the arrays of the last message were charged to, if there were any; the caller ends it. */
  takeClaim(): Claim | undefined {
    const claim = this.#claim;
    this.#claim = undefined;
    return claim;
  }

  /**
   * Ends the stream so that the client can read the last answer: closing while the
   * client still sends would reset the connection, and the answer would be lost.
   */
  async linger(): Promise<void> {
    await this.sender.finish();
    await this.socket.closeWrite();
    this.#deadline.set(LINGER_MS);
    const dropped = new Uint8Array(65_536);
    try {
      for (let total = 0; total < MAX_LINGER_BYTES;) {
        const count = await this.reader.readSome(dropped);
        if (count === null) return;
        total += count;
      }
    } catch (error) {
      if (!this.#deadline.expired) throw error;
    }
  }

  /** Ends deadlines and gives back what is charged; the socket belongs to the server. */
  end(): void {
    this.#deadline.end();
    this.reader.release();
    this.takeClaim()?.end();
  }
}

function shuttingDown(): ClosedError {
  return new ClosedError("Cannot wait for memory: the server is shutting down");
}
