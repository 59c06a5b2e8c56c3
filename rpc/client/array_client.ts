import { checkCaps } from "../../net/caps.ts";
import { connect, type ConnectOptions, type Endpoint } from "../../net/connect.ts";
import { callAfter } from "../../net/deadline.ts";
import {
  ClosedError,
  FormatError,
  HeliographError,
  ProtocolError,
  TimeoutError,
} from "../../net/errors.ts";
import { closeQuietly, formatAddress, type Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { type ArrayInput, inputValue } from "./array_input.ts";
import type { RoutineDescription } from "../server/describe.ts";
import { isName, isObject, type JsonObject } from "../frames/arrays.ts";
import {
  encodeFrame,
  type Frame,
  FRAME_LIMITS,
  MAX_REMEMBERED_HEAD_BYTES,
  type ParsedHead,
  PROTOCOL_VERSION,
  readNextFrame,
} from "../frames/frames.ts";
import { ParseMemory } from "../../net/bytes/parse_memory.ts";
import type { IdlValue } from "../language/values/value.ts";
import type { ArrayMetrics } from "../server/metrics.ts";
import { pull } from "../stream/pull.ts";
import { Sender } from "../stream/sender.ts";

/** The server tells of a passed deadline itself; the client waits this much longer for it. */
const DEADLINE_GRACE_MS = 500;

/** Options of {@linkcode ArrayClient.connect}. */
export interface ArrayClientOptions extends ConnectOptions {
  /** What the server asks for before the first call. */
  token?: string | undefined;
  /** The most bytes of arrays in one answer. @default {1073741824} */
  maxArray?: number | undefined;
}

/** Options of {@linkcode ArrayClient.call}. */
export interface CallOptions {
  /** Arrays that the command may use, by name; they are the call's own. */
  arrays?: { readonly [name: string]: ArrayInput } | undefined;
  /** Cancels the call, here and at the server; its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that the call may take. */
  deadline?: number | undefined;
  /** Takes the lines that the command prints. */
  onPrint?: ((line: string) => void) | undefined;
}

/** A call that the server could not execute. */
export class CallError extends HeliographError {
  /** The kind of the error. */
  readonly code: string;
  /** Where in the command, in UTF-16 units counted from 0. */
  readonly position: number | undefined;

  /**
   * Makes an error.
   *
   * @param code What kind of failure it is: `syntax`, `name`, `value`, `range`, `limit`,
   * `time`, `cancelled`, `host`, `protocol` or `unauthorized`.
   * @param message What the server says.
   * @param position Where in the command, in UTF-16 units counted from 0.
   */
  constructor(code: string, message: string, position?: number) {
    super(message);
    this.code = code;
    this.position = position;
  }
}

/** What waits for an answer. */
interface Pending {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: unknown) => void;
  readonly onPrint: ((line: string) => void) | undefined;
  /** Whether its callback has failed. */
  failed: boolean;
}

/**
 * A connection to an array server, in our own protocol.
 *
 * Any number of calls may be under way; each is answered when it is done. Variables that a
 * command assigns stay on the server until the connection ends.
 */
export class ArrayClient implements AsyncDisposable {
  #socket: Socket;
  #reader: SocketReader;
  #sender: Sender;
  #name: string;
  #maxArray: number;
  #maxInFlight = 1;
  #pending = new Map<number, Pending>();
  #waiting: (() => void)[] = [];
  #nextId = 1;
  #ended: unknown;
  #reading: Promise<void>;
  #greeted = Promise.withResolvers<void>();

  private constructor(socket: Socket, options: ArrayClientOptions) {
    this.#socket = socket;
    this.#name = formatAddress(socket.remoteAddr);
    checkCaps(options);
    this.#maxArray = options.maxArray ?? FRAME_LIMITS.maxArray;
    this.#reader = new SocketReader(socket, { source: this.#name });
    this.#sender = new Sender(socket, { source: this.#name });
    this.#greeted.promise.catch(() => {});
    this.#reading = this.#read();
  }

  /**
   * Connects and says hello.
   *
   * @param target Host and port, `host:port`, or a URL (`tcp://`, `tls://`).
   * @param options Token, retries, deadlines, trust.
   * @returns The client.
   * @throws {CallError} With the code `unauthorized` if the token is wrong or missing.
   * @throws {HeliographError} If nothing answers, or what answers does not speak this protocol.
   */
  static async connect(
    target: string | URL | Endpoint,
    options: ArrayClientOptions = {},
  ): Promise<ArrayClient> {
    const socket = await connect(target, options);
    const client = new ArrayClient(socket, options);
    const { deadline, signal, token } = options;
    const timer = callAfter(deadline ?? Infinity, () => {
      const found = `no hello within ${deadline} ms`;
      client.#end(new TimeoutError(`Cannot speak with ${client.#name}: ${found}`));
    });
    const abort = () => client.#end(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await client.#sender.send(
        encodeFrame("hello", 0, {
          version: PROTOCOL_VERSION,
          token,
        }),
      );
      await client.#greeted.promise;
      return client;
    } catch (error) {
      client.#end(error);
      const Kind = [ProtocolError, ClosedError].find((kind) => error instanceof kind);
      if (Kind === undefined || !(error instanceof Error)) throw error;
      throw new Kind(`Cannot speak with ${client.#name}: ${error.message}`, {
        cause: error,
        source: client.#name,
      });
    } finally {
      timer[Symbol.dispose]();
      signal?.removeEventListener("abort", abort);
    }
  }

  /**
   * Runs a command on the server.
   *
   * @param command Statements of IDL, joined by `&`. Its result is what it returns, or
   * the value of the expression at its end.
   * @param options Arrays, deadline, signal.
   * @returns The result; undefined if it has none.
   * @throws {CallError} If the server could not carry it out.
   * @throws {TimeoutError} If the deadline passes.
   * @throws {ClosedError} If the connection ends before the answer.
   */
  async call(command: string, options: CallOptions = {}): Promise<IdlValue | undefined> {
    return await this.#request("call", { command }, options);
  }

  /**
   * Calls a function by its name.
   *
   * @param name The function.
   * @param args Its arguments.
   * @param keywords Its keywords; a flag is given as `true`.
   * @param options Deadline and signal.
   * @returns Its value.
   * @throws {CallError} If the server could not carry it out.
   */
  async invoke(
    name: string,
    args: readonly ArrayInput[] = [],
    keywords: { readonly [name: string]: ArrayInput } = {},
    options: Omit<CallOptions, "arrays"> = {},
  ): Promise<IdlValue | undefined> {
    const arrays: Record<string, ArrayInput> = {};
    const names = args.map((value, i) => {
      arrays[`arg${i + 1}`] = value;
      return `arg${i + 1}`;
    });
    const given = Object.entries(keywords).map(([keyword, value]) => {
      arrays[`key_${keyword}`] = value;
      return [keyword, `key_${keyword}`] as const;
    });
    const head = { function: name, arguments: names, keywords: Object.fromEntries(given) };
    return await this.#request("call", head, { ...options, arrays });
  }

  /** The functions and procedures of the server, by name. */
  async functions(): Promise<RoutineDescription[]> {
    const { head } = await this.#exchange("describe", {}, new Map(), {});
    return head.functions as RoutineDescription[];
  }

  /** What the server has done so far. */
  async metrics(): Promise<ArrayMetrics> {
    const { head } = await this.#exchange("describe", { metrics: true }, new Map(), {});
    return head.metrics as ArrayMetrics;
  }

  /** Waits for an answer to nothing, and returns the milliseconds that it took. */
  async ping(): Promise<number> {
    const start = performance.now();
    await this.#exchange("ping", {}, new Map(), {});
    return performance.now() - start;
  }

  /** Waits for the calls that are under way and ends the connection. */
  async close(): Promise<void> {
    while (this.#pending.size > 0 && this.#ended === undefined) {
      await new Promise<void>((resolve) => this.#waiting.unshift(resolve));
    }
    if (this.#ended === undefined) {
      await this.#sender.send(encodeFrame("bye", 0));
      await this.#sender.finish().catch(() => {});
    }
    this.#end(new ClosedError(`The connection to ${this.#name} was closed at this end`));
    await this.#reading;
  }

  /** The same as {@linkcode ArrayClient.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #request(
    kind: "call",
    head: JsonObject,
    options: CallOptions,
  ): Promise<IdlValue | undefined> {
    const arrays = new Map<string, IdlValue>();
    for (const [name, input] of Object.entries(options.arrays ?? {})) {
      if (!isName(name)) {
        throw new FormatError(
          `Cannot send the array '${name}': expected a name of letters, digits, _ and $`,
        );
      }
      arrays.set(name, inputValue(input));
    }
    const { deadline } = options;
    const whole = deadline === undefined || deadline === Infinity ? head : { ...head, deadline };
    const frame = await this.#exchange(kind, whole, arrays, options);
    return frame.arrays.get("value");
  }

  async #exchange(
    kind: Frame["kind"],
    head: JsonObject,
    arrays: ReadonlyMap<string, IdlValue>,
    { signal, deadline, onPrint }: CallOptions,
  ): Promise<Frame> {
    signal?.throwIfAborted();
    while (this.#pending.size >= this.#maxInFlight && this.#ended === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      signal?.throwIfAborted();
    }
    if (this.#ended !== undefined) throw this.#ended;
    const id = this.#newId();
    const answer = new Promise<Frame>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onPrint, failed: false });
    });
    const giveUp = (error: unknown) => {
      const pending = this.#pending.get(id);
      if (pending === undefined) return;
      void this.#sender.send(encodeFrame("cancel", id))?.catch(() => {});
      pending.reject(error);
    };
    const abort = () => giveUp(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const timer = callAfter(
      (deadline ?? Infinity) + DEADLINE_GRACE_MS,
      () => giveUp(new TimeoutError(`No answer from ${this.#name} within ${deadline} ms`)),
    );
    try {
      this.#sender.send(encodeFrame(kind, id, head, arrays))
        ?.catch((error) => this.#pending.get(id)?.reject(error));
      return await answer;
    } finally {
      timer[Symbol.dispose]();
      signal?.removeEventListener("abort", abort);
    }
  }

  #newId(): number {
    while (this.#pending.has(this.#nextId) || this.#nextId === 0) this.#advance();
    const id = this.#nextId;
    this.#advance();
    return id;
  }

  #advance(): void {
    this.#nextId = (this.#nextId + 1) >>> 0;
  }

  async #read(): Promise<void> {
    const limits = { ...FRAME_LIMITS, maxArray: this.#maxArray };
    const known = new ParseMemory<ParsedHead>(MAX_REMEMBERED_HEAD_BYTES);
    try {
      while (this.#reader.buffered.length > 0 || await this.#reader.fill()) {
        this.#take(await pull(this.#reader, readNextFrame(limits, known)));
      }
      this.#end(new ClosedError(`The connection to ${this.#name} was closed by the server`));
    } catch (error) {
      this.#end(error);
    }
  }

  #take(frame: Frame): void {
    const { kind, id, head } = frame;
    switch (kind) {
      case "hello":
        if (isObject(head.limits) && typeof head.limits.maxInFlight === "number") {
          this.#maxInFlight = Math.max(1, head.limits.maxInFlight);
        }
        return this.#greeted.resolve();
      case "print":
        if (typeof head.text === "string") this.#print(id, head.text);
        return;
      case "error": {
        const error = new CallError(
          String(head.code),
          String(head.message),
          typeof head.position === "number" ? head.position : undefined,
        );
        if (id === 0) return this.#end(error);
        return this.#settle(id, (pending) => pending.reject(error));
      }
      case "result":
      case "pong":
      case "describe":
        return this.#settle(id, (pending) => pending.resolve(frame));
      case "bye":
        return;
      default:
        throw new ProtocolError(`Cannot take a frame: a server does not send '${kind}'`);
    }
  }

  /** What a call's own callback throws fails that call; the others go on. */
  #print(id: number, text: string): void {
    const pending = this.#pending.get(id);
    if (pending?.failed !== false) return;
    try {
      pending.onPrint?.(text);
    } catch (error) {
      pending.failed = true;
      void this.#sender.send(encodeFrame("cancel", id))?.catch(() => {});
      pending.reject(error);
    }
  }

  /** A call keeps its place until the server has answered, even if no one waits for it any more. */
  #settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    how(pending);
    this.#waiting.shift()?.();
  }

  #end(error: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#greeted.reject(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    for (const wake of this.#waiting.splice(0)) wake();
    this.#reader.release();
    closeQuietly(this.#socket);
  }
}
