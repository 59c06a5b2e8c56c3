/** Names for files that a stranger proposes. */

/** Options of {@linkcode safeFileName}. */
export interface SafeFileNameOptions {
  /** What an empty name becomes. @default {"download"} */
  fallback?: string | undefined;
  /** The most bytes in UTF-8; the file systems in use take 255. @default {255} */
  maxBytes?: number | undefined;
  /** Whether the name must be one for Windows, which forbids `< > : " | ? *`. @default {false} */
  windows?: boolean | undefined;
}

// Controls, halves of surrogate pairs, and the marks that turn the direction of
// writing, with which "exe.stif" is shown as "fits.exe".
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** Device names of Windows, which stand for a device with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)[ ]*(?:\.|$)/i;

/** The names of nearly all files, with which nothing is wrong on any system but Windows. */
const PLAIN = /^[\w-](?:[\w.:+=,@-]{0,198}[\w-])?$/;

/**
 * A name for a file, made of what a server proposes or a URL ends with: one name
 * and never a path, so it always lies in the folder it is put into.
 *
 * Of a path the last part is taken. Dots and blanks at the beginning, dots and
 * blanks at the end are dropped; controls become `_`; device names of Windows get
 * a `_` before them; a name that is too long loses its middle, not its extension.
 *
 * @param name What was proposed.
 * @param options Length, fallback, Windows.
 *
 * @example
 * ```ts
 * import { safeFileName } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(safeFileName("../../.ssh/config"), "config");
 * assertEquals(safeFileName("hmi.M_45s.2014.01.01_00:00:45_TAI.fits"), "hmi.M_45s.2014.01.01_00:00:45_TAI.fits");
 * ```
 */
export function safeFileName(name: string, options: SafeFileNameOptions = {}): string {
  const { fallback = "download", maxBytes = 255, windows = false } = options;
  if (!windows && name.length <= maxBytes && PLAIN.test(name) && !DEVICE.test(name)) return name;
  const parts = name.split(/[/\\]/).map((part) => cleaned(part, windows));
  const last = parts.findLast((part) => part !== "") ?? fallback;
  const safe = DEVICE.test(last) ? "_" + last : last;
  return shortened(safe, maxBytes);
}

function cleaned(part: string, windows: boolean): string {
  const replaced = part.replace(UNSAFE, "_").replace(windows ? /[<>:"|?*]/g : /(?!)/, "_");
  return withoutEnd(replaced.replace(/^[\s.]+/, ""));
}

/** Without blanks and dots at the end; a pattern would take quadratic time on many. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s.]/.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Cuts in the middle: the extension, and `.gz` with what stands before it, stays. */
function shortened(name: string, maxBytes: number): string {
  const encoder = new TextEncoder();
  if (encoder.encode(name).length <= maxBytes) return name;
  const extension = /(?:\.[\w-]{1,16}){1,2}$/.exec(name)?.[0] ?? "";
  const kept = extension.length < maxBytes ? extension : "";
  const room = maxBytes - kept.length;
  const stem = name.slice(0, name.length - kept.length);
  const { read } = encoder.encodeInto(stem, new Uint8Array(room));
  return withoutEnd(stem.slice(0, read)) + kept;
}

/**
 * The name that a URL's path ends in.
 *
 * @param url The URL.
 * @returns The name, safe for a folder; undefined if the path ends in a slash.
 */
export function nameOfUrl(url: URL): string | undefined {
  const last = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
  if (last === "") return undefined;
  return safeFileName(percentDecodedName(last));
}

/**
 * A part of a URL as text: percent-decoded as UTF-8, or as ISO-8859-1 if it is no UTF-8; broken
 * percents stay.
 *
 * @param text The part.
 */
export function percentDecodedName(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  }
}
