import { FormatError, ProtocolError } from "../../net/errors.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { discard, type HttpAnswer, type HttpRequest } from "../client/exchange.ts";
import { parseHttpDate } from "../message/date.ts";
import { BodyCopier } from "./body_copier.ts";
import { COMPARED_BYTES, judgeForeignPart } from "./foreign_part.ts";
import { givenDigests, type GivenSums } from "./digests/check.ts";
import { FileDigests } from "./digests/file_digests.ts";
import { checkFreeSpace } from "./parts/free_space.ts";
import { factsOf, modifiedOf, refusal } from "./http_answer.ts";
import { HttpName } from "./http_name.ts";
import { PartState } from "./part_state.ts";
import { findPart, joinPath } from "./parts/earlier_parts.ts";
import { MIN_SIDECAR_BYTES, PartFile } from "./parts/part_file.ts";
import {
  type AnswerFacts,
  type AskedRange,
  identityOf,
  judgeAnswer,
  pageInPlace,
  type PartCondition,
  rangeFields,
} from "./resume.ts";
import { fetchInPieces } from "./split.ts";
import type { Span } from "./spans.ts";
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

/** What a request comes to that brought neither the whole file nor an error. */
const ASK_AGAIN = "ask again";

/** What one request comes to. */
type Step = AttemptEnd | typeof ASK_AGAIN;

/** What the caps of a URL are counted by: its origin, of an object its bucket. */
export function hostOf(url: URL): string {
  return url.protocol === "s3:" ? `s3://${url.hostname}` : url.origin;
}

/** A file on its way over HTTP, or from an object store. */
export class HttpTransfer implements Transfer {
  readonly url: string;
  readonly host: string;
  status: number | null = null;
  total: number | undefined;
  readonly #context: RunContext;
  readonly #target: URL;
  readonly #condition: PartCondition;
  readonly #name: HttpName;
  readonly #digests: FileDigests;
  readonly #state: PartState;
  readonly #copier: BodyCopier;
  readonly #running = new Set<HttpAnswer>();
  #restarts = 0;
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
    request: { name?: string | undefined } & GivenSums,
  ) {
    this.#context = context;
    this.#target = target;
    this.url = shownUrl(target);
    this.host = hostOf(target);
    this.#condition = target.protocol === "s3:" ? "If-Match" : "If-Range";
    this.#name = new HttpName(context, target, planned, request.name !== undefined);
    this.#digests = new FileDigests(givenDigests(request));
    const { maxSize, fsync } = context.options;
    this.#state = new PartState(this.url, fsync);
    this.#copier = new BodyCopier(this.url, maxSize, this.#state, this.#digests);
  }

  get label(): string {
    return this.#name.claimed ?? this.url;
  }

  get received(): number {
    return this.#copier.received;
  }

  get bytes(): number {
    return this.#state.bytes;
  }

  get secured(): number {
    return this.#state.secured;
  }

  async attempt(): Promise<AttemptEnd> {
    this.#interruption = undefined;
    try {
      if (this.#state.file === undefined) {
        const { existing } = this.#context.options;
        const skipped = existing === "newer"
          ? await this.#skipUnchanged()
          : existing === "continue"
          ? await this.#takeOver()
          : this.#skipPresent();
        if (skipped !== undefined) return skipped;
        if (this.#state.file === undefined) this.#findEarlierPart();
      }
      for (;;) {
        const split = this.#state.spans !== undefined;
        const step = split ? await this.#inPieces() : await this.#inOrder();
        if (step !== ASK_AGAIN) return step;
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
    return this.#state.stop(resumable);
  }

  acceptShort(): TransferEnd | undefined {
    const state = this.#state;
    // Pieces leave gaps, and a sum that is asked for would be another one.
    if (state.file === undefined || state.spans !== undefined || state.have === 0) return undefined;
    if (this.#digests.needed) return undefined;
    return { path: state.finish(), outcome: "fetched", bytes: state.have };
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

  /** Goes on with a file that another program has begun. */
  async #takeOver(): Promise<TransferEnd | undefined> {
    const { folder: { path: folder }, options } = this.#context;
    const name = this.#name.claimed;
    const here = name === undefined ? undefined : existingFile(this.#context, name);
    if (name === undefined || here === undefined || here.size === 0) return undefined;
    // Of a part with a note more is known.
    if ((findPart(folder, name)?.size ?? 0) > 0) return undefined;
    const part = { folder, name, ...here };
    const ask = async (fields: HttpRequest["fields"]) => {
      const answer = await this.#ask(fields);
      this.#learn(answer);
      return answer;
    };
    const { identity, certain } = await judgeForeignPart(part, this.url, ask);
    const path = joinPath(folder, name);
    if (identity.length === here.size) return { path, outcome: "skipped", bytes: here.size };
    PartFile.adopt(folder, name, { url: this.url, name, ...identity });
    this.#resumePart(name);
    if (certain || this.#digests.needed) return undefined;
    options.onWarning?.(
      `${path} is continued: its first and last ${COMPARED_BYTES} bytes are the server's, those ` +
        "between have not been compared; --sha256 HEX would tell",
    );
    return undefined;
  }

  #findEarlierPart(): void {
    const { folder } = this.#context;
    const known = this.#name.claimed ?? folder.partOf(this.url);
    if (known === undefined) return;
    const name = this.#name.claim(known);
    if (!folder.hasPart(name)) return;
    const found = findPart(folder.path, name);
    if (found === undefined || found.sidecar.url !== this.url || found.size === 0) return;
    this.#resumePart(name);
  }

  #resumePart(name: string): void {
    const { folder } = this.#context;
    const part = PartFile.open(folder.path, name);
    // What counts is what is in the file now that no one else can write to it.
    if (part.sidecar?.url !== this.url) return part.keep();
    this.#name.fix();
    this.#state.resume(part, name, part.sidecar, this.#context.options.split);
    this.total = part.sidecar.length;
  }

  /** Sends one request for all that is missing, and takes what it brings. */
  async #inOrder(): Promise<Step> {
    const { have, identity } = this.#state;
    const asked: AskedRange | null = have > 0 ? { first: have } : null;
    const fields = asked === null ? null : rangeFields(identity, asked, this.#condition);
    const answer = await this.#ask(fields === null ? NO_FIELDS : Object.entries(fields));
    const facts = this.#factsOf(answer);
    const verdict = judgeAnswer(fields === null ? null : asked, identity, facts);
    if (verdict.kind === "whole") return await this.#takeWhole(answer, facts);
    if (verdict.kind === "complete") {
      await discard(answer);
      return await this.#finish();
    }
    if (verdict.kind === "part") {
      this.#learn(answer);
      this.total = verdict.total ?? this.total;
      await this.#copier.copyPart(answer, verdict);
      const whole = verdict.total ?? identity.length ?? this.#state.have;
      return this.#state.have >= whole ? await this.#finish() : ASK_AGAIN;
    }
    await discard(answer);
    if (verdict.kind !== "restart") throw refusal(answer, verdict, this.url);
    this.#restart(verdict.why);
    return ASK_AGAIN;
  }

  #factsOf(answer: HttpAnswer): AnswerFacts {
    const facts = factsOf(answer, this.#name.of(answer));
    return this.#context.options.acceptHtml ? { ...facts, page: false } : facts;
  }

  async #ask(fields: HttpRequest["fields"]): Promise<HttpAnswer> {
    const { client, rateLimit, signal } = this.#context;
    const sent = await client.send("GET", this.#target, fields);
    const answer = rateLimit?.slow(sent, signal) ?? sent;
    this.status = answer.status;
    this.#running.add(answer);
    if (this.#interruption !== undefined) throw this.#interruption;
    return answer;
  }

  /** Keeps what an answer tells about the whole file. */
  #learn(answer: HttpAnswer): void {
    this.#digests.learn(answer);
    const modified = modifiedOf(answer);
    if (modified !== undefined || answer.status !== 206) this.#state.modified = modified;
  }

  async #takeWhole(answer: HttpAnswer, facts: AnswerFacts): Promise<Step> {
    const { options } = this.#context;
    const state = this.#state;
    const name = this.#name.settle(answer);
    this.#learn(answer);
    const size = facts.coded ? undefined : facts.contentLength;
    if (state.file === undefined) {
      const skipped = skipExisting(this.#context, name, { size, modified: state.modified });
      if (skipped !== undefined) {
        await discard(answer);
        return skipped;
      }
      if (facts.page && existingFile(this.#context, name) !== undefined) {
        await discard(answer);
        throw refusal(
          answer,
          pageInPlace(facts.status, "the file that is there is kept"),
          this.url,
        );
      }
    }
    this.total = size;
    this.#copier.checkSize(size);
    const small = state.file === undefined && !facts.coded && !this.#digests.needed
      ? answer.takeWhole()
      : undefined;
    if (small !== undefined) {
      this.#copier.received += small.length;
      state.have = small.length;
      return { release: () => answer.release(), place: () => this.#writeWhole(name, small) };
    }
    await checkFreeSpace(options.folder, name, size ?? 0);
    const date = parseHttpDate(answer.fields.get("date") ?? "");
    const worthNoting = (size ?? 0) > MIN_SIDECAR_BYTES;
    state.begin(options.folder, name, identityOf(facts, date, state.modified), worthNoting);
    if (worthNoting && state.canSplit(options.split)) {
      state.spans = [];
      return await this.#inPieces(answer);
    }
    await this.#copier.copyWhole(answer, facts);
    return await this.#finish();
  }

  /** Writes a body that is in memory. */
  #writeWhole(name: string, body: Uint8Array): TransferEnd {
    const { folder, fsync } = this.#context.options;
    const path = PartFile.writeWhole(folder, name, body, { modified: this.#state.modified, fsync });
    return { path, outcome: "fetched", bytes: body.length };
  }

  /** Fetches what is missing over several connections. */
  async #inPieces(first?: HttpAnswer): Promise<Step> {
    const state = this.#state;
    const file = state.file!;
    const length = state.identity.length!;
    const why = await fetchInPieces({
      length,
      spans: state.spans ?? [],
      connections: this.#context.options.split,
      take: (most) => this.#context.takeConnections(this.host, most),
      giveBack: (count) => this.#context.returnConnections(this.host, count),
      ask: (span) => this.#askSpan(span),
      write: (bytes, at) => {
        this.#copier.received += bytes.length;
        file.write(bytes, at);
      },
      note: (spans) => {
        state.spans = spans;
        state.note();
      },
      first,
    });
    if (why !== undefined) {
      this.#restart(why);
      return ASK_AGAIN;
    }
    state.join(length);
    this.#digests.forget();
    return await this.#finish();
  }

  /** Asks for a piece; a text says why the file must be fetched again. */
  async #askSpan(span: Span): Promise<HttpAnswer | string> {
    const asked = { first: span[0], last: span[1] - 1 };
    const fields = rangeFields(this.#state.identity, asked, this.#condition)!;
    const answer = await this.#ask(Object.entries(fields));
    const verdict = judgeAnswer(
      asked,
      this.#state.identity,
      this.#factsOf(answer),
    );
    if (verdict.kind === "part" && verdict.length === span[1] - span[0]) return answer;
    await discard(answer);
    if (verdict.kind === "restart") return verdict.why;
    if (verdict.kind === "refused" || verdict.kind === "unusable") {
      throw refusal(answer, verdict, this.url);
    }
    return `${answer.status} in answer to a part of the file`;
  }

  /** Forgets what exists; the next request asks for the whole. */
  #restart(why: string): void {
    this.#state.restart();
    this.#digests.restart();
    if (++this.#restarts <= MAX_RESTARTS) return;
    throw new ProtocolError(`Cannot fetch ${this.url}: the server answered ${why}, repeatedly`, {
      source: this.url,
    });
  }

  /** Checks the whole file and gives it its name. */
  async #finish(): Promise<Step> {
    const state = this.#state;
    const cameWhole = this.#digests.sawWhole;
    try {
      await this.#digests.verify(state.file!, this.url);
    } catch (error) {
      if (!(error instanceof FormatError) || this.#restarts > 0 || cameWhole) throw error;
      // Some of it came in an earlier attempt; the whole in one may be right.
      this.#restart("bytes with another digest");
      return ASK_AGAIN;
    }
    return { path: state.finish(), outcome: "fetched", bytes: state.have };
  }
}
