import type { HttpAnswer } from "../../client/exchange.ts";
import { DigestCheck } from "./check.ts";
import {
  type ExpectedDigest,
  parseContentMd5,
  parseDigestField,
} from "../../fields/digest_fields.ts";
import type { PartFile } from "../parts/part_file.ts";

/** The digests that a file over HTTP must have: that of the caller and those of the server. */
export class FileDigests {
  /** Of the file. */
  readonly #own: readonly ExpectedDigest[];
  /** Of the body as it is sent, by the field that says so. */
  #sent: Map<string, ExpectedDigest> | undefined;
  /** Of the file as far as it has come, while it comes in order from its first byte. */
  #file: DigestCheck | undefined;
  /** Of a body that is decoded on its way into the file. */
  #coded: DigestCheck | undefined;

  /**
   * Begins with what the caller expects.
   *
   * @param own The digests of the file.
   */
  constructor(own: readonly ExpectedDigest[] = []) {
    this.#own = own;
  }

  /** Whether there is anything to check. */
  get needed(): boolean {
    return this.#own.length > 0 || this.#sent !== undefined;
  }

  /** Whether all bytes of the file have been seen in order. */
  get sawWhole(): boolean {
    return this.#file !== undefined;
  }

  /** Keeps what an answer tells about the whole file. */
  learn({ fields, status }: HttpAnswer): void {
    this.#note("repr", parseDigestField(fields.get("repr-digest"), "Repr-Digest"));
    // The others are of what this answer carries, which may be a part.
    if (status === 206) return;
    this.#note("content", parseDigestField(fields.get("content-digest"), "Content-Digest"));
    this.#note("md5", parseContentMd5(fields.get("content-md5")));
  }

  /**
   * Begins to look at a file from its first byte.
   *
   * @param coded Whether the body is decoded on its way: the server's digests are of
   * the bytes as they are sent, the caller's is of the file.
   */
  async begin(coded: boolean): Promise<void> {
    const sent = [...this.#sent?.values() ?? []];
    this.#coded = coded ? await DigestCheck.of(sent) : undefined;
    this.#file = await DigestCheck.of(coded ? this.#own : [...this.#own, ...sent]);
  }

  /** Takes the next bytes of the file. */
  update(bytes: Uint8Array): void {
    this.#file?.update(bytes);
  }

  /** Takes the next bytes of a coded body. */
  updateCoded(bytes: Uint8Array): void {
    this.#coded?.update(bytes);
  }

  /** The bytes of the file come in another order, or some came before. */
  forget(): void {
    this.#file = undefined;
    this.#coded = undefined;
  }

  /** Another version of the file comes: what the server told is of the one before. */
  restart(): void {
    this.#sent = undefined;
    this.forget();
  }

  /**
   * Compares, after the last byte.
   *
   * @param part Where the file is, to be read if it did not come in order.
   * @param source What the bytes are, for messages.
   * @throws {FormatError} If a digest differs.
   */
  async verify(part: PartFile, source: string): Promise<void> {
    if (!this.needed) return;
    this.#coded?.finish(source);
    if (this.#file === undefined) {
      const check = await DigestCheck.of([...this.#own, ...this.#sent?.values() ?? []]);
      await part.read((piece) => check.update(piece));
      return check.finish(source);
    }
    this.#file.finish(source);
  }

  #note(field: string, digest: ExpectedDigest | undefined): void {
    if (digest !== undefined) (this.#sent ??= new Map()).set(field, digest);
  }
}
