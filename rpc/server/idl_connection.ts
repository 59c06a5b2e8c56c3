/** A connection of IDL's or GDL's socket programs: SIZE vector, array, command. */

import { closeQuietly } from "../../net/socket.ts";
import type { ArrayServerCore } from "./core.ts";
import type { Channel } from "./channel.ts";
import { answerParts, encodeFailure, type IdlMessage, readMessage } from "../idl/message.ts";
import { asksForAnswer } from "../language/syntax/parser.ts";
import { IdlType, type IdlValue } from "../language/values/value.ts";
import { COMMON_FORMAT, type WordFormat } from "../idl/size_vector.ts";
import { Workbench, type WorkResult } from "./workbench.ts";

/** Milliseconds that it takes at most to encode a part of an answer. */
const ANSWER_MS = 1;

/** The statement with which a client asks for the end of the connection, after its answer. */
const EXIT = /(?:^|&)\s*exit\s*(?:;.*)?$/i;

/**
 * Serves one connection until the client ends it, breaks the rules, or the server drains.
 *
 * @param core What the connections of the server share.
 * @param channel The connection, at the beginning of its first message.
 * @param lun The number that it has in the log.
 * @param draining Aborts when the server stops.
 * @throws What ended it, if it was not the client's wish.
 */
export async function serveIdlConnection(
  core: ArrayServerCore,
  channel: Channel,
  lun: number,
  draining: AbortSignal,
): Promise<void> {
  const connection = new IdlConnection(core, channel, lun, draining);
  try {
    await connection.run();
  } finally {
    connection.close();
  }
}

class IdlConnection {
  #core: ArrayServerCore;
  #channel: Channel;
  #lun: number;
  #draining: AbortSignal;
  #workbench: Workbench;
  #format: WordFormat = COMMON_FORMAT;
  #busy = false;

  constructor(core: ArrayServerCore, channel: Channel, lun: number, draining: AbortSignal) {
    this.#core = core;
    this.#channel = channel;
    this.#lun = lun;
    this.#draining = draining;
    this.#workbench = new Workbench(core.tools);
    draining.addEventListener("abort", this.#drain);
  }

  /** Between messages nothing has to be finished: the pending read ends at once. */
  #drain = () => {
    if (!this.#busy) closeQuietly(this.#channel.socket);
  };

  close(): void {
    this.#draining.removeEventListener("abort", this.#drain);
    this.#workbench.close();
  }

  async run(): Promise<void> {
    const { limits } = this.#core;
    while (!this.#draining.aborted && await this.#channel.begins()) {
      this.#busy = true;
      const message = await this.#channel.receive(
        readMessage(limits, this.#format),
        // The next array may have the memory of the one that it replaces.
        () => this.#workbench.drop("DATA"),
      );
      this.#format = message.format;
      const goesOn = await this.#carryOut(message);
      this.#busy = false;
      if (!goesOn) return;
    }
  }

  async #carryOut({ value, command, format }: IdlMessage): Promise<boolean> {
    const { metrics } = this.#core;
    const exits = EXIT.test(command);
    const text = exits ? command.replace(EXIT, "") : command;
    const start = performance.now();
    metrics.begin();
    const arrays = new Map<string, IdlValue>(
      value.type === IdlType.UNDEFINED ? [] : [["DATA", value]],
    );
    if (value.type === IdlType.UNDEFINED) this.#workbench.drop("DATA");
    let result: WorkResult | undefined;
    let failure: string | undefined;
    try {
      result = await this.#core.turns.run(this.#channel.share, () =>
        this.#workbench.run({
          command: text,
          arrays,
          keepArrays: true,
          sink: this.#core.sinkFor((line) => this.#core.log(line), {
            peer: this.#channel.remote,
            command: text,
          }),
        }));
      this.#channel.takeClaim()?.end();
      failure = this.#report(result, text);
      await this.#answer(result, text, format);
    } finally {
      result?.release();
      metrics.end(performance.now() - start, failure);
    }
    if (exits) await this.#channel.linger();
    return !exits;
  }

  #report({ outcome }: WorkResult, command: string): string | undefined {
    if (outcome.ok) return undefined;
    const { code, message, position } = outcome.error;
    this.#core.log(
      `% SERVERCALLBACK: LUN ${this.#lun}: ${message} (at ${position + 1} of '${command}')`,
    );
    return code;
  }

  async #answer({ outcome }: WorkResult, command: string, format: WordFormat): Promise<void> {
    const { sender, share } = this.#channel;
    if (outcome.ok) {
      if (!outcome.asked || outcome.returned === undefined) return;
      for (const pieces of answerParts(outcome.returned, format)) {
        await sender.send(pieces);
        await this.#core.turns.turn(share, ANSWER_MS);
      }
    } else if (outcome.asked || asksForAnswer(command)) {
      await sender.send(encodeFailure(outcome.error.message, format));
    }
    await sender.finish();
  }
}
