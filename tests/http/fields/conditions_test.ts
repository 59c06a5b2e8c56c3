import { assertEquals } from "@std/assert";
import {
  checkIfMatch,
  checkIfModifiedSince,
  checkIfNoneMatch,
  checkIfRange,
  checkIfUnmodifiedSince,
  evaluateConditions,
  type Outcome,
  type Validators,
  type Verdict,
} from "../../../http/fields/conditions.ts";
import { HeaderFields } from "../../../http/message/header_fields.ts";

const BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
const MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
const AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";
const FUTURE = "Sun, 06 Nov 2094 08:49:38 GMT";
const file: Validators = {
  etag: '"a"',
  lastModified: 784_111_777_500,
  now: 784_111_900_000,
};
const weak = { ...file, etag: 'W/"a"' };
const fresh = { ...file, now: 784_111_779_000 };
const unknown: Validators = { now: file.now };

Deno.test("each condition is true, false or absent", () => {
  type Check = (fields: HeaderFields, validators: Validators) => Verdict;
  const cases: [Check, string, string, Validators, Verdict][] = [
    [checkIfMatch, "X", "y", file, "absent"],
    [checkIfMatch, "If-Match", '"b", "a"', file, "true"],
    [checkIfMatch, "If-Match", '"b"', file, "false"],
    [checkIfMatch, "If-Match", "*", unknown, "true"],
    [checkIfMatch, "If-Match", 'W/"a"', file, "false"],
    [checkIfMatch, "If-Match", '"a"', weak, "false"],
    [checkIfMatch, "If-Match", '"a"', unknown, "false"],
    [checkIfMatch, "If-Match", "a", file, "false"],
    [checkIfNoneMatch, "X", "y", file, "absent"],
    [checkIfNoneMatch, "If-None-Match", '"a"', file, "false"],
    [checkIfNoneMatch, "If-None-Match", '"b", W/"a"', file, "false"],
    [checkIfNoneMatch, "If-None-Match", '"a"', weak, "false"],
    [checkIfNoneMatch, "If-None-Match", "*", unknown, "false"],
    [checkIfNoneMatch, "If-None-Match", '"b"', file, "true"],
    [checkIfNoneMatch, "If-None-Match", "a", file, "true"],
    [checkIfNoneMatch, "If-None-Match", '"a"', unknown, "true"],
    [checkIfModifiedSince, "X", "y", file, "absent"],
    [checkIfModifiedSince, "If-Modified-Since", BEFORE, file, "true"],
    [checkIfModifiedSince, "If-Modified-Since", MODIFIED, file, "false"],
    [checkIfModifiedSince, "If-Modified-Since", AFTER, file, "false"],
    [checkIfModifiedSince, "If-Modified-Since", FUTURE, file, "false"],
    [
      checkIfModifiedSince,
      "If-Modified-Since",
      MODIFIED,
      { ...file, now: 784_111_777_000 },
      "false",
    ],
    [
      checkIfModifiedSince,
      "If-Modified-Since",
      MODIFIED,
      { ...file, now: 784_111_776_999 },
      "false",
    ],
    [checkIfModifiedSince, "If-Modified-Since", "yesterday", file, "absent"],
    [checkIfModifiedSince, "If-Modified-Since", MODIFIED, unknown, "absent"],
    [checkIfUnmodifiedSince, "X", "y", file, "absent"],
    [checkIfUnmodifiedSince, "If-Unmodified-Since", BEFORE, file, "false"],
    [checkIfUnmodifiedSince, "If-Unmodified-Since", MODIFIED, file, "true"],
    [checkIfUnmodifiedSince, "If-Unmodified-Since", AFTER, file, "true"],
    [checkIfUnmodifiedSince, "If-Unmodified-Since", "0", file, "absent"],
    [checkIfUnmodifiedSince, "If-Unmodified-Since", BEFORE, unknown, "absent"],
    [checkIfRange, "X", "y", file, "absent"],
    [checkIfRange, "If-Range", '"a"', file, "true"],
    [checkIfRange, "If-Range", '"b"', file, "false"],
    [checkIfRange, "If-Range", 'W/"a"', weak, "false"],
    [checkIfRange, "If-Range", '"a"', weak, "false"],
    [checkIfRange, "If-Range", '"a"', unknown, "false"],
    [checkIfRange, "If-Range", MODIFIED, file, "true"],
    [checkIfRange, "If-Range", AFTER, file, "false"],
    [checkIfRange, "If-Range", BEFORE, file, "false"],
    [checkIfRange, "If-Range", MODIFIED, fresh, "false"],
    [checkIfRange, "If-Range", MODIFIED, unknown, "false"],
    [checkIfRange, "If-Range", "a", file, "false"],
  ];
  for (const [check, name, value, validators, expected] of cases) {
    const verdict = check(new HeaderFields([[name, value]]), validators);
    assertEquals(verdict, expected, `${check.name} ${name}: ${value}`);
  }
});

Deno.test("evaluateConditions() goes in the order of RFC 9110 13.2.2", () => {
  const cases: [method: string, fields: Record<string, string>, Outcome][] = [
    ["GET", {}, "proceed"],
    ["GET", { "If-Match": '"b"', "If-None-Match": '"a"' }, 412],
    ["HEAD", { "If-Match": '"b"' }, 412],
    ["GET", { "If-Match": '"a"', "If-Unmodified-Since": BEFORE }, "proceed"],
    ["GET", { "If-Unmodified-Since": BEFORE, "If-None-Match": '"a"' }, 412],
    ["GET", { "If-Unmodified-Since": MODIFIED, "If-None-Match": '"a"' }, 304],
    ["HEAD", { "If-None-Match": '"a"' }, 304],
    ["PUT", { "If-None-Match": "*" }, 412],
    ["GET", { "If-None-Match": '"b"', "If-Modified-Since": AFTER }, "proceed"],
    ["GET", { "If-Modified-Since": MODIFIED }, 304],
    ["HEAD", { "If-Modified-Since": MODIFIED }, 304],
    ["POST", { "If-Modified-Since": MODIFIED }, "proceed"],
    ["GET", { "If-Modified-Since": FUTURE }, 304],
    ["GET", { Range: "bytes=0-1", "If-Range": '"a"' }, "proceed"],
    ["GET", { Range: "bytes=0-1", "If-Range": '"b"' }, "ignore-range"],
    ["GET", { "If-Range": '"b"' }, "proceed"],
    ["HEAD", { Range: "bytes=0-1", "If-Range": '"b"' }, "proceed"],
    ["GET", { Range: "bytes=0-1", "If-Range": '"b"', "If-None-Match": '"a"' }, 304],
  ];
  for (const [method, fields, expected] of cases) {
    const outcome = evaluateConditions(method, new HeaderFields(fields), file);
    assertEquals(outcome, expected, `${method} ${JSON.stringify(fields)}`);
  }
});
