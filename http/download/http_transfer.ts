import { ClosedError, FormatError, LimitError, ProtocolError } from "../../net/errors.ts";
import { withoutCredentials } from "../client/credentials.ts";
import { discard, type HttpAnswer, type HttpRequest } from "../client/exchange.ts";
import { parseHttpDate } from "../message/date.ts";
import { contentCodings } from "../client/content_coding.ts";
import { FileDigests } from "./digests/file_digests.ts";
import { checkFreeSpace } from "./parts/free_space.ts";
import { factsOf, modifiedOf, refusal } from "./http_answer.ts";
import { HttpName } from "./http_name.ts";
import { findPart } from "./parts/earlier_parts.ts";
import { MIN_SIDECAR_BYTES, PartFile } from "./parts/part_file.ts";
import {
  type AnswerFacts,
  type AskedRange,
  identityOf,
  judgeAnswer,
  type PartIdentity,
  rangeFields,
  type Verdict,
} from "./resume.ts";
import type { Sidecar } from "./parts/sidecar.ts";
import { fetchInPieces, type SplitSource } from "./split.ts";
import { type Span, spanBytes } from "./spans.ts";
import {
  type AttemptEnd,
  existingFile,
  type RunContext,
  skipExisting,
  type Transfer,
  type TransferEnd,
} from "./job/transfer.ts";

/** Versions of a file that may follow each other while it is fetched before that is given up. */
const MAX_RESTARTS = 3;

const NO_FIELDS: HttpRequest["fields"] = [];
const NOTHING_KNOWN: PartIdentity = {};

/** A file on its way over HTTP. */
export class HttpTransfer implements Transfer {
  readonly url: string;
  readonly host: string;
  status: number | null = null;
  received = 0;
  total: number | undefined;
  #context: RunContext;
  #target: URL;
  #name: HttpName;
  #digests: FileDigests;
  #part: PartFile | undefined;
  #known: PartIdentity = NOTHING_KNOWN;
  #have = 0;
  #spans: Span[] | undefined;
  #modified: number | undefined;
  #restarts = 0;
  readonly #running = new Set<HttpAnswer>();
  #interruption: Error | undefined;

  /**
   * Prepares a transfer; nothing is asked yet.
   *
   * @param context The run.
   * @param target The URL, perhaps with credentials.
   * @param planned The name that is claimed for it, by {@linkcode planName}.
   * @param request The name and the digest that the caller wants.
   */
  constructor(
    context: RunContext,
    target: URL,
    planned: string | undefined,
    request: { name?: string | undefined; sha256?: string | undefined },
  ) {
    this.#context = context;
    this.#target = target;
    this.url = withoutCredentials(target).href;
    this.host = target.origin;
    this.#name = new HttpName(context, target, planned, request.name !== undefined);
    this.#digests = new FileDigests(request.sha256);
  }

  get label(): string {
    return this.#name.claimed ?? this.url;
  }

  get bytes(): number {
    return this.#spans === undefined ? this.#have : spanBytes(this.#spans);
  }

  get secured(): number {
    return rangeFields(this.#known, { first: 0 }) === null ? 0 : this.bytes;
  }

  async attempt(): Promise<AttemptEnd> {
    this.#interruption = undefined;
    if (this.#part === undefined) {
      const skipped = this.#context.options.existing === "newer"
        ? await this.#skipUnchanged()
        : this.#skipPresent();
      if (skipped !== undefined) return skipped;
      this.#findEarlierPart();
    }
    try {
      for (;;) {
        const end = this.#spans === undefined ? await this.#once() : await this.#inPieces();
        if (end !== undefined) return end;
      }
    } catch (error) {
      throw this.#interruption ?? error;
    } finally {
      for (const answer of this.#running) answer.cancel();
      this.#running.clear();
    }
  }

  interrupt(reason: Error): void {
    this.#interruption = reason;
    for (const answer of this.#running) answer.cancel();
  }

  stop(resumable: boolean): number {
    const part = this.#part;
    this.#part = undefined;
    if (part === undefined) return 0;
    if (!resumable || part.sidecar === undefined) {
      part.discard();
      return 0;
    }
    if (this.#spans !== undefined) this.#noteSpans(part);
    part.keep();
    return this.bytes;
  }

  /** Whether a file that is there is enough, by its name. */
  #skipPresent(): TransferEnd | undefined {
    const name = this.#name.claimed;
    return name === undefined ? undefined : skipExisting(this.#context, name);
  }

  /** Whether a file that is there is enough, by what the server tells of its own. */
  async #skipUnchanged(): Promise<TransferEnd | undefined> {
    const name = this.#name.claimed;
    if (name === undefined || existingFile(this.#context, name) === undefined) return undefined;
    const answer = await this.#context.client.send("HEAD", this.#target);
    await discard(answer);
    if (answer.status !== 200) return undefined;
    const size = answer.fields.get("content-length");
    return skipExisting(this.#context, name, {
      size: size === undefined ? undefined : Number(size),
      modified: modifiedOf(answer),
    });
  }

  #findEarlierPart(): void {
    const { folder } = this.#context;
    const known = this.#name.claimed ?? folder.partOf(this.url);
    if (known === undefined) return;
    const name = this.#name.claim(known);
    if (!folder.hasPart(name)) return;
    const found = findPart(folder.path, name);
    if (found === undefined || found.sidecar.url !== this.url || found.size === 0) return;
    const part = PartFile.open(folder.path, name);
    // What counts is what is in the file now that nobody else can write to it.
    if (part.sidecar?.url !== this.url) return part.keep();
    this.#part = part;
    this.#name.fix();
    this.#known = part.sidecar;
    this.#have = part.size;
    this.total = part.sidecar.length;
    if (part.sidecar.spans !== undefined) this.#spans = [...part.sidecar.spans];
    else if (this.#isSplit(true)) this.#spans = [[0, Math.min(this.#have, this.total!)]];
  }

  /** Only a strong tag tells that several connections bring parts of the same file. */
  #isSplit(large: boolean): boolean {
    const { etag, length } = this.#known;
    return this.#context.options.split > 1 && large && etag !== undefined && length !== undefined;
  }

  /** Sends one request and takes what it brings; undefined if more must be asked for. */
  async #once(): Promise<AttemptEnd | undefined> {
    const asked: AskedRange | null = this.#have > 0 ? { first: this.#have } : null;
    const fields = asked === null ? null : rangeFields(this.#known, asked);
    const answer = await this.#ask(fields === null ? NO_FIELDS : Object.entries(fields));
    const facts = factsOf(answer, this.#name.of(answer));
    const verdict = judgeAnswer(fields === null ? null : asked, this.#known, facts);
    if (verdict.kind === "whole") return await this.#takeWhole(answer, facts);
    if (verdict.kind === "complete") {
      await discard(answer);
      return await this.#finish();
    }
    if (verdict.kind === "part") {
      this.#learn(answer);
      await this.#takePart(answer, verdict);
      const total = verdict.total ?? this.#known.length ?? this.#have;
      return this.#have >= total ? await this.#finish() : undefined;
    }
    await discard(answer);
    if (verdict.kind === "restart") return this.#restart(verdict.why);
    throw refusal(answer, verdict, this.url);
  }

  async #ask(fields: HttpRequest["fields"]): Promise<HttpAnswer> {
    const answer = await this.#context.client.send("GET", this.#target, fields);
    this.status = answer.status;
    this.#running.add(answer);
    if (this.#interruption !== undefined) throw this.#interruption;
    return answer;
  }

  /** Keeps what an answer tells about the whole file. */
  #learn(answer: HttpAnswer): void {
    this.#digests.learn(answer);
    const modified = modifiedOf(answer);
    if (modified !== undefined || answer.status !== 206) this.#modified = modified;
  }

  async #takeWhole(
    answer: HttpAnswer,
    facts: AnswerFacts,
  ): Promise<AttemptEnd | undefined> {
    const { options } = this.#context;
    const name = this.#name.settle(answer);
    this.#learn(answer);
    const size = facts.coded ? undefined : facts.contentLength;
    if (this.#part === undefined) {
      const skipped = skipExisting(this.#context, name, { size, modified: this.#modified });
      if (skipped !== undefined) {
        await discard(answer);
        return skipped;
      }
    }
    this.total = size;
    if ((size ?? 0) > options.maxSize) throw this.#tooLarge();
    const small = this.#part === undefined && !facts.coded && !this.#digests.needed
      ? answer.takeWhole()
      : undefined;
    if (small !== undefined) {
      this.received += small.length;
      this.#have = small.length;
      return { release: () => answer.release(), place: () => this.#writeWhole(name, small) };
    }
    const date = parseHttpDate(answer.fields.get("date") ?? "");
    this.#known = identityOf(facts, date, this.#modified);
    await checkFreeSpace(options.folder, name, size ?? 0);
    this.#part ??= PartFile.open(options.folder, name);
    this.#have = 0;
    const worthNoting = (size ?? 0) > MIN_SIDECAR_BYTES;
    this.#part.begin(worthNoting ? this.#note() : undefined);
    if (this.#isSplit(worthNoting)) {
      this.#spans = [];
      return await this.#inPieces(answer);
    }
    await this.#copy(answer, facts, this.#part);
    return await this.#finish();
  }

  /** Writes a body that is in memory. */
  #writeWhole(name: string, body: Uint8Array): TransferEnd {
    const { folder, fsync } = this.#context.options;
    const path = PartFile.writeWhole(folder, name, body, { modified: this.#modified, fsync });
    return { path, outcome: "fetched", bytes: body.length };
  }

  /** Copies a whole body into the part file. */
  async #copy(answer: HttpAnswer, facts: AnswerFacts, part: PartFile): Promise<void> {
    const { maxSize, fsync } = this.#context.options;
    const digests = this.#digests;
    if (digests.needed) await digests.begin(facts.coded);
    const take = (piece: Uint8Array) => {
      if (this.#have + piece.length > maxSize) throw this.#tooLarge();
      digests.update(piece);
      part.write(piece, this.#have);
      this.#have += piece.length;
    };
    if (facts.coded) {
      const { decodeBody } = await import("../client/decode_body.ts");
      const sent = (bytes: Uint8Array) => {
        this.received += bytes.length;
        digests.updateCoded(bytes);
      };
      for await (const piece of decodeBody(answer, contentCodings(answer.fields), sent)) {
        take(piece);
      }
      return;
    }
    for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
      this.received += piece.length;
      take(piece);
      if (part.sidecar !== undefined || this.#have <= MIN_SIDECAR_BYTES) continue;
      // A body without a length turns out to be long enough for a note.
      const note = this.#note();
      if (note !== undefined) part.update(note, fsync);
    }
  }

  /** The note beside the part file; undefined if nothing could tell versions apart. */
  #note(): Sidecar | undefined {
    if (this.#known.etag === undefined && this.#known.lastModified === undefined) return undefined;
    return { url: this.url, name: this.#name.claimed!, ...this.#known };
  }

  async #takePart(
    answer: HttpAnswer,
    { at, length, total }: Verdict & { kind: "part" },
  ): Promise<void> {
    if ((total ?? 0) > this.#context.options.maxSize) throw this.#tooLarge();
    if (total !== undefined) this.total = total;
    this.#digests.forget();
    // A part that was cut short by a crash of the system may be longer than it should be.
    const part = this.#part!;
    let done = 0;
    for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
      this.received += piece.length;
      if (done + piece.length > length) {
        throw new ProtocolError(
          `Cannot fetch ${this.url}: more than the ${length} bytes of its Content-Range came`,
          { source: this.url },
        );
      }
      part.write(piece, at + done);
      done += piece.length;
      this.#have = at + done;
    }
    if (done === length) return;
    throw new ClosedError(
      `Cannot fetch ${this.url}: ${done} of the ${length} bytes of its Content-Range came`,
      { source: this.url },
    );
  }

  async #inPieces(first?: HttpAnswer): Promise<AttemptEnd | undefined> {
    const part = this.#part!;
    const source: SplitSource = {
      length: this.#known.length!,
      spans: this.#spans ?? [],
      connections: this.#context.options.split,
      take: (most) => this.#context.takeConnections(this.host, most),
      giveBack: (count) => this.#context.returnConnections(this.host, count),
      ask: (span) => this.#askSpan(span),
      write: (bytes, at) => {
        this.received += bytes.length;
        part.write(bytes, at);
      },
      note: (spans) => {
        this.#spans = spans;
        this.#noteSpans(part);
      },
      first,
    };
    const verdict = await fetchInPieces(source);
    if (verdict !== undefined) return this.#restart(verdict);
    this.#have = this.#known.length!;
    this.#spans = undefined;
    this.#digests.forget();
    part.truncate(this.#have);
    return await this.#finish();
  }

  /** Asks for a piece; a text says why the file must be fetched anew. */
  async #askSpan(span: Span): Promise<HttpAnswer | string> {
    const asked = { first: span[0], last: span[1] - 1 };
    const answer = await this.#ask(Object.entries(rangeFields(this.#known, asked)!));
    const verdict = judgeAnswer(asked, this.#known, factsOf(answer, this.#name.of(answer)));
    if (verdict.kind === "part" && verdict.length === span[1] - span[0]) return answer;
    await discard(answer);
    if (verdict.kind === "restart") return verdict.why;
    if (verdict.kind === "refused") throw refusal(answer, verdict, this.url);
    return `${answer.status} in answer to a part of the file`;
  }

  #noteSpans(part: PartFile): void {
    const note = this.#note();
    if (note !== undefined && this.#spans !== undefined) {
      part.update({ ...note, spans: this.#spans }, this.#context.options.fsync);
    }
  }

  /** Forgets what is there; the next request asks for the whole. */
  #restart(why: string): undefined {
    this.#part?.begin(undefined);
    this.#digests.restart();
    this.#known = NOTHING_KNOWN;
    this.#have = 0;
    this.#spans = undefined;
    if (++this.#restarts <= MAX_RESTARTS) return;
    throw new ProtocolError(`Cannot fetch ${this.url}: the server answered ${why}, repeatedly`, {
      source: this.url,
    });
  }

  async #finish(): Promise<AttemptEnd> {
    const part = this.#part!;
    const bytes = this.#have;
    const cameWhole = this.#digests.sawWhole;
    try {
      await this.#digests.verify(part, this.url);
    } catch (error) {
      if (!(error instanceof FormatError) || this.#restarts > 0 || cameWhole) throw error;
      // Some of it came in an earlier attempt; the whole in one may be right.
      this.#restart("bytes with another digest");
      return await this.attempt();
    }
    if (this.#modified === undefined && this.#known.lastModified !== undefined) {
      this.#modified = parseHttpDate(this.#known.lastModified);
    }
    part.finish({ modified: this.#modified, fsync: this.#context.options.fsync });
    this.#part = undefined;
    return { path: part.path, outcome: "fetched", bytes };
  }

  #tooLarge(): LimitError {
    return new LimitError(
      `Cannot fetch ${this.url}: it is larger than the ${this.#context.options.maxSize} bytes allowed`,
      { source: this.url },
    );
  }
}
