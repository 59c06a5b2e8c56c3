import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { isSettled, validatorsOf } from "../../../http/files/validators.ts";

const NOW = Date.UTC(2026, 0, 1);
const VERSION = { dev: 1, ino: 2, size: 3, mtime: NOW - 5_001, ctime: NOW - 5_000 };

Deno.test("validatorsOf() gives a strong tag for each version of a settled file", () => {
  const { etag, lastModified } = validatorsOf(VERSION, NOW);
  assertMatch(etag, /^"[\w-]{22}"$/);
  assertEquals(lastModified, VERSION.mtime);
  assertEquals(validatorsOf(VERSION, NOW + 1_000_000).etag, etag);
  for (const name of ["size", "mtime"] as const) {
    assertNotEquals(validatorsOf({ ...VERSION, [name]: VERSION[name] - 1 }, NOW).etag, etag, name);
  }
  assertNotEquals(validatorsOf(VERSION, NOW, "br").etag, etag);
  // A new link, another mode, a move to another disk: the bytes are the same.
  for (const name of ["dev", "ino", "ctime"] as const) {
    assertEquals(validatorsOf({ ...VERSION, [name]: VERSION[name] - 1 }, NOW).etag, etag, name);
  }
});

Deno.test("validatorsOf() gives a weak tag for two seconds, first another than later", () => {
  const at = (age: number) => validatorsOf({ ...VERSION, mtime: NOW, ctime: NOW }, NOW + age).etag;
  const times = { ...VERSION, mtime: NOW + 1, ctime: NOW };
  const tagAt = (age: number) => validatorsOf(times, times.mtime + age).etag;
  const strong = tagAt(2_000);
  assertMatch(strong, /^"/);
  assertEquals(tagAt(1_999), `W/${strong}`);
  assertEquals(tagAt(100), `W/${strong}`);
  assertEquals(tagAt(99), `W/${strong.slice(0, -1)}-new"`);
  // A file system that counts in seconds hides a change for as long as that.
  assertEquals(at(1_999), `W/${at(2_000).slice(0, -1)}-new"`);
});

Deno.test("validatorsOf() never dates a file later than now", () => {
  const future = { ...VERSION, mtime: NOW + 86_400_000 };
  const { etag, lastModified } = validatorsOf(future, NOW);
  assertEquals(lastModified, NOW);
  // The metadata tells when that date was set.
  assertMatch(etag, /^"/);
  assertMatch(validatorsOf({ ...future, ctime: NOW - 1_000 }, NOW).etag, /^W\//);
});

Deno.test("isSettled() wants both times to be two seconds old", () => {
  assert(isSettled(VERSION, NOW));
  assert(!isSettled({ ...VERSION, mtime: NOW - 1_999 }, NOW));
  assert(!isSettled({ ...VERSION, ctime: NOW - 1_999 }, NOW));
  assert(isSettled({ ...VERSION, mtime: NOW + 86_400_000 }, NOW));
});
