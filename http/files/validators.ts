import { createHash } from "node:crypto";
import type { FileVersion } from "../server/open_file.ts";

/** A file that changed less than this before it was read may have changed again unseen. */
const SETTLED_AFTER_MS = 2_000;
/** Two changes within this may bear the same time: clocks of file systems tick in milliseconds. */
const CLOCK_TICK_MS = 100;

/** What tells a client whether its copy of a file is still good. */
export interface FileValidators {
  /** The entity tag, strong or weak. */
  readonly etag: string;
  /** When the file was modified last, in milliseconds since 1970, never later than now. */
  readonly lastModified: number;
}

/**
 * The validators of a version of a file (RFC 9110 section 8.8).
 *
 * The tag is weak while the file is so new that it may be rewritten without any
 * trace in its metadata. In the first moments it is also another one than it will
 * be, so that what was read then is not taken for what exists later.
 *
 * @param version What the file system says.
 * @param now The time, in milliseconds since 1970.
 * @param encoding The content coding of the form that is sent; empty for the file as it is.
 */
export function validatorsOf(
  version: FileVersion,
  now: number,
  encoding: string = "",
): FileValidators {
  const { size, mtime } = version;
  // Nothing else: a new link or another mode leaves the bytes as they are.
  const opaque = createHash("sha256").update(`${size} ${mtime} ${encoding}`).digest("base64url")
    .slice(0, 22);
  const lastModified = Math.min(mtime, now);
  if (now - changedAt(version, now) >= SETTLED_AFTER_MS) {
    return { etag: `"${opaque}"`, lastModified };
  }
  return {
    etag: showsChanges(version, now) ? `W/"${opaque}"` : `W/"${opaque}-new"`,
    lastModified,
  };
}

/**
 * Whether a change from now on will bear another time, as far as clocks go.
 *
 * @param version What the file system says.
 * @param now The time, in milliseconds since 1970.
 */
export function showsChanges(version: FileVersion, now: number): boolean {
  // Times in whole seconds are those of a file system that knows no better.
  const tick = version.mtime % 1000 === 0 ? SETTLED_AFTER_MS : CLOCK_TICK_MS;
  return now - changedAt(version, now) >= tick;
}

/**
 * Whether every later change will show in the metadata, so that the bytes may be
 * kept for as long as these stay as they are.
 *
 * @param version What the file system said when the bytes were read.
 * @param now When they were read, in milliseconds since 1970.
 */
export function isSettled(version: FileVersion, now: number): boolean {
  return now - Math.max(changedAt(version, now), version.ctime) >= SETTLED_AFTER_MS;
}

/** When the bytes changed; of a time in the future the metadata tells when it was set. */
function changedAt({ mtime, ctime }: FileVersion, now: number): number {
  return mtime <= now ? mtime : ctime;
}
