/** The hashes of signatures, by the platform. */

import { createHash, createHmac } from "node:crypto";
import type { SigningHashes } from "./signature.ts";

/** SHA-256 and HMAC-SHA-256. A request waits for neither: they take microseconds. */
export const HASHES: SigningHashes = {
  sha256: (text) => createHash("sha256").update(text).digest("hex"),
  hmac: (key, text) => createHmac("sha256", key).update(text).digest(),
};
