/** Writes local files whose length is not known when they begin: frames of a camera, rows of a log. */

import { ClosedError, FormatError } from "../../net/errors.ts";
import { LITTLE_ENDIAN, swapInto } from "../../net/byte_order.ts";
import type { Card } from "../header/card.ts";
import { Checksum } from "../hdu/checksum.ts";
import type { HduInput } from "../hdu/output.ts";
import { paddedSize } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import { type AnyPixels, imageHdu, type ImageInput, pixelTypeOf } from "../image/output.ts";
import { flipTopBits, pixelBytes } from "../image/pixel_conversion.ts";
import { PIXEL_ARRAYS, type PixelType, STORED_AS } from "../image/pixels.ts";
import { PartFile, writeWhole } from "../../net/replace_file.ts";
import { addChecksums, declareLongStrings, fitsPieces } from "./write.ts";

/** How a {@linkcode FitsWriter} writes. */
export interface FitsWriterOptions {
  /** Adds DATASUM and CHECKSUM to every HDU. @default {false} */
  readonly checksum?: boolean | undefined;
}

/** An image whose last axis grows. */
export interface GrowingImageInput {
  /** The type of the pixels. */
  readonly type: PixelType;
  /** The lengths of the axes but the last, axis 1 first. */
  readonly shape: readonly number[];
  /** More cards, as for {@linkcode ImageInput}. */
  readonly header?: Iterable<Card> | undefined;
  /** EXTNAME. */
  readonly name?: string | undefined;
}

/**
 * Writes a local file HDU by HDU. The file appears in its place, whole, when it is
 * closed; until then it is written beside it.
 *
 * @example A cube of as many frames as come
 * ```ts
 * import { FitsWriter } from "@heliograph/heliograph/fits";
 *
 * await Deno.mkdir("out", { recursive: true });
 * await using writer = await FitsWriter.create("out/cube.fits");
 * const cube = await writer.growImage({ type: "uint16", shape: [640, 480] });
 * for (let i = 0; i < 10; i++) await cube.append(new Uint16Array(640 * 480));
 * await cube.end();
 * await writer.close();
 * ```
 */
export class FitsWriter implements AsyncDisposable {
  readonly #part: PartFile;
  readonly #checksum: boolean;
  #offset = 0;
  #growing = false;

  private constructor(part: PartFile, checksum: boolean) {
    this.#part = part;
    this.#checksum = checksum;
  }

  /**
   * Begins a file.
   *
   * @param path Where it will be.
   * @param options Checksums.
   * @returns The writer.
   */
  static async create(path: string | URL, options: FitsWriterOptions = {}): Promise<FitsWriter> {
    return new FitsWriter(await PartFile.create(path), options.checksum ?? false);
  }

  /**
   * Writes a whole HDU. Where the first cannot be the primary, an empty primary goes before it.
   *
   * @param hdu The HDU.
   */
  async add(hdu: ImageInput | HduInput): Promise<void> {
    this.#checkIdle();
    const pieces = fitsPieces([hdu], { checksum: this.#checksum, first: this.#offset === 0 });
    for await (const piece of pieces) await this.#write(piece);
  }

  /**
   * Begins an image whose last axis grows with each append. Until it has ended,
   * nothing else can be written.
   *
   * @param input Type and axes.
   * @returns The image.
   */
  async growImage(input: GrowingImageInput): Promise<GrowingImage> {
    this.#checkIdle();
    const empty = imageHdu({
      ...input,
      pixels: new PIXEL_ARRAYS[input.type](0),
      shape: [...input.shape, 0],
    });
    const header = empty.prepare(this.#offset === 0).header.clone();
    declareLongStrings(header);
    const axis = `NAXIS${input.shape.length + 1}`;
    const hdu = await this.growHdu(header);
    return new GrowingImage(hdu, input.type, input.shape, axis);
  }

  /**
   * Begins an HDU whose data are appended as bytes; what kind it is, its header says.
   *
   * @param header A whole header; the keyword of the growing length is set at the end.
   * @param fill The byte that fills the last block.
   * @returns The HDU.
   */
  async growHdu(header: Header, fill: 0 | 32 = 0): Promise<GrowingHdu> {
    this.#checkIdle();
    if (this.#checksum) addChecksums(header, 0);
    const offset = this.#offset;
    const bytes = header.toBytes();
    await this.#write(bytes);
    this.#growing = true;
    return new GrowingHdu(
      header,
      fill,
      this.#checksum,
      (piece) => this.#write(piece),
      async (finished) => {
        if (finished.length !== bytes.length) {
          throw new FormatError("Cannot end an HDU: its header has become longer");
        }
        await this.#part.file.seek(offset, Deno.SeekMode.Start);
        await writeWhole(this.#part.file, finished);
        await this.#part.file.seek(0, Deno.SeekMode.End);
        this.#growing = false;
      },
    );
  }

  /** Puts the file into its place. */
  async close(): Promise<void> {
    this.#checkIdle();
    if (this.#offset === 0) { for await (const piece of fitsPieces([])) await this.#write(piece); }
    await this.#part.commit();
  }

  /** Removes what has been written, unless the file has been closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#part.discard();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await writeWhole(this.#part.file, bytes);
    this.#offset += bytes.length;
  }

  #checkIdle(): void {
    if (this.#growing) throw new ClosedError("Cannot go on: the growing HDU has not been ended");
  }
}

/** An HDU whose data are appended. */
export class GrowingHdu {
  readonly #header: Header;
  readonly #fill: number;
  readonly #checksum: boolean;
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #finish: (header: Uint8Array) => Promise<void>;
  readonly #sum = new Checksum();
  #size = 0;
  #ended = false;

  /** Made by {@linkcode FitsWriter.growHdu}. */
  constructor(
    header: Header,
    fill: number,
    checksum: boolean,
    write: (bytes: Uint8Array) => Promise<void>,
    finish: (header: Uint8Array) => Promise<void>,
  ) {
    this.#header = header;
    this.#fill = fill;
    this.#checksum = checksum;
    this.#write = write;
    this.#finish = finish;
  }

  /** Bytes of data so far. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends data.
   *
   * @param bytes The data as they are stored: big-endian.
   */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.#ended) throw new ClosedError("Cannot append to an HDU that has ended");
    if (this.#checksum) this.#sum.add(bytes);
    this.#size += bytes.length;
    await this.#write(bytes);
  }

  /**
   * Ends the HDU: fills the last block and writes the header again.
   *
   * @param change Sets what is known only now, such as NAXIS2; it may not add cards beyond
   * the room of the header's last block.
   */
  async end(change: (header: Header) => void): Promise<void> {
    if (this.#ended) return;
    const fill = new Uint8Array(paddedSize(this.#size) - this.#size).fill(this.#fill);
    if (this.#checksum) this.#sum.add(fill);
    await this.#write(fill);
    this.#ended = true;
    change(this.#header);
    await this.#finish(
      this.#checksum ? addChecksums(this.#header, this.#sum.value) : this.#header.toBytes(),
    );
  }
}

/** An image whose last axis grows. */
export class GrowingImage {
  readonly #hdu: GrowingHdu;
  readonly #type: PixelType;
  readonly #step: number;
  readonly #axis: string;
  #length = 0;

  /** Made by {@linkcode FitsWriter.growImage}. */
  constructor(hdu: GrowingHdu, type: PixelType, shape: readonly number[], axis: string) {
    this.#hdu = hdu;
    this.#type = type;
    this.#step = shape.reduce((product, length) => product * length, 1);
    this.#axis = axis;
  }

  /** The length of the last axis so far. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends whole steps of the last axis.
   *
   * @param pixels Pixels of the image's type, in this machine's byte order.
   * @throws {FormatError} If they are of another type or no whole number of steps.
   */
  async append(pixels: AnyPixels): Promise<void> {
    const steps = pixels.length / this.#step;
    if (pixelTypeOf(pixels) !== this.#type || !Number.isInteger(steps)) {
      throw new FormatError(
        `Cannot append ${pixels.length} ${pixelTypeOf(pixels)} pixels: expected a multiple of ` +
          `${this.#step} of type ${this.#type}`,
      );
    }
    const { bitpix, bzero } = STORED_AS[this.#type];
    const size = pixelBytes(bitpix);
    const source = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    const bytes = LITTLE_ENDIAN
      ? swapInto(source, new Uint8Array(source.length), size)
      : source.slice();
    if (bzero !== 0) flipTopBits(bytes, size);
    this.#length += steps;
    await this.#hdu.append(bytes);
  }

  /** Ends the image with the length that it has. */
  async end(): Promise<void> {
    await this.#hdu.end((header) => header.set(this.#axis, this.#length));
  }
}
