import { assertEquals, assertThrows } from "@std/assert";
import { type ListingPage, ListingReader, parseStoreError } from "../../../http/s3/answers.ts";
import { scanElements } from "../../../http/s3/xml.ts";
import { ProtocolError } from "../../../net/errors.ts";
import { SeededRandom } from "../../support/random.ts";

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';

/** Reads a page in pieces of a length, which is the same as reading it whole. */
function parseListing(text: string, length = text.length + 1): ReturnType<ListingReader["finish"]> {
  const reader = new ListingReader();
  for (let at = 0; at < text.length; at += length) reader.push(text.slice(at, at + length));
  return reader.finish();
}

function page(body: string): ListingPage {
  return parseListing(`${HEAD}${body}</ListBucketResult>`) as ListingPage;
}

Deno.test("parseListing() reads keys, sizes, times and prefixes, and nothing else", () => {
  const found = page(
    "<Name>sun</Name><Prefix>2026/</Prefix><Marker/><KeyCount>2</KeyCount>" +
      "<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b==</NextContinuationToken>" +
      "<Contents><Key>2026/a.fits</Key><LastModified>2026-11-28T09:00:00.000Z</LastModified>" +
      "<ETag>&quot;x&quot;</ETag><Size>2880</Size><Owner><ID>Key</ID><DisplayName>9</DisplayName>" +
      "</Owner></Contents>\n<!-- a comment > here --><Contents><Key>b</Key><Size>-1</Size>" +
      "<LastModified>soon</LastModified></Contents>" +
      "<CommonPrefixes><Prefix>2026/11/</Prefix></CommonPrefixes>",
  );
  assertEquals(found, {
    objects: [
      { key: "2026/a.fits", size: 2880, modified: "2026-11-28T09:00:00.000Z" },
      { key: "b", size: undefined, modified: undefined },
    ],
    prefixes: ["2026/11/"],
    next: "a&b==",
  });
  assertEquals(
    page(
      "<IsTruncated>false</IsTruncated><NextContinuationToken>x" +
        "</NextContinuationToken>",
    ),
    { objects: [], prefixes: [], next: undefined },
  );
});

Deno.test("parseListing() decodes keys only where the store says that they are encoded", () => {
  const contents = "<Contents><Key>a+b%2Bc%26&#x64;%E1%88%B4&#233;%01.fits</Key></Contents>" +
    "<CommonPrefixes><Prefix>x+y/</Prefix></CommonPrefixes>";
  const coded = page(`<EncodingType>url</EncodingType>${contents}`);
  assertEquals(coded.objects[0]!.key, "a b+c&d\u1234é\x01.fits");
  assertEquals(coded.prefixes, ["x y/"]);
  const plain = page(contents);
  assertEquals(plain.objects[0]!.key, "a+b%2Bc%26d%E1%88%B4é%01.fits");
  assertEquals(plain.prefixes, ["x+y/"]);
});

Deno.test("parseListing() gives the error that a store sends in place of a page", () => {
  const text = "<Error><Code>InternalError</Code><Message>We encountered an error. </Message>" +
    "</Error>";
  assertEquals(parseListing(text), {
    code: "InternalError",
    message: "We encountered an error",
    region: undefined,
    times: undefined,
  });
});

Deno.test("parseListing() takes nothing that is no page", () => {
  const wrapped = (body: string) => `${HEAD}${body}</ListBucketResult>`;
  const cases: [text: string, message: string][] = [
    ["", "found the end before the root's at character 0"],
    ["gone", "found what is no element at character 0"],
    ["<html></html>", "found 'html', expected 'ListBucketResult'"],
    ['<!DOCTYPE x [<!ENTITY a "aaaa">]><Error/>', "found a declaration at character 0"],
    [wrapped("<Contents><![CDATA[x]]></Contents>"), "found a declaration"],
    [wrapped("<Contents></Contents>"), "found Contents without a Key"],
    [wrapped("<CommonPrefixes/><CommonPrefixes></CommonPrefixes>"), "without a Prefix"],
    [wrapped("<IsTruncated>true</IsTruncated>"), "a page that is not the last, without a token"],
    [wrapped("<Contents><Key>a&unknown;</Key></Contents>"), "found the entity '&unknown;'"],
    [wrapped("<Contents><Key>a&#xD800;</Key></Contents>"), "found the entity '&#xD800;'"],
    [wrapped("<Contents><Key>a & b</Key></Contents>"), "found the entity '& b'"],
    [
      wrapped("<EncodingType>url</EncodingType><Contents><Key>%FF</Key></Contents>"),
      "found a key that is no UTF-8",
    ],
    [`${HEAD}<Contents>`, "found the end before the root's"],
    [`${HEAD}</Contents>`, "found the end of 'Contents', which has not begun"],
    [wrapped("") + "<more/>", "found a second root"],
    ["<a>".repeat(17), "found more than 16 levels"],
    [wrapped("") + "text < text", "found what is no element"],
    [wrapped("") + "<!- x", "found a declaration"],
    [wrapped("") + "<", "found a second root"],
    [`${HEAD}<`, "found what is no element"],
    ["<Error><Message>x</Message></Error>", "found an Error without a Code"],
  ];
  for (const [text, message] of cases) {
    const whole = assertThrows(() => parseListing(text), ProtocolError, message);
    for (const length of [1, 2, 3, 7]) {
      assertThrows(() => parseListing(text, length), ProtocolError, whole.message);
    }
  }
});

Deno.test("parseStoreError() reads code, message, region and both clocks", () => {
  assertEquals(
    parseStoreError(
      '<?xml version="1.0"?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference' +
        " is too large.</Message><RequestTime>20261130T000000Z</RequestTime>" +
        "<ServerTime>2026-11-30T01:00:00Z</ServerTime><Region>eu-west-1</Region></Error>",
    ),
    {
      code: "RequestTimeTooSkewed",
      message: "The difference is too large",
      region: "eu-west-1",
      times: ["20261130T000000Z", "2026-11-30T01:00:00Z"],
    },
  );
  for (
    const text of ["", "<html>", "<Error><Message>x</Message></Error>", "<a><Code>x</Code></a>"]
  ) {
    assertEquals(parseStoreError(text), undefined, text);
  }
});

Deno.test("a page gives the same, wherever it is divided", () => {
  const text = `\n${HEAD}<!-- a - -- comment > --><EncodingType>url</EncodingType>` +
    "<Contents><Key>a&amp;b%20c</Key><Size>12</Size><Owner><ID>x</ID></Owner></Contents>" +
    "<Contents ><Key >d<?p > ?>e</Key ><Other/></Contents><CommonPrefixes><Prefix>f%2F</Prefix>" +
    "</CommonPrefixes></ListBucketResult>\n<!-- end -->\n";
  const whole = parseListing(text);
  assertEquals(whole, {
    objects: [
      { key: "a&b c", size: 12, modified: undefined },
      { key: "e", size: undefined, modified: undefined },
    ],
    prefixes: ["f/"],
    next: undefined,
  });
  for (let length = 1; length < text.length; length++) {
    assertEquals(parseListing(text, length), whole);
    const reader = new ListingReader();
    reader.push(text.slice(0, length));
    reader.push(text.slice(length));
    assertEquals(reader.finish(), whole);
  }
});

Deno.test("a page with any character changed is read or refused", () => {
  const random = new SeededRandom(20261130);
  const text = `${HEAD}<EncodingType>url</EncodingType>` +
    Array.from(
      { length: 20 },
      (_, i) => `<Contents><Key>sun/${i}%20&amp;.fits</Key><Size>${i}</Size></Contents>`,
    ).join("") +
    "</ListBucketResult>";
  for (let i = 0; i < 2_000; i++) {
    const at = random.integer(0, text.length - 1);
    const char = random.pick([..."<>&;/!?%\0x"]);
    const changed = text.slice(0, at) + char + text.slice(at + 1);
    const read = (length?: number) => {
      try {
        return parseListing(changed, length);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        return error.message;
      }
    };
    assertEquals(read(random.integer(1, 99)), read());
  }
});

Deno.test("scanElements() takes time in proportion to the text", () => {
  for (const part of ["<!--", "<?", "<a ", "&", "<a>&amp;&amp;</a>", "</"]) {
    const text = "<r>" + part.repeat(1_000_000 / part.length);
    // In quadratic time this would take minutes.
    assertThrows(() => scanElements(text, () => {}), ProtocolError);
  }
});
