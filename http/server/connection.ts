import { Deadline } from "../../net/deadline.ts";
import { ClosedError } from "../../net/errors.ts";
import type { TcpConnection } from "../../net/serve_tcp.ts";
import { closeQuietly, isDisconnect, type Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import type { AccessRecord } from "./access_log.ts";
import type { ConnectionSettings } from "./settings.ts";
import { formatHttpDate } from "../message/date.ts";
import { isOwnOrigin } from "../fields/own_names.ts";
import { errorResponse } from "./error_response.ts";
import { HttpError } from "../message/http_error.ts";
import { encodeLatin1 } from "../message/octets.ts";
import {
  type AnsweredRequest,
  outgoing,
  type OutgoingResponse,
  takeOverHead,
} from "./outgoing_response.ts";
import { PreparedResponse } from "./prepared_response.ts";
import { type BodySource, IncomingBody } from "./request_body.ts";
import type { RequestHead } from "../message/request_head.ts";
import { RequestHeadReader } from "./head_reader.ts";
import { releaseBody, sendResponse } from "./response_sender.ts";
import { type RequestConnection, ServerRequest, TakeOver } from "./request.ts";
import type { HttpResponse } from "./types.ts";
import { endOfTurn } from "./event_loop_turn.ts";

type Answer = HttpResponse | Response;

/** How long the bytes of a client are thrown away after the last answer (RFC 9112 section 9.6). */
const LINGER_MS = 2_000;
const LINGER_WHILE_DRAINING_MS = 500;
/** How long the answer to a request that came too slowly may take. */
const FAREWELL_MS = 1_000;
/** The slowest body: this many bytes for each second beyond the body's deadline. */
const MIN_BODY_RATE = 500;
/** Beside empty lines and one head, this much may be buffered. */
const SPARE_BYTES = 4_096;

/** Requests that one connection may send without waiting before the others get their turn. */
const MAX_IN_A_TURN = 64;

const CONTINUE = encodeLatin1("HTTP/1.1 100 Continue\r\n\r\n");

/** What the connection is doing, which decides what a passed deadline means. */
type Phase = "idle" | "head" | "answer" | "body" | "over";

/** One connection of a server, from its first request to its end. */
export class ServerConnection implements BodySource, RequestConnection {
  readonly socket: Socket;
  readonly draining: AbortSignal;
  #settings: ConnectionSettings;
  #remote: string;
  #reader: SocketReader;
  #heads: RequestHeadReader;
  #headBegun = false;
  #reading: Deadline;
  #writing: Deadline;
  #phase: Phase = "head";
  #answerBegun = false;
  #bodyStart: number | undefined;
  #late = false;
  #watching: Promise<boolean> | undefined;
  #aborter: AbortController | undefined;
  #host: string;
  #drains = false;
  #admitted: RequestHead | undefined;

  /**
   * Takes a connection.
   *
   * @param connection The connection.
   * @param settings Handler, limits and deadlines of the server.
   */
  constructor({ socket, remote, draining }: TcpConnection, settings: ConnectionSettings) {
    this.socket = socket;
    this.draining = draining;
    this.#settings = settings;
    this.#remote = remote;
    this.#host = "hostname" in socket.remoteAddr ? socket.remoteAddr.hostname : remote;
    this.#reader = new SocketReader(socket, { bufferSize: 8_192, source: remote });
    this.#heads = new RequestHeadReader({
      requestLineBytes: settings.maxHeadBytes,
      headBytes: settings.maxHeadBytes,
      fieldCount: settings.maxFields,
      methods: settings.methods,
    });
    this.#reading = new Deadline(() => this.#readTooLate());
    this.#writing = new Deadline(() => closeQuietly(socket));
  }

  get secure(): boolean {
    return this.#settings.secure;
  }

  get buffered(): Uint8Array<ArrayBuffer> {
    return this.#reader.buffered;
  }

  get watching(): boolean {
    return this.#watching !== undefined;
  }

  /** Serves requests until one side has enough. */
  async serve(): Promise<void> {
    try {
      if (await this.#serveRequests()) await this.#linger();
    } catch (error) {
      if (!isDisconnect(error)) throw error;
      this.#aborter?.abort(error);
    } finally {
      this.#phase = "over";
      this.#reading.end();
      this.#writing.end();
      this.#reader.release();
      this.#aborter?.abort(this.#goneError());
    }
  }

  /** Ends the connection if it waits for a request, else after the answer. */
  drain(): void {
    this.#drains = true;
    this.closeIfIdle();
  }

  /** Ends the connection if it waits for a request; returns whether it did. */
  closeIfIdle(): boolean {
    if (this.#phase !== "idle") return false;
    this.#phase = "over";
    closeQuietly(this.socket);
    return true;
  }

  /** Serves requests; false if nothing more is to be done with the connection. */
  async #serveRequests(): Promise<boolean> {
    const { handler, maxRequests } = this.#settings;
    this.#reading.set(this.#settings.headTimeout);
    for (let count = 1;;) {
      let head: RequestHead | undefined;
      try {
        head = this.#heads.take(this.#reader);
      } catch (error) {
        await this.#refuse(error);
        return true;
      }
      if (head === undefined) {
        if (!await this.#fillHead(count > 1)) return false;
        continue;
      }
      this.#headBegun = false;
      const request = new ServerRequest(this, head);
      let answer: Answer;
      let failed = false;
      this.#phase = "answer";
      // Deadlines from here on are those of the body, set when it is read, and of writing.
      this.#reading.clear();
      try {
        // Who asks again in the same words is known already.
        const refusal = head === this.#admitted ? undefined : this.#turnAway(head);
        if (refusal === undefined) this.#admitted = head;
        const result = refusal ?? handler(request);
        answer = result instanceof Promise ? await result : result;
      } catch (error) {
        answer = this.#answerToFailure(error);
        failed = !(error instanceof HttpError);
      }
      const keepAlive = head.keepAlive && !failed && count++ < maxRequests && !this.#drains;
      if (answer instanceof PreparedResponse && answer.fits(head) && keepAlive) {
        await this.#sendPrepared(answer, head);
      } else if (!await this.#send(answer, request, keepAlive)) {
        return !(answer instanceof TakeOver);
      }
      this.#aborter = undefined;
      if (count % MAX_IN_A_TURN === 0) await endOfTurn();
    }
  }

  /** The answer to who takes this server for another, or is a page that may not change it. */
  #turnAway({ host, method, fields }: RequestHead): HttpResponse | undefined {
    const { names, origins } = this.#settings;
    if (!names.has(host)) {
      return errorResponse(421, "this server does not go by that name; see --allow-host");
    }
    const isSafe = method === "GET" || method === "HEAD" || method === "OPTIONS";
    if (isSafe || isOwnOrigin(fields.get("origin"), host, origins)) return undefined;
    return errorResponse(403, "pages of this origin may not change anything here");
  }

  /** Waits for bytes of a head; false if none will come. */
  async #fillHead(idle: boolean): Promise<boolean> {
    const { headTimeout, idleTimeout, maxHeadBytes } = this.#settings;
    if (this.#reader.buffered.length > 0) {
      if (!this.#headBegun) {
        // The deadline is for the head as a whole, not for each piece of it.
        if (idle) this.#reading.set(headTimeout);
        this.#headBegun = true;
        this.#phase = "head";
      }
    } else {
      if (this.#drains) return false;
      if (idle) this.#reading.set(idleTimeout);
      this.#phase = "idle";
    }
    const more = await this.#fill(maxHeadBytes + SPARE_BYTES);
    this.#checkTime();
    return more;
  }

  /** Waits for more bytes, perhaps by a read that began while a request was answered. */
  #fill(limit: number): Promise<boolean> {
    const filled = this.#watching ?? this.#reader.fill(limit);
    this.#watching = undefined;
    return filled;
  }

  /** Sends an answer that is ready; nothing is made for it. */
  async #sendPrepared(answer: PreparedResponse, head: RequestHead): Promise<void> {
    const start = this.#settings.log === undefined ? 0 : performance.now();
    await this.#write(answer.encode());
    if (!answer.joined) await this.#write(answer.body!);
    this.#settings.log?.(this.#record(head, answer.status, answer.body?.length ?? 0, start));
  }

  /** Sends any answer; returns whether another request may follow. */
  async #send(answer: Answer, request: ServerRequest, keepAlive: boolean): Promise<boolean> {
    const { head } = request;
    const start = performance.now();
    if (answer instanceof TakeOver) {
      await this.#write(takeOverHead(answer, now()));
      this.#settings.log?.(this.#record(head, answer.status, 0, start));
      await this.#handOver(answer);
      return false;
    }
    let sent = 0;
    const unread = request.unreadBody;
    const { maxDrainBytes } = this.#settings;
    const plan = this.#plan(answer, {
      method: head.method,
      version: head.version,
      keepAlive: keepAlive && (unread === undefined || unread.worthDraining(maxDrainBytes)),
    });
    try {
      this.#answerBegun = true;
      sent = await sendResponse(plan, (bytes) => this.#write(bytes), () => request.signal);
    } catch (error) {
      if (isDisconnect(error)) throw error;
      this.#settings.onError(error, this.#remote);
      throw new ClosedError("Cannot send the rest of the answer", { cause: error });
    } finally {
      this.#answerBegun = false;
      await releaseBody(answer.body, plan.stream !== undefined)
        .catch((error) => this.#settings.onError(error, this.#remote));
      this.#settings.log?.(this.#record(head, answer.status, sent, start));
    }
    return plan.keepAlive && (unread === undefined || await unread.drain(maxDrainBytes));
  }

  /** The answer as it is sent; the answer 500 if the handler's cannot be. */
  #plan(answer: Answer, request: AnsweredRequest): OutgoingResponse {
    try {
      return outgoing(answer, request, now());
    } catch (error) {
      return outgoing(this.#answerToFailure(error), { ...request, keepAlive: false }, now());
    }
  }

  async #handOver(answer: TakeOver): Promise<void> {
    this.#phase = "over";
    this.#reading.end();
    this.#writing.end();
    const { socket, draining } = this;
    await answer.protocol({ socket, reader: this.#reader, draining });
  }

  #answerToFailure(error: unknown): HttpResponse {
    if (error instanceof HttpError) return errorResponse(error.status, error.message);
    if (isDisconnect(error)) throw error;
    this.#settings.onError(error, this.#remote);
    return errorResponse(500, "the server failed to answer this request");
  }

  /** Answers what is no request. */
  async #refuse(error: unknown): Promise<void> {
    if (!(error instanceof HttpError)) throw error;
    const { status, message } = error;
    const start = performance.now();
    const request = { method: "GET", version: "1.1", keepAlive: false } as const;
    const plan = outgoing(errorResponse(status, message), request, now());
    this.#reading.clear();
    const never = new AbortController().signal;
    const sent = await sendResponse(plan, (bytes) => this.#write(bytes), () => never);
    this.#settings.log?.(this.#record(undefined, status, sent, start));
  }

  /**
   * Throws away what the client still sends, so that it can read the last answer:
   * closing at once would reset the connection and take the answer with it.
   */
  async #linger(): Promise<void> {
    this.#phase = "over";
    this.#reading.set(this.#drains ? LINGER_WHILE_DRAINING_MS : LINGER_MS);
    await this.socket.closeWrite();
    do this.#reader.consume(this.#reader.buffered.length); while (await this.#fill(Infinity));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      this.#writing.set(this.#settings.writeTimeout);
      done += await this.socket.write(done === 0 ? bytes : bytes.subarray(done));
    }
    this.#writing.clear();
  }

  /** A deadline for reading has passed: the client learns why, if it can still be told. */
  #readTooLate(): void {
    const tells = this.#phase === "head" || (this.#phase === "body" && !this.#answerBegun);
    this.#late = true;
    if (!tells) return closeQuietly(this.socket);
    this.#writing.set(FAREWELL_MS);
    void this.#refuse(new HttpError(408, "the request came too slowly"))
      .catch(() => {}).finally(() => closeQuietly(this.socket));
  }

  #goneError(): ClosedError {
    return new ClosedError(`the connection of ${this.#remote} has ended`);
  }

  #checkTime(): void {
    if (this.#late) throw new ClosedError(`the request of ${this.#remote} came too slowly`);
  }

  #record(
    head: RequestHead | undefined,
    status: number,
    bytes: number,
    start: number,
  ): AccessRecord {
    return {
      host: this.#host,
      time: Date.now(),
      method: head?.method,
      target: head?.target,
      version: head?.version,
      status,
      bytes,
      duration: performance.now() - start,
      referrer: head?.fields.get("referer"),
      userAgent: head?.fields.get("user-agent"),
    };
  }

  // What a request and its body ask of the connection:

  openBody(head: RequestHead): IncomingBody {
    this.#bodyStart = undefined;
    return new IncomingBody(this, head, this.#settings.maxBodyBytes);
  }

  consume(count: number): void {
    this.#reader.consume(count);
  }

  async proceed(): Promise<void> {
    if (!this.#answerBegun) await this.#write(CONTINUE);
  }

  async fillBody(received: number): Promise<boolean> {
    const { bodyTimeout } = this.#settings;
    this.#bodyStart ??= performance.now();
    // Progress has to be more than a byte now and then.
    const granted = bodyTimeout + (received / MIN_BODY_RATE) * 1000;
    const left = granted - (performance.now() - this.#bodyStart);
    this.#phase = "body";
    this.#reading.set(Math.max(0, Math.min(bodyTimeout, left)));
    // A read that a look at `request.signal` has begun fills the same buffer.
    const more = await this.#fill(Infinity);
    this.#reading.clear();
    this.#checkTime();
    this.#phase = "answer";
    return more;
  }

  watch(head: RequestHead, bodyEnded: boolean): AbortSignal {
    this.#aborter ??= new AbortController();
    const mayRead = bodyEnded && head.upgrade.length === 0 &&
      head.method !== "CONNECT" && this.#reader.buffered.length < SPARE_BYTES;
    if (mayRead && this.#phase === "answer" && this.#watching === undefined) {
      const gone = (error: unknown) => this.#aborter?.abort(error);
      const filling = this.#watching = this.#reader.fill();
      filling.then((more) => more || gone(this.#goneError()), gone).finally(() => {
        if (this.#watching === filling) this.#watching = undefined;
      });
    }
    return this.#aborter.signal;
  }
}

function now(): string {
  return formatHttpDate(Date.now());
}
