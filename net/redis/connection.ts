/** One connection to a server of Redis or Valkey: commands go out as they come, replies in order. */

import { connect } from "../connect.ts";
import { Deadline } from "../deadline.ts";
import { ClosedError, messageOf, TimeoutError } from "../errors.ts";
import { closeQuietly, type Socket } from "../socket.ts";
import { writeAll } from "../write_all.ts";
import { type CommandWord, encodeCommand, type Reply, ReplyDecoder } from "./replies.ts";

/** Bytes that are read at a time. */
const READ_BYTES = 65_536;

/** Where a server is, and what it trusts. */
export interface RedisEndpoint {
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  readonly caCerts?: readonly string[] | undefined;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/** A connection; once it has ended it stays ended. */
export class RedisConnection implements Disposable {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  readonly #deadline: Deadline;
  readonly #timeout: number;
  #outgoing: Uint8Array[] = [];
  #writing = false;
  #failure: unknown;

  private constructor(socket: Socket, timeout: number) {
    this.#socket = socket;
    this.#timeout = timeout;
    this.#deadline = new Deadline(() => {
      const text = `The server has answered nothing for ${timeout} ms`;
      this.#end(new TimeoutError(text));
    });
    void this.#read();
  }

  /**
   * Connects.
   *
   * @param endpoint The server.
   * @param timeout Milliseconds that it may be silent while an answer is waited for.
   * @param signal Ends the attempt.
   * @throws {HeliographError} If it does not answer.
   */
  static async open(
    { hostname, port, tls, caCerts }: RedisEndpoint,
    timeout: number,
    signal?: AbortSignal,
  ): Promise<RedisConnection> {
    const options = { signal, caCerts: caCerts && [...caCerts] };
    return new RedisConnection(await connect({ hostname, port, tls }, options), timeout);
  }

  /** Whether it has ended. */
  get ended(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Sends a command; others may be sent before its reply comes.
   *
   * @param words The command and its arguments.
   * @returns The reply, a refusal too.
   * @throws {ClosedError} If the connection ends before: the command may have been executed.
   */
  send(words: readonly CommandWord[]): Promise<Reply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length === 1) this.#deadline.set(this.#timeout);
      this.#outgoing.push(encodeCommand(words));
      if (!this.#writing) void this.#write();
    });
  }

  /** Ends the connection; what is waited for fails. */
  [Symbol.dispose](): void {
    this.#end(new ClosedError("The connection to the server is closed"));
  }

  async #write(): Promise<void> {
    this.#writing = true;
    // What is sent in the same turn goes in one piece.
    await Promise.resolve();
    try {
      while (this.#outgoing.length > 0) {
        const commands = this.#outgoing;
        this.#outgoing = [];
        await writeAll(this.#socket, commands);
      }
    } catch (error) {
      this.#end(closed(error));
    } finally {
      this.#writing = false;
    }
  }

  async #read(): Promise<void> {
    const decoder = new ReplyDecoder();
    const piece = new Uint8Array(READ_BYTES);
    try {
      for (;;) {
        const count = await this.#socket.read(piece);
        if (count === null) throw new ClosedError("The server has closed the connection");
        decoder.push(piece.subarray(0, count));
        for (let reply; (reply = decoder.next()) !== undefined;) {
          this.#waiting.shift()?.resolve(reply);
        }
        if (this.#waiting.length > 0) this.#deadline.set(this.#timeout);
        else this.#deadline.clear();
      }
    } catch (error) {
      this.#end(error instanceof Deno.errors.BadResource ? closed(error) : error);
    }
  }

  #end(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error instanceof Error && "source" in error ? error : closed(error);
    this.#deadline.end();
    closeQuietly(this.#socket);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

function closed(error: unknown): ClosedError {
  return new ClosedError(`The connection to the server has ended: ${messageOf(error)}`, {
    cause: error,
  });
}
