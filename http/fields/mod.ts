/**
 * Header fields and what they decide, without sockets: conditions, ranges, entity tags
 * (RFC 9110), Content-Disposition (RFC 6266), types by name and by first bytes.
 *
 * @example What a file server decides
 * ```ts
 * import {
 *   contentTypeOf,
 *   equalStrong,
 *   equalWeak,
 *   formatContentRange,
 *   isEntityTag,
 *   parseContentRange,
 *   parseEntityTags,
 *   parseRange,
 *   planMultipart,
 *   randomBoundary,
 *   sniffImageType,
 * } from "@heliograph/heliograph/http/fields";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const asked = parseRange("bytes=0-79, -20", 1_000);
 * assert(typeof asked === "object");
 * assertEquals([...asked], [{ first: 0, last: 79 }, { first: 980, last: 999 }]);
 * assertEquals(formatContentRange(asked[0], 1_000), "bytes 0-79/1000");
 * assertEquals(parseContentRange("bytes 0-79/1000")?.size, 1_000);
 * const plan = planMultipart(asked, 1_000, contentTypeOf("sun.fits"), randomBoundary());
 * assert(plan.length > 100);
 *
 * const [tag = "", weak = ""] = parseEntityTags('"a", W/"a"');
 * assert(isEntityTag(tag) && equalWeak(tag, weak) && !equalStrong(tag, weak));
 * assertEquals(sniffImageType(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)), "image/jpeg");
 * ```
 *
 * @module
 */

export { evaluateConditions, type Outcome, type Validators } from "./conditions.ts";
export {
  type ByteRange,
  type ContentRange,
  formatContentRange,
  type MultipartPlan,
  parseContentRange,
  parseRange,
  planMultipart,
  randomBoundary,
  type RangeRequest,
} from "./ranges.ts";
export { equalStrong, equalWeak, isEntityTag, parseEntityTags } from "./entity_tag.ts";
export { type ContentDisposition, parseContentDisposition } from "./content_disposition.ts";
export { contentTypeOf } from "./content_type.ts";
export { sniffImageType } from "./image_type.ts";
export { safeFileName, type SafeFileNameOptions } from "./file_name.ts";
