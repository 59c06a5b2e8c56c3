/** A server of Redis that may go away and come back: commands wait for it. */

import { backoffDelay, delay } from "../backoff.ts";
import { reasonOf } from "../connect_reason.ts";
import { ClosedError, HeliographError, TimeoutError } from "../errors.ts";
import type { QueueAddress } from "./address.ts";
import { RedisConnection } from "./connection.ts";
import { type CommandWord, RedisRefusal, type Reply } from "./replies.ts";

/**
 * Refusals that pass: the server loads its data, cannot write them to its disk, ends a wait since
 * what was waited for has gone, or another one takes its place.
 */
const PASSING: ReadonlySet<string> = new Set([
  ...["LOADING", "MASTERDOWN", "READONLY", "TRYAGAIN", "CLUSTERDOWN", "BUSY", "NOREPLICAS"],
  ...["MISCONF", "UNBLOCKED"],
]);

/** The same, where the first word is the one of all errors: other connections will end. */
const FULL = /^ERR max number of clients reached/;

/** Refusals behind which the name may lead to another server. */
const MOVED: ReadonlySet<string> = new Set(["READONLY", "UNBLOCKED"]);

/** Refusals that no waiting mends. */
const FINAL: ReadonlySet<string> = new Set(["NOAUTH", "WRONGPASS", "NOPERM"]);

/** Milliseconds that a server may take for an answer, besides the wait that a command asks for. */
const ANSWER_MS = 30_000;

/** What a {@linkcode PatientRedis} is made with. */
export interface PatientOptions {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly caCerts?: readonly string[] | undefined;
  /** Milliseconds that the server may be away. @default {600000} */
  readonly patience?: number | undefined;
  /** Ends every wait. */
  readonly signal?: AbortSignal | undefined;
  /** Hears once when the server goes away, and why. */
  readonly onAway?: ((reason: string) => void) | undefined;
  /** Hears when it is back. */
  readonly onBack?: (() => void) | undefined;
}

/** A server refused a command. */
export class RedisError extends HeliographError {
  /** The first word of the refusal. */
  readonly code: string;

  /**
   * Makes an error.
   *
   * @param refusal What the server said.
   * @param message What was being done.
   */
  constructor(refusal: RedisRefusal, message: string) {
    super(message);
    this.code = refusal.code;
  }
}

/**
 * A connection that is made again when it ends. A command whose answer was lost is sent again:
 * what is sent here must bear that.
 */
export class PatientRedis implements Disposable {
  readonly #address: QueueAddress;
  readonly #options: PatientOptions;
  #connection: RedisConnection | undefined;
  #connecting: Promise<RedisConnection> | undefined;
  #reached = false;
  #away = false;
  #closed = false;

  /**
   * Begins without a connection.
   *
   * @param address The server.
   * @param options Who asks, and how long is waited.
   */
  constructor(address: QueueAddress, options: PatientOptions = {}) {
    this.#address = address;
    this.#options = options;
  }

  /**
   * Sends a command, again where its answer was lost or the server was not ready.
   *
   * @param words The command and its arguments.
   * @returns The reply.
   * @throws {RedisError} If the server refuses it.
   * @throws {HeliographError} If the server cannot be reached: at the start at once, later when
   * patience ends.
   */
  async ask(...words: readonly CommandWord[]): Promise<Reply> {
    const { patience = 600_000, signal } = this.#options;
    // A command may have waited at the server before: that is no time in which it was away.
    let since: number | undefined;
    for (let failures = 1;; failures++) {
      let reason: string;
      try {
        const connection = await this.#connected();
        const reply = await connection.send(words);
        if (!(reply instanceof RedisRefusal)) {
          this.#isBack();
          return reply;
        }
        if (!passes(reply)) throw this.#refused(reply, String(words[0]));
        if (MOVED.has(reply.code)) connection[Symbol.dispose]();
        reason = reply.text;
      } catch (error) {
        signal?.throwIfAborted();
        if (this.#closed || !isPassing(error)) throw error;
        reason = reasonIn(error);
        if (!this.#reached) throw this.#unreachable(reason, error);
      }
      if (!this.#away) {
        this.#away = true;
        this.#options.onAway?.(reason);
      }
      since ??= performance.now();
      if (performance.now() - since > patience) throw this.#unreachable(reason);
      await delay(backoffDelay(failures, { first: 100, longest: 5_000 }), signal);
    }
  }

  /** Ends the connection. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#connection?.[Symbol.dispose]();
  }

  #isBack(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#options.onBack?.();
  }

  async #connected(): Promise<RedisConnection> {
    if (this.#closed) throw new ClosedError("The connection to the queue is closed");
    if (this.#connection !== undefined && !this.#connection.ended) return this.#connection;
    // Commands that wait together make one connection.
    return await (this.#connecting ??= this.#connect().finally(() => this.#connecting = undefined));
  }

  async #connect(): Promise<RedisConnection> {
    const { user, password, caCerts, signal } = this.#options;
    const connection = await RedisConnection.open(
      { ...this.#address, caCerts },
      ANSWER_MS,
      signal,
    );
    try {
      if (password !== undefined) {
        const words = user === undefined ? ["AUTH", password] : ["AUTH", user, password];
        const reply = await connection.send(words);
        if (reply instanceof RedisRefusal) {
          if (passes(reply)) throw new ClosedError(reply.text);
          throw this.#refused(reply, "AUTH");
        }
      }
      if (this.#closed) throw new ClosedError("The connection to the queue is closed");
    } catch (error) {
      connection[Symbol.dispose]();
      throw error;
    }
    this.#reached = true;
    return this.#connection = connection;
  }

  #refused(refusal: RedisRefusal, command: string): RedisError {
    const hint = refusal.code === "NOAUTH"
      ? "; HELIOGRAPH_REDIS_PASSWORD or --queue-password-file name the password"
      : "";
    const final = FINAL.has(refusal.code) ? `${command} is refused: ` : "";
    return new RedisError(
      refusal,
      `Cannot use the queue ${this.#address.shown}: ${final}${refusal.text}${hint}`,
    );
  }

  #unreachable(reason: string, cause?: unknown): HeliographError {
    return new HeliographError(`Cannot reach the queue ${this.#address.shown}: ${reason}`, {
      source: this.#address.shown,
      cause,
    });
  }
}

/** Whether a refusal is one that passes. */
function passes({ code, text }: RedisRefusal): boolean {
  return PASSING.has(code) || FULL.test(text);
}

/** Whether an error is one of a connection, which may be there again later. */
function isPassing(error: unknown): boolean {
  if (error instanceof RedisError) return false;
  if (error instanceof ClosedError || error instanceof TimeoutError) return true;
  return error instanceof HeliographError && /^Cannot connect to /.test(error.message);
}

function reasonIn(error: unknown): string {
  const { cause, message } = error as Error;
  return /^Cannot connect to /.test(message) && cause instanceof Error
    ? reasonOf(cause)
    : message.replace(/^Cannot connect to \S+: /, "");
}
