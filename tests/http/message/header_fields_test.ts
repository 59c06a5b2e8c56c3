import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../net/errors.ts";
import { HeaderFields, listElements, nameBit } from "../../../http/message/header_fields.ts";

/** Three lines as a parser has found them in a text. */
function received(): HeaderFields {
  const text = "Vary: a\r\nETag: x\r\nVARY: b, c\r\n";
  const bits = nameBit(4, 121) | nameBit(4, 103) | nameBit(4, 89);
  const spans = [0, 4, 6, 7, 9, 13, 15, 16, 18, 22, 24, 28];
  return HeaderFields.ofText(text, spans, bits);
}

/** The same three lines, set one by one, and lists made of others. */
function changeable(): HeaderFields[] {
  const made = new HeaderFields([["Vary", "a"], ["ETag", " x\t"], ["VARY", "b, c"]]);
  return [made, made.clone(), received().clone()];
}

Deno.test("HeaderFields finds names in any case, lines in order", () => {
  for (const fields of [received(), ...changeable()]) {
    assertEquals(fields.size, 3);
    assertEquals(fields.get("etag"), "x");
    assertEquals(fields.get("vary"), "a, b, c");
    assertEquals(fields.getAll("vaRy"), ["a", "b, c"]);
    assertEquals(fields.list("Vary"), ["a", "b", "c"]);
    assertEquals([fields.has("VARY"), fields.has("var"), fields.has("")], [true, false, false]);
    assertEquals([fields.get("range"), fields.getAll("x"), fields.list("x")], [undefined, [], []]);
    assertEquals(fields.get("\u0176ary"), undefined);
    assertEquals([...fields], [["Vary", "a"], ["ETag", "x"], ["VARY", "b, c"]]);
    assertEquals(fields.get("vary"), "a, b, c");
  }
});

Deno.test("HeaderFields.set() puts one line in the place of the first, delete() removes all", () => {
  for (const fields of changeable()) {
    fields.set("vary", "d");
    assertEquals([...fields], [["vary", "d"], ["ETag", "x"]]);
    fields.set("New", "");
    fields.delete("ETAG");
    fields.delete("absent");
    assertEquals(fields.toText(), "vary: d\r\nNew: \r\n");
  }
});

Deno.test("HeaderFields.append() keeps duplicates; a clone is independent", () => {
  for (const fields of changeable()) {
    const copy = fields.clone();
    fields.append("Set-Cookie", "a=1");
    fields.append("Set-Cookie", "b=2");
    assertEquals(fields.getAll("set-cookie"), ["a=1", "b=2"]);
    assertEquals(copy.has("set-cookie"), false);
  }
  assertEquals([...new HeaderFields({ A: "1", B: "2" })], [["A", "1"], ["B", "2"]]);
  assertEquals([...new HeaderFields()], []);
});

Deno.test("HeaderFields refuses what would change the message", () => {
  const fields = new HeaderFields();
  for (const name of ["", "a b", "a:", "a\r\n", "\u00e4", "a\0", "(a)"]) {
    assertThrows(() => fields.set(name, "x"), FormatError, "Cannot set a header field");
  }
  for (const value of ["a\r\nSet-Cookie: x", "a\nb", "a\0", "\u0100", "\x7f", "a\x0bb"]) {
    assertThrows(() => fields.append("X", value), FormatError, "Cannot set the header field X");
    assertThrows(() => new HeaderFields({ X: value }), FormatError);
  }
  assertEquals(fields.size, 0);
});

Deno.test("HeaderFields of a request cannot be changed", () => {
  const fields = received();
  for (
    const change of [
      () => fields.set("Vary", "x"),
      () => fields.append("New", "x"),
      () => fields.delete("ETag"),
      () => fields.delete("Absent"),
    ]
  ) assertThrows(change, TypeError, "change a clone() of them");
  assertEquals(fields.toText(), "Vary: a\r\nETag: x\r\nVARY: b, c\r\n");
});

Deno.test("listElements() divides at commas outside of quoted strings", () => {
  const cases: [string, string[]][] = [
    ["", []],
    [" , ,", []],
    ["a", ["a"]],
    ["a,b ,\tc", ["a", "b", "c"]],
    ['"a,b", W/"c"', ['"a,b"', 'W/"c"']],
    ['"a\\",b",c', ['"a\\",b"', "c"]],
    ['"open, c', ['"open, c']],
    ['a"\\', ['a"\\']],
  ];
  for (const [value, expected] of cases) assertEquals(listElements(value), expected, value);
});
