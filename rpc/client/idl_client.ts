import { checkCaps } from "../../net/caps.ts";
import { connect, type ConnectOptions, type Endpoint } from "../../net/connect.ts";
import { closeQuietly, formatAddress, type Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";
import { type ArrayInput, inputValue } from "./array_input.ts";
import { CallError } from "./array_client.ts";
import { encodeMessage, readAnswer } from "../idl/message.ts";
import { onOneLine } from "../language/syntax/lexer.ts";
import { asksForAnswer } from "../language/syntax/parser.ts";
import { type IdlValue, UNDEFINED } from "../language/values/value.ts";
import { pull } from "../stream/pull.ts";
import { COMMON_FORMAT, type WordFormat } from "../idl/size_vector.ts";

/** The most bytes of a text in an answer. */
const MAX_TEXT = 16 * 1024 ** 2;

/** Options of {@linkcode sendArray} and {@linkcode IdlClient}. */
export interface SendArrayOptions extends ConnectOptions {
  /** Byte order and word width of what is sent. Default: little-endian, 32 bits. */
  format?: WordFormat | undefined;
  /** The most bytes of an answer. @default {1073741824} */
  maxArray?: number | undefined;
  /** Milliseconds that the server may be silent when it is asked for an answer. */
  answerTimeout?: number | undefined;
}

/**
 * A connection in the format of IDL's socket programs, to our server or to one in IDL.
 *
 * The server answers only where the command says `return, EXPRESSION`.
 */
export class IdlClient implements AsyncDisposable {
  #socket: Socket;
  #reader: SocketReader;
  #format: WordFormat;
  #maxArray: number;

  private constructor(socket: Socket, options: SendArrayOptions) {
    checkCaps(options);
    const { format = COMMON_FORMAT, maxArray = 1024 ** 3, answerTimeout } = options;
    this.#socket = socket;
    this.#format = format;
    this.#maxArray = maxArray;
    this.#reader = new SocketReader(socket, {
      source: formatAddress(socket.remoteAddr),
      timeout: answerTimeout,
    });
  }

  /**
   * Connects.
   *
   * @param target Host and port, `host:port`, or a URL.
   * @param options Format, retries, deadlines.
   */
  static async connect(
    target: string | URL | Endpoint,
    options: SendArrayOptions = {},
  ): Promise<IdlClient> {
    return new IdlClient(await connect(target, options), options);
  }

  /**
   * Sends an array and a command.
   *
   * @param data The array; undefined for none.
   * @param command IDL; the lines of a program are sent as one, joined by `&`.
   * @returns What the server returned; undefined if the command does not ask for it.
   * @throws {CallError} If the server says that the command failed.
   */
  async send(data: ArrayInput | undefined, command: string): Promise<IdlValue | undefined> {
    const value = data === undefined ? UNDEFINED : inputValue(data);
    const line = /[\r\n]/.test(command) ? onOneLine(command) : command;
    await writeAll(this.#socket, encodeMessage(value, line, this.#format));
    if (!asksForAnswer(command)) return undefined;
    const limits = { maxArray: this.#maxArray, maxCommand: MAX_TEXT };
    const answer = await pull(this.#reader, readAnswer(this.#format, limits));
    if ("value" in answer) return answer.value;
    throw new CallError("failed", answer.failure);
  }

  /** Ends the connection, once the server has read all of it. */
  async close(): Promise<void> {
    // A server written in IDL may leave its end open.
    this.#reader.timeout = 1_000;
    try {
      await this.#socket.closeWrite();
      await this.#reader.skip(Infinity).catch(() => {});
    } finally {
      this.#reader.release();
      closeQuietly(this.#socket);
    }
  }

  /** The same as {@linkcode IdlClient.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Sends one array and one command in the format of IDL's socket programs.
 *
 * @param target Host and port, `host:port`, or a URL.
 * @param data The array; undefined for none. A typed array is a vector, `{ shape, data }`
 * has dimensions, the fastest first.
 * @param command One line of IDL; `return, EXPRESSION` asks for an answer.
 * @param options Format, retries, deadlines.
 * @returns What the server returned; undefined if the command does not ask for it.
 * @throws {CallError} If the server says that the command failed.
 * @throws {HeliographError} If nothing answers.
 *
 * @example
 * ```ts
 * import { sendArray, serveArrays } from "@heliograph/heliograph/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await serveArrays({ port: 0 });
 * const data = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
 * const answer = await sendArray(server.address, data, "return, total(data)");
 * assertEquals(answer?.data[0], 10);
 * ```
 */
export async function sendArray(
  target: string | URL | Endpoint,
  data: ArrayInput | undefined,
  command: string,
  options: SendArrayOptions = {},
): Promise<IdlValue | undefined> {
  await using client = await IdlClient.connect(target, options);
  return await client.send(data, command);
}
