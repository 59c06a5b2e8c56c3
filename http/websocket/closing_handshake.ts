/** The closing handshake (RFC 6455 sections 5.5.1 and 7.1), none of which takes for ever. */

import { Deadline } from "../../net/deadline.ts";
import { isDisconnect, type Socket } from "../../net/socket.ts";
import { closePayload } from "./frames/close_codes.ts";
import type { MessageQueue } from "./message_queue.ts";
import type { MessageSender } from "./message_sender.ts";

/**
 * How long a close frame waits for a receiver that took a message and has not asked for the
 * next: a loop will ask, and may answer before that; a single receive() may not.
 */
const ANSWER_MS = 250;
/** How long what a peer sends after a failure is read, so that it can read the close frame. */
const LINGER_MS = 1_000;
const MAX_LINGER_BYTES = 4_096;

/** What a {@linkcode ClosingHandshake} works with. */
export interface ClosingHandshakeOptions {
  /** The connection. */
  readonly socket: Socket;
  /** The half that sends, for the close frame. */
  readonly sender: MessageSender;
  /** Milliseconds that the peer may take to answer. */
  readonly timeout: number;
  /** Called when it took longer: the connection must be closed. */
  readonly onLate: () => void;
}

/** The steps by which one end closes; the connection says which of them, and when. */
export class ClosingHandshake {
  readonly #options: ClosingHandshakeOptions;
  #deadline: Deadline | undefined;

  /**
   * Makes a handshake that has not begun.
   *
   * @param options The connection and its deadline.
   */
  constructor(options: ClosingHandshakeOptions) {
    this.#options = options;
  }

  /** Whether the close frame is sent, or goes behind the message that is being sent. */
  get begun(): boolean {
    return this.#deadline !== undefined;
  }

  /** Waits until the receiver has worked on every message, but not for ever. */
  async untilWorkedOn(queue: MessageQueue): Promise<void> {
    const { timeout } = this.#options;
    const deadline = new Deadline(() => queue.shut());
    deadline.set(queue.looping ? timeout : Math.min(ANSWER_MS, timeout));
    await queue.workedOn();
    deadline.end();
  }

  /** Sends the close frame; from now on the peer has until the deadline to answer. */
  async send(code: number, reason: string): Promise<void> {
    const { sender, timeout, onLate } = this.#options;
    this.#deadline = new Deadline(onLate);
    this.#deadline.set(timeout);
    // A connection that is lost meanwhile is reported by the one who reads.
    await sender.sendClose(closePayload(code, reason)).catch(() => {});
  }

  /**
   * Reads what still comes, until the peer ends the connection or time is up. Closing
   * with bytes unread would reset the connection, and the peer might never see the
   * close frame.
   *
   * @param ends Which end stops sending first.
   */
  async linger(ends: "this" | "peer"): Promise<void> {
    const { socket, sender, timeout, onLate } = this.#options;
    await sender.output.flush().catch(() => {});
    const deadline = new Deadline(onLate);
    deadline.set(Math.min(LINGER_MS, timeout));
    try {
      if (ends === "this") await socket.closeWrite();
      const target = new Uint8Array(MAX_LINGER_BYTES);
      while (await socket.read(target) !== null);
    } catch (error) {
      if (!isDisconnect(error)) throw error;
    } finally {
      deadline.end();
    }
  }

  /** The connection has ended. */
  end(): void {
    this.#deadline?.end();
  }
}
