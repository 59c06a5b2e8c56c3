/** A connection of our own protocol: calls that run side by side and end in any order. */

import { LimitError, ProtocolError } from "../../net/errors.ts";
import { closeQuietly } from "../../net/socket.ts";
import type { ArrayServerCore } from "./core.ts";
import { Cancellation } from "./cancellation.ts";
import type { Channel } from "./channel.ts";
import { describeRoutines } from "./describe.ts";
import type { JsonObject } from "../frames/arrays.ts";
import {
  encodeFrame,
  encodePrints,
  type Frame,
  MAX_REMEMBERED_HEAD_BYTES,
  type ParsedHead,
  PROTOCOL_VERSION,
  readFrame,
  readNextFrame,
} from "../frames/frames.ts";
import { readLongHead } from "../frames/long_head.ts";
import { commandOf, type CommandText, deadlineOf } from "../frames/command.ts";
import { ParseMemory } from "../../net/bytes/parse_memory.ts";
import { StillPackedTexts } from "../language/values/packed_texts.ts";
import { IdlType, type IdlValue } from "../language/values/value.ts";
import type { Claim } from "./memory_ledger.ts";
import { Workbench, type WorkResult } from "./workbench.ts";

/** Bytes of arrays, and calls, that wait until the client has fewer calls under way. */
const MAX_HELD_BYTES = 1024 ** 2;
const MAX_HELD_CALLS = 64;

/** Printed lines that leave together. */
const MAX_PRINTED = 256;

/** UTF-16 units of the longest command that is parsed in the server's own thread. */
const MAX_PARSED_UNITS = 4_096;

/** Bytes of the head of an answer besides its texts. */
const HEAD_BYTES = 1_024;

/** A call that has been read and has not begun. */
interface HeldCall {
  readonly id: number;
  readonly head: JsonObject;
  readonly arrays: ReadonlyMap<string, IdlValue>;
  /** The memory of its arrays. */
  readonly claim: Claim | undefined;
  /** When it was read, by the clock of the server. */
  readonly start: number;
}

/** A call that is under way. */
interface Call {
  readonly cancellation: Cancellation;
  readonly ended: Promise<void>;
}

/** What the head of a call asks for. */
interface Asked {
  readonly head: JsonObject;
  readonly command: CommandText;
  readonly milliseconds: number | undefined;
}

/**
 * Serves one connection until the client ends it, breaks the rules, or the server drains.
 *
 * @param core What the connections of the server share.
 * @param channel The connection, at the beginning of its first frame.
 * @param draining Aborts when the server stops.
 * @throws What ended it, if it was not the client's wish.
 */
export async function serveFrameConnection(
  core: ArrayServerCore,
  channel: Channel,
  draining: AbortSignal,
): Promise<void> {
  const connection = new FrameConnection(core, channel, draining);
  try {
    if (await connection.greet()) await connection.serve();
  } catch (error) {
    if (!await connection.refuse(error)) throw error;
  } finally {
    connection.close();
  }
}

class FrameConnection {
  #core: ArrayServerCore;
  #channel: Channel;
  #draining: AbortSignal;
  #workbench: Workbench;
  /** What a call has printed in this turn, and not yet been sent. */
  #printed: { id: number; lines: string[] } = { id: 0, lines: [] };
  #calls = new Map<number, Call>();
  #held = new Map<number, HeldCall>();
  #room: (() => void) | undefined;
  #ending = false;
  #knownHead = new ParseMemory<ParsedHead>(MAX_REMEMBERED_HEAD_BYTES);
  /** What the last head asked for: the same head asks for the same. */
  #asked: Asked | undefined;

  constructor(core: ArrayServerCore, channel: Channel, draining: AbortSignal) {
    this.#core = core;
    this.#channel = channel;
    this.#draining = draining;
    this.#workbench = new Workbench(core.tools);
    draining.addEventListener("abort", this.#drain);
  }

  /** Says goodbye, lets what runs end, and closes, which ends the pending read. */
  #drain = () => {
    this.#ending = true;
    this.#send("bye", 0, {});
    void this.#idle().then(() => this.#channel.sender.finish())
      .catch(() => {}).then(() => closeQuietly(this.#channel.socket));
  };

  /** Reads the hello, checks the token, and answers with the limits. */
  async greet(): Promise<boolean> {
    const { gate, limits, maxInFlight } = this.#core;
    const { kind, head } = await this.#channel.receive(readFrame({ ...limits, maxArray: 0 }));
    if (kind !== "hello") {
      throw new ProtocolError(`Cannot begin: the first frame is '${kind}', expected 'hello'`);
    }
    if (gate !== undefined) {
      const token = typeof head.token === "string" ? head.token : undefined;
      const answer = gate.check(token, hostOf(this.#channel.remote));
      if (answer !== "open") return await this.#turnAway(answer);
    }
    this.#send("hello", 0, {
      version: PROTOCOL_VERSION,
      limits: {
        maxArray: limits.maxArray,
        maxHead: limits.maxHead,
        maxCommand: limits.maxCommand,
        maxInFlight,
      },
    });
    return true;
  }

  async #turnAway(answer: "wrong" | "too many"): Promise<false> {
    const message = answer === "wrong"
      ? "The token is wrong or missing"
      : "Too many wrong tokens from this address: try again in a minute";
    this.#core.metrics.fail("unauthorized");
    this.#core.log(`% SOCKSERVER: ${this.#channel.remote}: ${message}`);
    this.#send("error", 0, { code: "unauthorized", message });
    await this.#channel.linger();
    return false;
  }

  async serve(): Promise<void> {
    const { turns, limits } = this.#core;
    const { share, sender } = this.#channel;
    while (!this.#ending && await this.#channel.begins()) {
      const reading = readNextFrame(limits, this.#knownHead, readLongHead);
      const frame = await this.#channel.receive(reading);
      const taken = turns.run(share, () => this.#take(frame));
      if (taken instanceof Promise) await taken;
      if (sender.congested) await sender.finish();
      while (this.#holdsMuch()) {
        await new Promise<void>((resolve) => this.#room = resolve);
      }
    }
    if (this.#ending) await this.#idle();
  }

  #holdsMuch(): boolean {
    let bytes = 0;
    for (const { claim } of this.#held.values()) bytes += claim?.held ?? 0;
    return bytes > MAX_HELD_BYTES || this.#held.size >= MAX_HELD_CALLS;
  }

  #take({ kind, id, head, arrays, refused }: Frame): void {
    if (refused !== undefined) return this.#refuse(id, refused.message);
    switch (kind) {
      case "call":
        return this.#takeCall(id, head, arrays);
      case "cancel":
        this.#calls.get(id)?.cancellation.cancel();
        this.#cancelHeld(id);
        return;
      case "ping":
        return void this.#send("pong", id, head);
      case "pong":
        return;
      case "describe":
        return void this.#send("describe", id, this.#describe(head));
      case "bye":
        this.#ending = true;
        return;
      default:
        throw new ProtocolError(`Cannot take a frame: a client does not send '${kind}'`);
    }
  }

  /** One call more than may be under way is read and held, so that a `cancel` behind it is read, too. */
  #takeCall(id: number, head: JsonObject, arrays: ReadonlyMap<string, IdlValue>): void {
    const call = { id, head, arrays, claim: this.#channel.takeClaim(), start: performance.now() };
    if (this.#calls.has(id) || this.#held.has(id)) {
      call.claim?.end();
      throw new ProtocolError(`Cannot take the call ${id}: one with this id is under way`);
    }
    if (this.#calls.size < this.#core.maxInFlight) return this.#call(call);
    this.#held.set(id, call);
  }

  #refuse(id: number, message: string): void {
    this.#channel.takeClaim()?.end();
    this.#core.metrics.begin();
    this.#core.metrics.end(0, "limit");
    this.#send("error", id, { code: "limit", message });
  }

  #cancelHeld(id: number): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    held.claim?.end();
    this.#core.metrics.begin();
    this.#core.metrics.end(performance.now() - held.start, "cancelled");
    this.#send("error", id, { code: "cancelled", message: "The command was cancelled" });
  }

  #describe(head: JsonObject): JsonObject {
    if (head.metrics === true) return { metrics: this.#core.snapshot() };
    return { functions: describeRoutines(this.#core.routines) };
  }

  #call({ id, head, arrays, claim, start }: HeldCall): void {
    const { metrics } = this.#core;
    metrics.begin();
    const cancellation = new Cancellation();
    let asked: Asked;
    let result: WorkResult | Promise<WorkResult>;
    try {
      asked = this.#ask(head, arrays);
      const { milliseconds, command: { text } } = asked;
      result = this.#workbench.run({
        command: text,
        implicitReturn: text.length > MAX_PARSED_UNITS && text === head.command,
        arrays,
        keepArrays: false,
        sink: this.#core.sinkFor((line) => this.#print(id, line), {
          peer: this.#channel.remote,
          command: typeof head.command === "string" ? head.command : text,
        }),
        cancellation,
        milliseconds: milliseconds === undefined
          ? undefined
          : milliseconds - (performance.now() - start),
      });
    } catch (error) {
      claim?.end();
      metrics.end(performance.now() - start, "protocol");
      throw error;
    }
    const finish = (done: WorkResult): Promise<void> | undefined => {
      const failure = done.outcome.ok ? undefined : done.outcome.error.code;
      metrics.end(performance.now() - start, failure);
      const written = this.#answer(id, done, asked.command);
      const release = () => {
        done.release();
        claim?.end();
      };
      if (written === undefined) release();
      return written?.then(release, release);
    };
    const ended = result instanceof Promise ? result.then(finish) : finish(result);
    if (ended === undefined) return;
    this.#calls.set(id, {
      cancellation,
      ended: ended.catch((error) => this.#fault(error)).finally(() => this.#forget(id)),
    });
  }

  #ask(head: JsonObject, arrays: ReadonlyMap<string, IdlValue>): Asked {
    if (this.#asked?.head !== head) {
      const { definitions } = this.#workbench;
      const { routines } = this.#core;
      const command = commandOf(head, arrays, routines, MAX_PARSED_UNITS, definitions);
      this.#asked = { head, command, milliseconds: deadlineOf(head) };
    }
    return this.#asked;
  }

  /** Neither the evaluator nor a worker should ever reject: a fault of the program is not hidden. */
  #fault(error: unknown): void {
    this.#core.log(`% SOCKSERVER: ${this.#channel.remote}: ${error}`);
    closeQuietly(this.#channel.socket);
  }

  #forget(id: number): void {
    this.#calls.delete(id);
    void this.#beginHeld();
  }

  /** The next call that was held begins when it is the connection's turn. */
  async #beginHeld(): Promise<void> {
    try {
      await this.#core.turns.run(this.#channel.share, () => {
        const [next] = this.#held.values();
        if (next === undefined || this.#calls.size >= this.#core.maxInFlight) return;
        this.#held.delete(next.id);
        this.#call(next);
      });
    } catch (error) {
      this.#fault(error);
    }
    this.#room?.();
    this.#room = undefined;
  }

  #answer(id: number, { outcome }: WorkResult, command: CommandText): Promise<void> | undefined {
    if (!outcome.ok) {
      const { code, message, position } = outcome.error;
      return this.#send("error", id, { code, message, position: command.positionOf(position) });
    }
    const { returned } = outcome;
    const tooMuch = this.#tooManyTexts(returned);
    if (tooMuch !== undefined) {
      return this.#send("error", id, { code: "limit", message: tooMuch, position: 0 });
    }
    return this.#send(
      "result",
      id,
      {},
      returned === undefined ? undefined : new Map([["value", returned]]),
    );
  }

  /** Texts go into the head of a frame, which has a limit that clients know. */
  #tooManyTexts(value: IdlValue | undefined): string | undefined {
    if (value?.type !== IdlType.STRING) return undefined;
    const { maxHead } = this.#core.limits;
    const packed = value instanceof StillPackedTexts ? value.packed : undefined;
    // Quotes and a comma for each text; JSON may need more for what is in it.
    let bytes = packed?.json?.byteLength ?? 0;
    if (packed !== undefined && bytes === 0) {
      bytes = packed.units.byteLength / 2 + value.shape.length;
    }
    if (packed === undefined) { for (const text of value.data) bytes += text.length + 3; }
    if (bytes <= maxHead - HEAD_BYTES) return undefined;
    return `The answer has ${bytes} bytes of text, at most ${maxHead - HEAD_BYTES} can be sent`;
  }

  #print(id: number, line: string): void {
    if (this.#printed.id !== id || this.#printed.lines.length === MAX_PRINTED) this.#flushPrinted();
    if (this.#printed.lines.length === 0) {
      this.#printed.id = id;
      queueMicrotask(() => this.#flushPrinted());
    }
    this.#printed.lines.push(line);
  }

  /** Sends what was printed since the last frame, all at once. */
  #flushPrinted(): void {
    const { id, lines } = this.#printed;
    if (lines.length === 0) return;
    this.#printed = { id, lines: [] };
    this.#channel.sender.send([encodePrints(id, lines)])
      ?.catch(() => closeQuietly(this.#channel.socket));
  }

  /** A failed write ends the connection: the code that reads from it hears of that. */
  #send(
    kind: Frame["kind"],
    id: number,
    head: JsonObject,
    arrays?: ReadonlyMap<string, IdlValue>,
  ): Promise<void> | undefined {
    this.#flushPrinted();
    return this.#channel.sender.send(encodeFrame(kind, id, head, arrays))
      ?.catch(() => closeQuietly(this.#channel.socket));
  }

  async #idle(): Promise<void> {
    while (this.#calls.size > 0) {
      await Promise.all([...this.#calls.values()].map(({ ended }) => ended));
      await this.#beginHeld();
    }
  }

  /**
   * Tells the client and the log why the connection ends, if the client broke the rules.
   *
   * @returns Whether that was the reason.
   */
  async refuse(error: unknown): Promise<boolean> {
    if (!(error instanceof ProtocolError) && !(error instanceof LimitError)) return false;
    const code = error instanceof LimitError ? "limit" : "protocol";
    this.#core.metrics.fail(code);
    this.#core.log(`% SOCKSERVER: ${this.#channel.remote}: ${error.message}`);
    this.#send("error", 0, { code, message: error.message });
    await this.#channel.linger().catch(() => {});
    return true;
  }

  /** Cancels what runs; a function of the program that does not heed that is not waited for. */
  close(): void {
    this.#draining.removeEventListener("abort", this.#drain);
    for (const { cancellation } of this.#calls.values()) cancellation.cancel();
    for (const { claim } of this.#held.values()) claim?.end();
    this.#held.clear();
    this.#workbench.close();
  }
}

function hostOf(remote: string): string {
  return remote.replace(/:\d+$/, "");
}
