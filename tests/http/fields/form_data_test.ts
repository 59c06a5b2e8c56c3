import { assertEquals, assertThrows } from "@std/assert";
import { formBoundary, FormDataParser } from "../../../http/fields/form_data.ts";
import { ProtocolError } from "../../../net/errors.ts";

const encoder = new TextEncoder();

/** The parts of a form that comes in pieces of a length. */
function partsOf(form: Uint8Array | string, boundary: string, length: number): unknown[] {
  const bytes = typeof form === "string" ? encoder.encode(form) : form;
  const parser = new FormDataParser(boundary);
  const parts: { name: string; filename: string | undefined; data: number[]; ended: boolean }[] =
    [];
  for (let at = 0; at < bytes.length; at += length) {
    for (const event of parser.push(bytes.slice(at, at + length))) {
      if (event.kind === "part") {
        parts.push({ name: event.name, filename: event.filename, data: [], ended: false });
      } else if (event.kind === "data") parts.at(-1)!.data.push(...event.bytes);
      else parts.at(-1)!.ended = true;
    }
  }
  return [
    ...parts.map(({ name, filename, data, ended }) => [
      name,
      filename,
      new TextDecoder("latin1").decode(Uint8Array.from(data)),
      ended,
    ]),
    parser.over,
  ];
}

const part = (disposition: string, data: string) =>
  `--b\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: text/plain\r\n\r\n${data}\r\n`;

const CASES: readonly (readonly [what: string, form: string, parts: readonly unknown[]])[] = [
  ["a file", part('name="file"; filename="a.fits"', "sun") + "--b--\r\n", [
    ["file", "a.fits", "sun", true],
    true,
  ]],
  ["a field and an empty file", part("name=x", "1") + part('name="f"; filename=""', "") + "--b--", [
    ["x", undefined, "1", true],
    ["f", "", "", true],
    true,
  ]],
  [
    "data like a boundary",
    part('name="f"; filename="a"', "\r\n--\r\n--a\r\n-\r\r\n--c") + "--b--",
    [
      ["f", "a", "\r\n--\r\n--a\r\n-\r\r\n--c", true],
      true,
    ],
  ],
  [
    "names as browsers and curl write them",
    part('filename="a%22\\"ö.fits";name="f"', "x") + "--b--",
    [
      ["f", 'a""ö.fits', "x", true],
      true,
    ],
  ],
  [
    "a preamble, blanks, an epilogue",
    "words\r\n" + part("name=x", "1").replace("--b", "--b \t") +
    "--b--\r\nmore\r\n--b\r\n",
    [["x", undefined, "1", true], true],
  ],
  ["no end", part("name=x", "1") + "--b", [["x", undefined, "1", true], false]],
];

for (const [what, form, parts] of CASES) {
  Deno.test(`FormDataParser reads ${what}, in pieces of any length`, () => {
    for (const length of [1, 2, 3, 7, 64, 10_000]) assertEquals(partsOf(form, "b", length), parts);
  });
}

Deno.test("FormDataParser says what is no form", () => {
  const broken: readonly (readonly [string, string])[] = [
    ["--b\r\nContent-Type: a/b\r\n\r\n", "a part without a name"],
    ["--b\r\n\r\n\r\n", "a part without a name"],
    ["--bx\r\n", "a boundary with something behind it"],
    [`--b\r\nA: ${"a".repeat(9_000)}`, "a part whose fields have no end"],
    [part("name=x", "").repeat(1_001), "more than 1000 parts"],
  ];
  for (const [form, message] of broken) {
    assertThrows(() => partsOf(form, "b", 5_000), ProtocolError, message);
  }
});

Deno.test("formBoundary() reads Content-Type", () => {
  assertEquals(formBoundary("multipart/form-data; boundary=abc"), "abc");
  assertEquals(formBoundary('Multipart/Form-Data; charset=utf-8; Boundary="a b"'), "a b");
  assertEquals(formBoundary("multipart/mixed; boundary=abc"), undefined);
  assertEquals(formBoundary("multipart/form-data"), undefined);
  assertEquals(formBoundary(undefined), undefined);
});
