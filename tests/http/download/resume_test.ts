import { assertEquals } from "@std/assert";
import {
  type AnswerFacts,
  type AskedRange,
  identityOf,
  judgeAnswer,
  type PartIdentity,
  rangeFields,
} from "../../../http/download/resume.ts";

/** A Content-Range that says nothing of the size. */
const NO_RANGE = { range: undefined, size: undefined };
const KNOWN: PartIdentity = {
  etag: '"a"',
  lastModified: "Sat, 21 Nov 2026 10:00:00 GMT",
  length: 100,
};
const ASKED: AskedRange = { first: 40 };
const PART: AnswerFacts = {
  status: 206,
  contentRange: { range: { first: 40, last: 99 }, size: 100 },
  coded: false,
  multipart: false,
  page: false,
};

Deno.test("rangeFields() names the tag before the date, and nothing without either", () => {
  assertEquals(rangeFields(KNOWN, ASKED), { Range: "bytes=40-", "If-Range": '"a"' });
  assertEquals(rangeFields({ lastModified: "D" }, { first: 1, last: 2 }), {
    Range: "bytes=1-2",
    "If-Range": "D",
  });
  assertEquals(rangeFields({ length: 100 }, ASKED), null);
});

const CASES: [
  what: string,
  asked: AskedRange | null,
  known: PartIdentity,
  facts: Partial<AnswerFacts>,
  kind: string,
][] = [
  ["the rest", ASKED, KNOWN, {}, "part"],
  ["the rest with its tag", ASKED, KNOWN, { etag: '"a"', contentLength: 60 }, "part"],
  ["the rest without a total", ASKED, KNOWN, {
    contentRange: { range: { first: 40, last: 99 }, size: undefined },
  }, "part"],
  ["less than the rest", ASKED, KNOWN, {
    contentRange: { range: { first: 40, last: 50 }, size: 100 },
  }, "part"],
  [
    "another start",
    ASKED,
    KNOWN,
    { contentRange: { range: { first: 0, last: 99 }, size: 100 } },
    "restart",
  ],
  [
    "another total",
    ASKED,
    KNOWN,
    { contentRange: { range: { first: 40, last: 99 }, size: 101 } },
    "restart",
  ],
  ["more than asked for", { first: 40, last: 50 }, KNOWN, {}, "restart"],
  ["another tag", ASKED, KNOWN, { etag: '"b"' }, "restart"],
  ["another date", ASKED, { lastModified: "D" }, { lastModified: "E" }, "restart"],
  ["the same tag and another date", ASKED, KNOWN, { etag: '"a"', lastModified: "E" }, "part"],
  ["another length than its range", ASKED, KNOWN, { contentLength: 61 }, "restart"],
  ["no range", ASKED, KNOWN, { contentRange: { range: undefined, size: 100 } }, "restart"],
  ["several parts", ASKED, KNOWN, { multipart: true }, "restart"],
  ["a coding", ASKED, KNOWN, { coded: true }, "restart"],
  ["206 to nothing", null, {}, {}, "unusable"],
  ["200", ASKED, KNOWN, { status: 200 }, "whole"],
  ["203", null, {}, { status: 203 }, "whole"],
  ["a page in place of the rest", ASKED, KNOWN, { status: 200, page: true }, "unusable"],
  [
    "a page in place of the rest, changed by a proxy",
    ASKED,
    KNOWN,
    { status: 203, page: true },
    "unusable",
  ],
  ["a page in place of the whole", null, {}, { status: 200, page: true }, "whole"],
  ["204", null, {}, { status: 204 }, "unusable"],
  ["416 at the end", { first: 100 }, KNOWN, {
    status: 416,
    contentRange: { range: undefined, size: 100 },
  }, "complete"],
  ["416 with another size", { first: 100 }, KNOWN, {
    status: 416,
    contentRange: { range: undefined, size: 99 },
  }, "restart"],
  ["416 in the middle", ASKED, KNOWN, {
    status: 416,
    contentRange: { range: undefined, size: 100 },
  }, "restart"],
  ["416 with another tag", { first: 100 }, KNOWN, {
    status: 416,
    etag: '"b"',
    contentRange: { range: undefined, size: 100 },
  }, "restart"],
  [
    "416 without a size",
    { first: 100 },
    { etag: '"a"' },
    { status: 416, contentRange: NO_RANGE },
    "restart",
  ],
  ["416 to nothing", null, {}, { status: 416 }, "refused"],
  ["412", ASKED, KNOWN, { status: 412 }, "restart"],
  ["404", ASKED, KNOWN, { status: 404 }, "refused"],
  ["500", null, {}, { status: 500 }, "refused"],
];

for (const [what, asked, known, facts, kind] of CASES) {
  Deno.test(`judgeAnswer() takes ${what} for ${kind}`, () => {
    const { contentRange, ...others } = { ...PART, ...facts };
    const all = contentRange === undefined ? others : { ...others, contentRange };
    assertEquals(judgeAnswer(asked, known, all).kind, kind);
  });
}

Deno.test("identityOf() keeps strong validators only", () => {
  const facts = (etag: string, lastModified = "D"): AnswerFacts => ({
    status: 200,
    etag,
    lastModified,
    contentLength: 7,
    coded: false,
    multipart: false,
    page: false,
  });
  assertEquals(identityOf(facts('"a"'), 5_000, 4_000), {
    etag: '"a"',
    lastModified: "D",
    length: 7,
  });
  assertEquals(identityOf(facts('W/"a"'), 5_000, 4_001), {
    etag: undefined,
    lastModified: undefined,
    length: 7,
  });
  assertEquals(identityOf(facts("a"), undefined, 4_000), {
    etag: undefined,
    lastModified: undefined,
    length: 7,
  });
  assertEquals(identityOf({ ...facts('"a"'), coded: true }, 5_000, 4_000), {});
});
