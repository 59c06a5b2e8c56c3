/** Programs that stay for all rounds of a benchmark. */

import { linesOf } from "@std/streams";
import type { Contender } from "./compare.ts";

/** A program that is told by a line what to do, and answers with a line. */
export class Peer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  readonly #command: string;

  /**
   * Starts the program.
   *
   * @param command Its name or path.
   * @param args Its arguments.
   * @param env What its environment has besides that of the benchmark.
   */
  constructor(command: string, args: string[], env: Record<string, string> = {}) {
    this.#command = command;
    this.#process = new Deno.Command(command, {
      args,
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#orders = this.#process.stdin.getWriter();
    this.#answers = linesOf(this.#process.stdout).getReader();
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value, done } = await this.#answers.read();
    if (done) throw new Error(`${this.#command} ended`);
    return value;
  }

  /** Gives an order, one line; the number that it answers with. */
  async ask(order: string): Promise<number> {
    await this.#orders.write(new TextEncoder().encode(order + "\n"));
    return Number(await this.line());
  }

  /** An order whose answer is the figure. */
  contender(name: string, order: string): Contender {
    return { name, run: () => this.ask(order) };
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#process.status;
  }
}
