/** From what a command shows and writes to pictures and the bytes of files. */

import { Card } from "../../../fits/header/card.ts";
import { encodePng, type PngImage } from "../../../fits/picture/png.ts";
import { encodeFits } from "../../../fits/write/write.ts";
import { FormatError } from "../../../net/errors.ts";
import type {
  LanguageFile,
  LanguageHost,
  LanguagePicture,
  LanguageReading,
} from "../../language/routines/host.ts";
import { isComplex } from "../../language/values/value.ts";
import { drawPicture, encodePicture, type PictureValues } from "../../picture/picture.ts";

/** A picture that has been drawn and has no window yet. */
export interface DrawnPicture {
  readonly kind: LanguagePicture["kind"];
  readonly title?: string | undefined;
  readonly image: PngImage<Uint8Array<ArrayBuffer>>;
  /** The same as a PNG file. */
  readonly png: Uint8Array<ArrayBuffer>;
  /** What it was drawn from, where the sink keeps that. */
  readonly values?: PictureValues | undefined;
}

/** Where the pictures and files of commands go. What it throws becomes a failure of the command. */
export interface EffectSink {
  /** Whether it takes what pictures are drawn from, too. @default {false} */
  readonly keepsValues?: boolean | undefined;
  /** Takes one line that a command prints. */
  print(line: string): void;
  /** Shows a picture and returns the number of its window. */
  show(picture: DrawnPicture): Promise<number>;
  /** Writes a file under a checked name. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The bytes of a file with a checked name. */
  sizeOf(name: string): Promise<number>;
  /** Reads a file under a checked name, which has as many bytes as it was said to have. */
  read(name: string, size: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The host of a session whose effects go to a sink. Drawing and packing happen where the
 * command runs, so that a large picture keeps only its worker busy.
 */
export function effectHost(sink: EffectSink): LanguageHost {
  return {
    print: (line) => sink.print(line),
    show: (picture) => {
      const { kind, title } = picture;
      const image = drawPicture(picture);
      const png = encodePng(image);
      return sink.show({ kind, image, png, title, values: valuesOf(picture, sink) });
    },
    write: async (file) => {
      const bytes = file.format === "png" ? encodePicture(file) : await encodeImage(file);
      await sink.write(file.name, bytes);
    },
    read: async (file) => {
      const bytes = await bytesFor(file, sink);
      const { readHdu } = await loadReading();
      return await readHdu(file, bytes);
    },
  };
}

/** What reads FITS files is loaded when one is read: workers begin sooner without it. */
async function loadReading(): Promise<typeof import("./reading.ts")> {
  return await import(import.meta.resolve("./reading.ts"));
}

/** The bytes of the file that is to be read; nothing is read that the command may not hold. */
async function bytesFor(
  { from, reserve }: LanguageReading,
  sink: EffectSink,
): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof from !== "string") return from;
  const size = await sink.sizeOf(from);
  reserve(size);
  return await sink.read(from, size);
}

/** A copy of the values: the memory of a picture may be that of a variable. */
function valuesOf(
  { kind, value, colorAxis, topDown }: LanguagePicture,
  { keepsValues }: EffectSink,
): PictureValues | undefined {
  const isDrawn = kind !== "image" && kind !== "tv" && kind !== "tvscl";
  if (keepsValues !== true || isDrawn || isComplex(value.type)) return undefined;
  return { data: value.data.slice(), shape: value.shape, colorAxis, topDown };
}

async function encodeImage({ value, cards, name }: LanguageFile): Promise<Uint8Array<ArrayBuffer>> {
  if (isComplex(value.type)) {
    throw new FormatError(`Cannot write ${name}: FITS images hold no complex numbers`);
  }
  const header = cards === undefined ? {} : { header: cards.map((text) => Card.parse(text)) };
  const shape = value.shape.length === 0 ? [1] : value.shape;
  return await encodeFits([{ pixels: value.data, shape, ...header }]);
}
