import { assertEquals, assertThrows } from "@std/assert";
import { isMetalink, parseMetalink } from "../../../../http/download/links/metalink.ts";
import { FormatError } from "../../../../net/errors.ts";

const SUM = "ab".repeat(32);
const LIST = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <file name="a/sun &amp; moon.fits">
    <size>30</size>
    <hash type="md5">${"cd".repeat(16)}</hash>
    <hash type="sha-256">${SUM}</hash>
    <pieces length="10" type="sha-512"><hash type="sha-512">${"ef".repeat(64)}</hash></pieces>
    <url location="de">http://c.example/sun?x=1&amp;y=2</url>
    <url priority="2">https://b.example/sun</url>
    <url priority='1'>http://a.example/sun</url>
    <url priority="1">ftp://f.example/sun</url>
  </file>
  <file name="b"><url>http://a.example/b</url></file>
</metalink>`;

Deno.test("parseMetalink() reads names, places by their priority, and the strongest sum", () => {
  assertEquals([isMetalink(LIST), isMetalink("http://h/a\n"), isMetalink("<html>")], [
    true,
    false,
    false,
  ]);
  assertEquals(parseMetalink(LIST), [
    {
      url: "http://a.example/sun",
      name: "sun & moon.fits",
      mirrors: ["https://b.example/sun", "http://c.example/sun?x=1&y=2"],
      checksum: `sha-256=${SUM}`,
    },
    { url: "http://a.example/b", name: "b" },
  ]);
});

Deno.test("parseMetalink() says what it cannot fetch or check", () => {
  const cases: [file: string, message: string][] = [
    ['<file name="a"><url>ftp://h/a</url></file>', 'found no place of "a"'],
    ['<file id="a"><url>http://h/a</url></file>', "found a file without a name"],
    ['<file name="a"><hash type="md5">00</hash><url>http://h/a</url></file>', 'sum of "a" is none'],
  ];
  for (const [file, message] of cases) {
    assertThrows(
      () => parseMetalink(`<metalink>${file}</metalink>`, "x.meta4"),
      FormatError,
      message,
    );
  }
});

Deno.test("isMetalink() looks at the first element, and behind comments", () => {
  const cases: [text: string, expected: boolean][] = [
    ["\ufeff \n<metalink>", true],
    ["<!-- <html> --><!--x--><?xml version='1.0'?>\n<METALINK xmlns='a'>", true],
    ["<!-- <metalink> --><html>", false],
    ["http://h/a\n# <metalink>", false],
    ["<metalinks>", false],
    ["<!-- <metalink>", false],
    ["", false],
  ];
  for (const [text, expected] of cases) assertEquals(isMetalink(text), expected, text);
});

Deno.test("parseMetalink() reads references by number, and needs time in proportion to the text", () => {
  const file = (url: string) => `<metalink><file name='&#x61;&#98;'><url>${url}</url></file>`;
  assertEquals(parseMetalink(file("http://h/a?x&#61;1&#38;y")), [
    { url: "http://h/a?x=1&y", name: "ab" },
  ]);
  const count = 50_000;
  const started = performance.now();
  for (
    const part of [
      ...["<file name='a'>", "<!--", "<pieces", "<url>", "<hash type='md5'>aa", "<file "],
      ...["<!-- -->\n", " ", "<", "<file"],
    ]
  ) {
    const text = part.repeat(count);
    assertEquals(isMetalink(text), false);
    assertEquals(parseMetalink(`<metalink>${text}`), []);
    assertEquals(parseMetalink(file("http://h/a") + text).length, 1);
  }
  // Each of these took minutes where every beginning is looked at to the end.
  assertEquals(performance.now() - started < 20_000, true);
});
