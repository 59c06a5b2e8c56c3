import { ClosedError, FormatError, LimitError, ProtocolError } from "../../net/errors.ts";
import { withoutCredentials } from "../client/credentials.ts";
import { discard, type HttpAnswer } from "../client/exchange.ts";
import { parseHttpDate } from "../date.ts";
import { contentCodings } from "./content_coding.ts";
import { DigestCheck } from "./digest_check.ts";
import { type ExpectedDigest, parseContentMd5, parseDigestField } from "./digest_fields.ts";
import { checkFreeSpace } from "./free_space.ts";
import { factsOf, modifiedOf, proposedName, refusal } from "./http_answer.ts";
import { nameOfUrl } from "./names.ts";
import { findPart, PartFile, SIDECAR_LEAST_BYTES } from "./part_file.ts";
import {
  type AnswerFacts,
  type AskedRange,
  judge,
  knowledgeOf,
  type Known,
  rangeFields,
  type Verdict,
} from "./resume.ts";
import type { Sidecar } from "./sidecar.ts";
import { fetchInPieces, type SplitSource } from "./split.ts";
import { type Span, spanBytes } from "./spans.ts";
import {
  claimName,
  existingFile,
  type RunContext,
  skipExisting,
  type Transfer,
  type TransferEnd,
} from "./transfer.ts";

/** Versions of a file that may follow each other while it is fetched before that is given up. */
const MOST_RESTARTS = 3;

/** A file on its way over HTTP. */
export class HttpTransfer implements Transfer {
  readonly url: string;
  readonly host: string;
  status: number | null = null;
  received = 0;
  total: number | undefined;
  #context: RunContext;
  #target: URL;
  /** The name that the caller gave, or that the URL ends in; the server's may replace the latter. */
  #name: string | undefined;
  #nameIsFixed: boolean;
  #part: PartFile | undefined;
  #known: Known = {};
  #have = 0;
  #spans: Span[] | undefined;
  #digests = new Map<string, ExpectedDigest>();
  /** Digests of the file as far as it has come, while it comes in order from its first byte. */
  #check: DigestCheck | undefined;
  #modified: number | undefined;
  #restarts = 0;
  #running = new Set<HttpAnswer>();
  #interruption: Error | undefined;

  /**
   * Prepares a transfer; nothing is asked yet.
   *
   * @param context The run.
   * @param target The URL, perhaps with credentials.
   * @param request The name and the digest that the caller wants.
   */
  constructor(context: RunContext, target: URL, request: { name?: string; sha256?: string }) {
    this.#context = context;
    this.#target = target;
    this.url = withoutCredentials(target).href;
    this.host = target.origin;
    this.#nameIsFixed = request.name !== undefined;
    // A query makes many files of one path: only the server knows their names.
    const planned = request.name ?? (target.search === "" ? nameOfUrl(target) : undefined);
    if (planned !== undefined) this.#name = claimName(context, planned);
    if (request.sha256 !== undefined) {
      const hex = request.sha256.toLowerCase();
      this.#digests.set("sha256", { algorithm: "sha256", hex, from: "as given" });
    }
  }

  get label(): string {
    return this.#name ?? this.url;
  }

  get bytes(): number {
    return this.#spans === undefined ? this.#have : spanBytes(this.#spans);
  }

  get secured(): number {
    return rangeFields(this.#known, { first: 0 }) === null ? 0 : this.bytes;
  }

  async attempt(): Promise<TransferEnd> {
    this.#interruption = undefined;
    const skipped = await this.#skipUnasked();
    if (skipped !== undefined) return skipped;
    if (this.#part === undefined) this.#findEarlierPart();
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

  /** Whether a file that is there is enough, by its name, or by what the server tells of its own. */
  async #skipUnasked(): Promise<TransferEnd | undefined> {
    const name = this.#name;
    if (name === undefined || this.#part !== undefined) return undefined;
    const { existing } = this.#context.options;
    if (existing !== "newer") return skipExisting(this.#context, name);
    if (existingFile(this.#context, name) === undefined) return undefined;
    const answer = await this.#context.client.send("HEAD", this.#target);
    await discard(answer);
    if (answer.status !== 200) return undefined;
    const size = answer.fields.get("content-length");
    return skipExisting(this.#context, name, {
      ...(size === undefined ? {} : { size: Number(size) }),
      ...modifiedOf(answer),
    });
  }

  #findEarlierPart(): void {
    const { folder } = this.#context.options;
    let name = this.#name;
    if (name === undefined) {
      name = this.#context.folder.partOf(this.url);
      if (name === undefined) return;
      name = this.#name = claimName(this.#context, name);
    }
    if (!this.#context.folder.hasPart(name)) return;
    const found = findPart(folder, name);
    if (found === undefined || found.sidecar.url !== this.url || found.size === 0) return;
    const part = PartFile.open(folder, name);
    // What counts is what is in the file now that nobody else can write to it.
    if (part.sidecar?.url !== this.url) return part.close();
    this.#part = part;
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
  async #once(): Promise<TransferEnd | undefined> {
    const asked: AskedRange | null = this.#have > 0 ? { first: this.#have } : null;
    const fields = asked === null ? null : rangeFields(this.#known, asked);
    const answer = await this.#ask(fields === null ? [] : Object.entries(fields));
    const facts = this.#factsOf(answer);
    const verdict = judge(fields === null ? null : asked, this.#known, facts);
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

  async #ask(fields: readonly (readonly [string, string])[]): Promise<HttpAnswer> {
    const answer = await this.#context.client.send("GET", this.#target, fields);
    this.status = answer.status;
    this.#running.add(answer);
    if (this.#interruption !== undefined) throw this.#interruption;
    return answer;
  }

  #factsOf(answer: HttpAnswer): AnswerFacts {
    return factsOf(answer, this.#nameFor(answer));
  }

  /** The name that the file of an answer gets. */
  #nameFor(answer: HttpAnswer): string {
    if (this.#name !== undefined && (this.#nameIsFixed || this.#part !== undefined)) {
      return this.#name;
    }
    return proposedName(answer) ?? this.#name ?? nameOfUrl(answer.url) ?? nameOfUrl(this.#target) ??
      (/^text\/html\b/i.test(answer.fields.get("content-type") ?? "") ? "index.html" : "download");
  }

  /** Takes the name that the server proposes in place of the one of the URL. */
  #settleName(answer: HttpAnswer): string {
    const wanted = this.#nameFor(answer);
    if (this.#name === undefined || wanted !== this.#name) {
      if (this.#name !== undefined) this.#context.claims.release(this.#name);
      this.#name = claimName(this.#context, wanted);
    }
    this.#nameIsFixed = true;
    return this.#name;
  }

  async #takeWhole(answer: HttpAnswer, facts: AnswerFacts): Promise<TransferEnd | undefined> {
    const { options } = this.#context;
    const name = this.#settleName(answer);
    const there = {
      ...(facts.coded || facts.contentLength === undefined ? {} : { size: facts.contentLength }),
      ...modifiedOf(answer),
    };
    if (this.#part === undefined) {
      const skipped = skipExisting(this.#context, name, there);
      if (skipped !== undefined) {
        await discard(answer);
        return skipped;
      }
    }
    const date = parseHttpDate(answer.fields.get("date") ?? "");
    this.#known = knowledgeOf(facts, date, there.modified);
    this.#modified = there.modified;
    this.total = facts.coded ? undefined : facts.contentLength;
    if ((this.total ?? 0) > options.maxSize) throw this.#tooLarge();
    await checkFreeSpace(options.folder, name, this.total ?? 0);
    this.#part ??= PartFile.open(options.folder, name);
    this.#have = 0;
    this.#learn(answer);
    const worthNoting = (this.#known.length ?? 0) > SIDECAR_LEAST_BYTES;
    this.#part.begin(worthNoting ? this.#note() : undefined);
    if (this.#isSplit(worthNoting)) {
      this.#spans = [];
      return await this.#inPieces(answer);
    }
    await this.#pump(answer, facts);
    return await this.#finish();
  }

  /** Copies a whole body into the part file. */
  async #pump(answer: HttpAnswer, facts: AnswerFacts): Promise<void> {
    const part = this.#part!;
    const check = await DigestCheck.of([...this.#digests.values()]);
    const write = (piece: Uint8Array) => {
      if (this.#have + piece.length > this.#context.options.maxSize) throw this.#tooLarge();
      part.write(piece, this.#have);
      this.#have += piece.length;
    };
    this.#check = undefined;
    if (facts.coded) {
      // Digests of the server are of the bytes as they were sent; the caller's is of the file.
      const own = this.#digests.get("sha256");
      const others = [...this.#digests.values()].filter((digest) => digest !== own);
      const sent = await DigestCheck.of(others);
      const check = await DigestCheck.of(own === undefined ? [] : [own]);
      const { decodeBody } = await import("./decode_body.ts");
      for await (
        const piece of decodeBody(answer, contentCodings(answer.fields), (bytes) => {
          this.received += bytes.length;
          sent.update(bytes);
        })
      ) {
        check.update(piece);
        write(piece);
      }
      sent.finish(this.url);
      this.#check = check;
      return;
    }
    for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
      this.received += piece.length;
      if (check.needed) check.update(piece);
      write(piece);
      if (part.sidecar === undefined && this.#have > SIDECAR_LEAST_BYTES) this.#noteLate(part);
    }
    this.#check = check;
  }

  /** A body without a length turns out to be long enough for a note. */
  #noteLate(part: PartFile): void {
    const note = this.#note();
    if (note !== undefined) part.update(note, this.#context.options.fsync);
  }

  /** The note beside the part file; undefined if nothing could tell versions apart. */
  #note(): Sidecar | undefined {
    if (this.#known.etag === undefined && this.#known.lastModified === undefined) return undefined;
    return { url: this.url, name: this.#name!, ...this.#known };
  }

  async #takePart(
    answer: HttpAnswer,
    { at, length, total }: Verdict & { kind: "part" },
  ): Promise<void> {
    if ((total ?? 0) > this.#context.options.maxSize) throw this.#tooLarge();
    if (total !== undefined) this.total = total;
    this.#check = undefined;
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

  async #inPieces(first?: HttpAnswer): Promise<TransferEnd | undefined> {
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
      ...(first === undefined ? {} : { first }),
    };
    const verdict = await fetchInPieces(source);
    if (verdict !== undefined) return this.#restart(verdict);
    this.#have = this.#known.length!;
    this.#spans = undefined;
    this.#check = undefined;
    part.truncate(this.#have);
    return await this.#finish();
  }

  /** Asks for a piece; a text says why the file must be fetched anew. */
  async #askSpan(span: Span): Promise<HttpAnswer | string> {
    const asked = { first: span[0], last: span[1] - 1 };
    const answer = await this.#ask(Object.entries(rangeFields(this.#known, asked)!));
    const verdict = judge(asked, this.#known, this.#factsOf(answer));
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
    this.#known = {};
    this.#have = 0;
    this.#spans = undefined;
    if (++this.#restarts <= MOST_RESTARTS) return;
    throw new ProtocolError(`Cannot fetch ${this.url}: the server answered ${why}, repeatedly`, {
      source: this.url,
    });
  }

  /** Keeps what the fields of an answer tell about the whole file. */
  #learn(answer: HttpAnswer): void {
    const { fields } = answer;
    const note = (name: string, digest: ExpectedDigest | undefined) => {
      if (digest !== undefined) this.#digests.set(name, digest);
    };
    note("repr", parseDigestField(fields.get("repr-digest"), "Repr-Digest"));
    if (answer.status === 206) {
      const modified = parseHttpDate(fields.get("last-modified") ?? "");
      if (modified !== undefined) this.#modified = modified;
      return;
    }
    note("content", parseDigestField(fields.get("content-digest"), "Content-Digest"));
    note("md5", parseContentMd5(fields.get("content-md5")));
  }

  async #finish(): Promise<TransferEnd> {
    const part = this.#part!;
    const bytes = this.#have;
    if (this.#digests.size > 0) {
      const cameWhole = this.#check !== undefined;
      try {
        if (this.#check === undefined) {
          this.#check = await DigestCheck.of([...this.#digests.values()]);
          await part.read((piece) => this.#check!.update(piece));
        }
        this.#check.finish(this.url);
      } catch (error) {
        if (!(error instanceof FormatError) || this.#restarts > 0 || cameWhole) throw error;
        // Some of it came in an earlier attempt; the whole in one may be right.
        this.#restart("bytes with another digest");
        return await this.attempt();
      }
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
