import { decodeLatin1 } from "../message/octets.ts";

/** How many bytes {@linkcode sniffImageType} looks at, at most. */
export const MAX_SNIFFED_BYTES = 1024;

/** Magic bytes at the beginning, as text with one character for each octet. */
const MAGIC: readonly (readonly [magic: string, type: string])[] = [
  ["\xff\xd8\xff", "image/jpeg"],
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["GIF87a", "image/gif"],
  ["GIF89a", "image/gif"],
  ["SIMPLE  =", "image/fits"],
  ["II*\0", "image/tiff"],
  ["MM\0*", "image/tiff"],
  ["II+\0\x08\0\0\0", "image/tiff"],
  ["MM\0+\0\x08\0\0", "image/tiff"],
  ["\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"],
  ["\xff\x4f\xff\x51", "image/jp2"],
  ["\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"],
  ["\xff\x0a", "image/jxl"],
  ["\0\0\x01\0", "image/vnd.microsoft.icon"],
];

/** Brands of the ISO base media file format, and what they hold. */
const BRANDS: Readonly<Record<string, string>> = {
  avif: "image/avif",
  avis: "image/avif",
  heic: "image/heic",
  heix: "image/heic",
  heim: "image/heic",
  heis: "image/heic",
  hevc: "image/heic",
  hevx: "image/heic",
};

/** Lengths of the header that follows the file header of a BMP, by version. */
const BMP_HEADERS: ReadonlySet<number> = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/**
 * The type of an image by its first bytes, for files and answers whose name or
 * Content-Type says nothing or lies.
 *
 * @param bytes The beginning of the content; {@linkcode MAX_SNIFFED_BYTES} are enough.
 * @returns The media type; undefined if the bytes are of no known kind of image.
 */
export function sniffImageType(bytes: Uint8Array): string | undefined {
  const text = decodeLatin1(bytes, 0, Math.min(bytes.length, MAX_SNIFFED_BYTES));
  const known = MAGIC.find(([magic]) => text.startsWith(magic));
  if (known !== undefined) return known[1];
  if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) return "image/webp";
  if (text.startsWith("BM") && text.length >= 18) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (BMP_HEADERS.has(view.getUint32(14, true))) return "image/bmp";
  }
  if (text.startsWith("ftyp", 4)) return brandType(text);
  return isSvg(text) ? "image/svg+xml" : undefined;
}

/** The major brand says it, or one of the compatible brands, up to the end of the box. */
function brandType(text: string): string | undefined {
  const size = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + text.charCodeAt(i), 0);
  for (let at = 8; at + 4 <= Math.min(size, text.length); at += at === 8 ? 8 : 4) {
    const brand = text.slice(at, at + 4);
    if (Object.hasOwn(BRANDS, brand)) return BRANDS[brand];
  }
  return undefined;
}

/** Whether the first element is svg, behind declarations and comments. */
function isSvg(text: string): boolean {
  let at = text.startsWith("\xef\xbb\xbf") ? 3 : 0;
  for (;;) {
    while (at < text.length && " \t\r\n".includes(text[at]!)) at++;
    const end = text.startsWith("<!--", at)
      ? text.indexOf("-->", at + 4) + 3
      : /^<[?!]/.test(text.slice(at, at + 2))
      ? text.indexOf(">", at) + 1
      : -1;
    if (end < 0) return /^<(?:svg:)?svg[\s/>]/.test(text.slice(at, at + 9));
    if (end <= at) return false;
    at = end;
  }
}
