import { assert, assertEquals, assertThrows } from "@std/assert";
import { ParameterError } from "../../../http/fields/parameters.ts";
import {
  filterInSteps,
  parseListingRequest,
  sortEntries,
  sortInSteps,
} from "../../../http/files/listing_order.ts";
import { SeededRandom } from "../../support/random.ts";

const entry = (name: string, size: number, mtime: number, isFolder = false) => ({
  name,
  size,
  mtime,
  isFolder,
});
const ENTRIES = [
  entry("image10.fits", 5, 30),
  entry("b", 0, 10, true),
  entry("image2.fits", 5, 20),
  entry("A", 0, 40, true),
];

Deno.test("parseListingRequest() reads order, page and filter, and refuses what else there is", () => {
  const plain = { key: "name", descending: false, page: undefined, filter: "" };
  const cases: [string | undefined, object][] = [
    [undefined, plain],
    ["sort=size", { ...plain, key: "size" }],
    ["sort=time&order=desc", { ...plain, key: "time", descending: true }],
    ["page=7&filter=Sun+1", { ...plain, page: 7, filter: "Sun 1" }],
  ];
  for (const [query, expected] of cases) {
    assertEquals<unknown>(parseListingRequest(query), expected, query);
  }
  for (
    const query of [
      "sort=constructor",
      "order=down",
      "page=0",
      "page=1e9",
      "srt=size",
      "page=1&page=1",
    ]
  ) assertThrows(() => parseListingRequest(query), ParameterError);
  assertThrows(() => parseListingRequest(`filter=${"x".repeat(256)}`), ParameterError, "255");
});

/** What steps return in the end, and how many there were. */
function taken<T>(steps: Generator<void, T>): [T, number] {
  for (let count = 0;; count++) {
    const { done, value } = steps.next();
    if (done) return [value, count];
  }
}

Deno.test("filterInSteps() keeps the names that have a text in them, in any case", () => {
  const names = (filter: string) =>
    taken(filterInSteps(ENTRIES, filter))[0].map(({ name }) => name);
  assertEquals(names("IMAGE1"), ["image10.fits"]);
  assertEquals(names("a"), ["image10.fits", "image2.fits", "A"]);
  assertEquals(names(".*"), []);
  const many = Array.from({ length: 20_000 }, (_, i) => entry(`Image${i}`, 0, 0));
  const [found, steps] = taken(filterInSteps(many, "mage1999"));
  assertEquals(found.length, 11);
  assert(steps >= 9, `${steps} steps`);
});

Deno.test("sortEntries() keeps folders first, and takes numbers in names by their value", () => {
  const names = (query: string) =>
    sortEntries(ENTRIES, parseListingRequest(query)).map(({ name }) => name).join(" ");
  assertEquals(names(""), "A b image2.fits image10.fits");
  assertEquals(names("order=desc"), "b A image10.fits image2.fits");
  assertEquals(names("sort=size&order=desc"), "A b image2.fits image10.fits");
  assertEquals(names("sort=time&order=desc"), "A b image10.fits image2.fits");
  assertEquals(names("sort=time"), "b A image2.fits image10.fits");
});

Deno.test("sortEntries() has the order of the collator for names of every kind", () => {
  const random = new SeededRandom(20261130);
  const letters = "aAbBzZ00199_-.é ~";
  const names = new Set<string>();
  while (names.size < 2_000) {
    let name = "";
    for (let i = random.integer(1, 12); i > 0; i--) name += random.pick([...letters]);
    names.add(name);
  }
  const collator = new Intl.Collator("en", { numeric: true });
  const plain = [...names].filter((name) => /^[\w.-]+$/.test(name));
  for (const group of [plain, [...names].filter((name) => !plain.includes(name))]) {
    const sorted = sortEntries(group.map((name) => entry(name, 0, 0)), {
      key: "name",
      descending: false,
    }).map(({ name }) => name);
    for (let i = 1; i < sorted.length; i++) {
      const [a, b] = [sorted[i - 1]!, sorted[i]!];
      assert(collator.compare(a, b) <= 0, `seed ${random.seed}: '${a}' before '${b}'`);
    }
  }
});

Deno.test("sortInSteps() takes 100000 entries in many steps, none of them long in comparisons", () => {
  const entries = Array.from({ length: 100_000 }, (_, i) => entry(`f${i * 7919 % 100_000}`, 0, 0));
  const steps = sortInSteps(entries, { key: "name", descending: false });
  let count = 0;
  for (;;) {
    const { done, value } = steps.next();
    if (done) {
      assertEquals(value.map(({ name }) => name), entries.map((_, i) => `f${i}`));
      break;
    }
    count++;
  }
  assert(count > 400, `${count} steps`);
});
