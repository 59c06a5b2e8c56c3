import { Deadline } from "../../net/deadline.ts";
import { TimeoutError } from "../../net/errors.ts";
import type { TcpConnection } from "../../net/serve_tcp.ts";
import { closeQuietly, type Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import type { MemoryLedger } from "./memory_ledger.ts";
import { pull } from "../stream/pull.ts";
import type { NewBuffer, Reading } from "../frames/reading.ts";
import { Sender } from "../stream/sender.ts";

/** Bytes per second below which a client is too slow. */
const MIN_RATE = 65_536;

/** Milliseconds and bytes for which what a refused client still sends is read and dropped. */
const LINGER_MS = 2_000;
const MAX_LINGER_BYTES = 256 * 1024 ** 2;

/** Options of a {@linkcode Channel}. */
export interface ChannelOptions {
  readonly ledger: MemoryLedger;
  /** Milliseconds that a client may be silent between messages. */
  readonly idleTimeout: number;
  /** Milliseconds that a message may take beside its bulk data. */
  readonly messageTimeout: number;
  /** Milliseconds that a client may take nothing of what it is sent. */
  readonly writeTimeout: number;
}

/** One connection of an array server: messages in, messages out, with deadlines and counted memory. */
export class Channel {
  readonly socket: Socket;
  readonly remote: string;
  readonly reader: SocketReader;
  readonly sender: Sender;
  #deadline: Deadline;
  #options: ChannelOptions;
  #charged = 0;

  constructor({ socket, remote }: TcpConnection, options: ChannelOptions) {
    this.socket = socket;
    this.remote = remote;
    this.#options = options;
    this.reader = new SocketReader(socket, { source: remote });
    this.sender = new Sender(socket, { source: remote, timeout: options.writeTimeout });
    this.#deadline = new Deadline(() => closeQuietly(socket));
  }

  /**
   * Waits for the next message to begin.
   *
   * @returns False if the client has ended the stream, or was silent for too long.
   */
  async begins(): Promise<boolean> {
    if (this.reader.buffered.length > 0) return true;
    this.#deadline.set(this.#options.idleTimeout);
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
   * Receives one message. The memory of its arrays is charged to the server before it
   * is taken; {@linkcode Channel.discharge} gives it back.
   *
   * @param reading The core of the message.
   * @param newBuffer Where the memory of its arrays comes from.
   * @throws {TimeoutError} If it comes too slowly.
   */
  async receive<T>(reading: Reading<T>, newBuffer?: NewBuffer): Promise<T> {
    const { messageTimeout } = this.#options;
    let allowed = messageTimeout;
    this.#deadline.set(allowed);
    try {
      return await pull(this.reader, reading, {
        reserve: (bytes) => {
          allowed = messageTimeout + bytes / MIN_RATE * 1_000;
          this.#deadline.set(allowed);
          return this.#charge(bytes);
        },
        newBuffer,
      });
    } catch (error) {
      if (!this.#deadline.expired) throw error;
      throw new TimeoutError(
        `Cannot read a message from ${this.remote}: it did not end within ${
          Math.round(allowed)
        } ms`,
        { cause: error, source: this.remote },
      );
    } finally {
      this.#deadline.clear();
    }
  }

  #charge(bytes: number): Promise<void> | undefined {
    const wait = this.#options.ledger.take(bytes);
    const charged = () => {
      this.#charged += bytes;
    };
    if (wait !== undefined) return wait.then(charged);
    charged();
    return undefined;
  }

  /**
   * What has been charged since the last call of this; it is to be given back to the
   * ledger when the arrays are gone or somebody else counts them.
   */
  takeCharge(): number {
    const charged = this.#charged;
    this.#charged = 0;
    return charged;
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
    this.#options.ledger.release(this.takeCharge());
  }
}
