import { ClosedError } from "../../net/errors.ts";
import type { HttpAnswer } from "../client/exchange.ts";
import { addSpan, missingSpans, type Span, spanBytes } from "./spans.ts";
import { shownUrl } from "../../net/text/shown_url.ts";

/** What one connection fetches at a time. */
const PIECE_BYTES = 33_554_432;

/** How much may come before what exists is noted again. */
const NOTE_BYTES = 67_108_864;

/** A file that several connections fetch together. */
export interface SplitSource {
  /** The whole size. */
  readonly length: number;
  /** What exists already. */
  readonly spans: readonly Span[];
  /** Connections wanted, the first included. */
  readonly connections: number;
  /** The answer to a request for the whole, whose body begins at the first byte. */
  readonly first?: HttpAnswer | undefined;
  /** Takes up to so many further connections. */
  take(most: number): number;
  /** Gives connections back. */
  giveBack(count: number): void;
  /** Asks for a piece; a text says why the file must be fetched again. */
  ask(span: Span): Promise<HttpAnswer | string>;
  /** Writes bytes at their place. */
  write(bytes: Uint8Array, at: number): void;
  /** Notes what exists. */
  note(spans: Span[]): void;
}

/**
 * Fetches what is missing of a file over several connections.
 *
 * The first body, where there is one, is read on and on from the beginning; the other
 * connections take pieces from the end, so that nothing of it is asked for twice.
 *
 * @param source The file.
 * @returns Undefined when all of it is there; else why it must be fetched again.
 */
export async function fetchInPieces(source: SplitSource): Promise<string | undefined> {
  return await new SplitFetch(source).run();
}

class SplitFetch {
  #source: SplitSource;
  #spans: Span[];
  /** What is missing and no one fetches, in order. */
  #free: Span[];
  #noted: number;
  #running = new Set<HttpAnswer>();
  #changed: string | undefined;
  #failure: unknown;

  constructor(source: SplitSource) {
    this.#source = source;
    this.#spans = [...source.spans];
    this.#free = missingSpans(this.#spans, source.length);
    this.#noted = spanBytes(this.#spans);
  }

  async run(): Promise<string | undefined> {
    // Before a byte behind a gap is written, the note must say that there are gaps.
    this.#source.note(this.#spans);
    const { first, connections } = this.#source;
    const wanted = Math.min(connections, Math.ceil(this.#missing() / PIECE_BYTES)) - 1;
    const further = wanted > 0 ? this.#source.take(wanted) : 0;
    const workers = Array.from({ length: further }, () => this.#work());
    workers.push(first === undefined ? this.#work() : this.#readOn(first));
    try {
      await Promise.all(workers);
    } finally {
      this.#source.giveBack(further);
      this.#source.note(this.#spans);
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.#changed;
  }

  /** Reads the first body until it comes to what another connection fetches. */
  async #readOn(answer: HttpAnswer): Promise<void> {
    this.#running.add(answer);
    try {
      let at = 0;
      for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
        const free = this.#free[0];
        if (free === undefined || free[0] !== at) break;
        const count = Math.min(piece.length, free[1] - at);
        this.#write(count === piece.length ? piece : piece.subarray(0, count), at);
        at += count;
        if (at === free[1]) this.#free.shift();
        else this.#free[0] = [at, free[1]];
        if (this.#free[0]?.[0] !== at && at < this.#source.length) break;
      }
      answer.cancel();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#running.delete(answer);
    }
    await this.#work();
  }

  async #work(): Promise<void> {
    for (let span = this.#nextPiece(); span !== undefined; span = this.#nextPiece()) {
      let at = span[0];
      try {
        const answer = await this.#source.ask(span);
        if (typeof answer === "string") {
          this.#changed = answer;
          return this.#fail(undefined);
        }
        this.#running.add(answer);
        if (this.#stopped) answer.cancel();
        for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
          const count = Math.min(piece.length, span[1] - at);
          this.#write(piece.subarray(0, count), at);
          at += count;
        }
        this.#running.delete(answer);
        if (at < span[1] && !this.#stopped) {
          throw new ClosedError(
            `Cannot fetch ${shownUrl(answer.url)}: ${span[1] - at} bytes of a part are missing`,
            { source: shownUrl(answer.url) },
          );
        }
      } catch (error) {
        return this.#fail(error);
      }
    }
  }

  /** A piece from the end of what no one fetches. */
  #nextPiece(): Span | undefined {
    if (this.#stopped) return undefined;
    const last = this.#free.pop();
    if (last === undefined) return undefined;
    const cut = Math.max(last[0], last[1] - PIECE_BYTES);
    // What the first connection reads right now is left to it.
    if (cut > last[0]) this.#free.push([last[0], cut]);
    return [cut, last[1]];
  }

  #write(bytes: Uint8Array, at: number): void {
    this.#source.write(bytes, at);
    this.#spans = addSpan(this.#spans, [at, at + bytes.length]);
    const there = spanBytes(this.#spans);
    if (there - this.#noted < NOTE_BYTES) return;
    this.#noted = there;
    this.#source.note(this.#spans);
  }

  get #stopped(): boolean {
    return this.#failure !== undefined || this.#changed !== undefined;
  }

  /** One connection's failure ends the attempt; what has come stays. */
  #fail(error: unknown): void {
    if (this.#changed === undefined) this.#failure ??= error;
    for (const answer of this.#running) answer.cancel();
  }

  #missing(): number {
    return this.#source.length - spanBytes(this.#spans);
  }
}
