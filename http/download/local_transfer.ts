import { HeliographError, LimitError } from "../../net/errors.ts";
import { safeFileName } from "../fields/file_name.ts";
import { abbreviate, parseDataUrl } from "../fields/data_url.ts";
import { DigestCheck, givenDigests, type GivenSums } from "./digests/check.ts";
import type { ExpectedDigest } from "../fields/digest_fields.ts";
import { fileError } from "../../net/file_error.ts";
import { nameOfUrl } from "../fields/file_name.ts";
import { PartFile } from "./parts/part_file.ts";
import {
  claimName,
  type RunContext,
  skipExisting,
  type Transfer,
  type TransferEnd,
} from "./job/transfer.ts";

/** A copy of a `file:` URL, or what a `data:` URL carries. */
export class LocalTransfer implements Transfer {
  readonly url: string;
  readonly host: string;
  readonly status = null;
  readonly label: string;
  readonly secured = 0;
  received = 0;
  total: number | undefined;
  #context: RunContext;
  #target: URL;
  #name: string;
  readonly #digests: readonly ExpectedDigest[];
  #part: PartFile | undefined;
  #interruption: Error | undefined;

  /**
   * Prepares a copy; nothing is read yet.
   *
   * @param context The run.
   * @param target The URL.
   * @param request The name and the digest that the caller wants.
   */
  constructor(
    context: RunContext,
    target: URL,
    request: { name?: string | undefined } & GivenSums,
  ) {
    this.#context = context;
    this.#target = target;
    this.url = abbreviate(target.href);
    this.host = target.protocol;
    const own = target.protocol === "file:" ? nameOfUrl(target) : dataName(target);
    this.#name = claimName(context, request.name ?? own ?? "download");
    this.label = this.#name;
    this.#digests = givenDigests(request);
  }

  get bytes(): number {
    return this.received;
  }

  async attempt(): Promise<TransferEnd> {
    const isFile = this.#target.protocol === "file:";
    const info = isFile ? this.#sourceInfo() : undefined;
    const skipped = skipExisting(this.#context, this.#name, {
      size: info?.size,
      modified: info?.mtime?.getTime(),
    });
    if (skipped !== undefined) return skipped;
    const { folder, fsync } = this.#context.options;
    const part = this.#part = PartFile.open(folder, this.#name);
    part.begin(undefined);
    const check = await DigestCheck.of(this.#digests);
    for await (const piece of isFile ? this.#readFile() : [parseDataUrl(this.#target.href).bytes]) {
      if (this.#interruption !== undefined) throw this.#interruption;
      if (this.received + piece.length > this.#context.options.maxSize) throw this.#tooLarge();
      part.write(piece, this.received);
      check.update(piece);
      this.received += piece.length;
    }
    check.finish(this.url);
    part.finish({ modified: info?.mtime?.getTime(), fsync });
    this.#part = undefined;
    return { path: part.path, outcome: "fetched", bytes: this.received };
  }

  interrupt(reason: Error): void {
    this.#interruption = reason;
  }

  stop(): number {
    this.#part?.discard();
    this.#part = undefined;
    return 0;
  }

  #sourceInfo(): Deno.FileInfo {
    const { host, pathname } = this.#target;
    if (Deno.build.os !== "windows" && host !== "") {
      throw new HeliographError(
        `Cannot read ${this.url}: it names the host ${host}, expected file:///PATH`,
      );
    }
    if (/%00/.test(pathname) || !isUtf8(pathname)) {
      throw new HeliographError(
        `Cannot read ${this.url}: its percent-encoding is none of a path in UTF-8`,
      );
    }
    try {
      const info = Deno.statSync(this.#target);
      // A pipe or a device has no end and no size.
      if (info.isFile) return info;
    } catch (error) {
      throw fileError(error, "read", this.url);
    }
    throw new HeliographError(`Cannot read ${this.url}: it is no regular file`);
  }

  async *#readFile(): AsyncGenerator<Uint8Array> {
    try {
      using file = await Deno.open(this.#target);
      const buffer = new Uint8Array(1_048_576);
      for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
        yield buffer.subarray(0, count);
      }
    } catch (error) {
      throw fileError(error, "read", this.url);
    }
  }

  #tooLarge(): LimitError {
    return new LimitError(
      `Cannot fetch ${this.url}: it is larger than the ${this.#context.options.maxSize} bytes allowed`,
    );
  }
}

function isUtf8(encoded: string): boolean {
  try {
    decodeURIComponent(encoded.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));
    return true;
  } catch {
    return false;
  }
}

/** `data:image/png;...` becomes `data.png`. */
function dataName(url: URL): string {
  const subtype = /^data:[\w.+-]+\/([\w.-]+)/i.exec(url.href.slice(0, 200))?.[1] ?? "txt";
  return safeFileName(`data.${subtype === "plain" ? "txt" : subtype === "jpeg" ? "jpg" : subtype}`);
}
