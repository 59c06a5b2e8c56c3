/** The hashes of signatures, by the platform. */

import { createHash, createHmac } from "node:crypto";
import type { SigningHashes } from "./signature.ts";

/** SHA-256 and HMAC-SHA-256. A request waits for neither: they take microseconds. */
export const HASHES: SigningHashes = {
  sha256: (text) => createHash("sha256").update(text).digest("hex"),
  hmac: (key, text) => createHmac("sha256", key).update(text).digest(),
};

/** SHA-256 of bytes, as 64 hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** MD5 of bytes, as 32 hexadecimal digits: what stores tell of a part. */
export function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
