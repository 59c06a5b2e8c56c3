import { HeliographError, messageOf } from "../../../net/errors.ts";
import type { Transfer, TransferEnd } from "./transfer.ts";

/** What stands for a pattern in whose place there is no file: it fails, and the others arrive. */
export class UnlistedTransfer implements Transfer {
  readonly url: string;
  readonly host: string;
  readonly label: string;
  readonly status: number | null;
  readonly secured = 0;
  readonly received = 0;
  readonly bytes = 0;
  readonly total = undefined;
  #failure: HeliographError;

  /**
   * Begins with what will be its end.
   *
   * @param url The pattern, without user and password.
   * @param host The server.
   * @param failure Why there is no file.
   * @param status The status of the server, where one came.
   */
  constructor(url: string, host: string, failure: unknown, status: number | null = null) {
    this.url = this.label = url;
    this.host = host;
    this.status = status;
    // None of the errors that are worth another attempt: that would list nothing again.
    this.#failure = new HeliographError(messageOf(failure), { source: this.url });
  }

  attempt(): Promise<TransferEnd> {
    return Promise.reject(this.#failure);
  }

  interrupt(): void {}

  stop(): number {
    return 0;
  }
}
