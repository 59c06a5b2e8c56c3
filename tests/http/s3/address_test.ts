import { assertEquals, assertThrows } from "@std/assert";
import { addressOf, isRegion, isSameStore, parseEndpoint } from "../../../http/s3/address.ts";
import { parseS3Text, s3ObjectOf, s3UrlOf } from "../../../http/fields/s3_url.ts";
import { shownUrl } from "../../../net/text/shown_url.ts";
import { HeliographError } from "../../../net/errors.ts";

Deno.test("addressOf() asks AWS by virtual host, and by path where no certificate would fit", () => {
  const cases: [text: string, region: string, endpoint: string | undefined, url: string][] = [
    [
      "s3://sun/a/b.fits",
      "eu-west-1",
      undefined,
      "https://sun.s3.eu-west-1.amazonaws.com/a/b.fits",
    ],
    ["s3://sun.fits/a", "us-east-1", undefined, "https://s3.us-east-1.amazonaws.com/sun.fits/a"],
    ["s3://Sun_1/a", "us-east-1", undefined, "https://s3.us-east-1.amazonaws.com/Sun_1/a"],
    ["s3://sun/", "cn-north-1", undefined, "https://sun.s3.cn-north-1.amazonaws.com.cn/"],
    ["s3://sun//a//", "x", "http://h:9000", "http://h:9000/sun//a//"],
    ["s3://sun/a b+c", "x", "https://h/s3/", "https://h/s3/sun/a%20b%2Bc"],
    ["s3://sun/%2e%2e/?#\\", "x", "https://h", "https://h/sun/%252e%252e/%3F%23%5C"],
  ];
  for (const [text, region, endpoint, url] of cases) {
    const base = endpoint === undefined ? undefined : new URL(endpoint);
    assertEquals(addressOf(parseS3Text(text), region, base).href, url);
  }
});

Deno.test("the URL of an object carries any key, and is shown as it was written", () => {
  for (
    const text of [
      "s3://sun/2026/a.fits",
      "s3://sun/a b+c'd\"e(f)!*.fits",
      "s3://sun/%41?x=1&y#z",
      "s3://sun//lead/ing//",
      "s3://sun/\u1234\u{1f31e}e\u0301\x7f",
      "s3://Sun_1.old/...",
      "s3://sun/",
    ]
  ) {
    const url = s3UrlOf(parseS3Text(text));
    assertEquals([shownUrl(url), shownUrl(new URL(url.href))], [text, text]);
    assertEquals(s3ObjectOf(url), parseS3Text(text));
  }
  // Whoever writes a URL object has encoded what must be.
  assertEquals(s3ObjectOf(new URL("s3://sun/a%20b")), { bucket: "sun", key: "a b" });
  assertEquals(parseS3Text("S3://sun"), { bucket: "sun", key: "" });
});

Deno.test("keys and buckets that no URL can carry are refused by name", () => {
  const cases: [text: string, message: string][] = [
    ["s3://sun/a/../b", "Cannot read 's3://sun/a/../b': its key has the segment '..'"],
    ["s3://sun/./b", "its key has the segment '.'"],
    ["s3://sun/..", "its key has the segment '..'"],
    ["s3:///a", "found no bucket, expected s3://BUCKET/KEY"],
    ["s3://", "found no bucket"],
    ["s3://../a", "that is no name of a bucket"],
    ["s3://sun:9000/a", "that is no name of a bucket"],
    ["s3://ID:SECRET@sun/a", "Cannot read 's3://***@sun/a': that is no name of a bucket"],
    ["s3://a.b@c/d", "Cannot read 's3://***@c/d'"],
  ];
  for (const [text, message] of cases) {
    assertThrows(() => parseS3Text(text), HeliographError, message);
  }
  const secret = assertThrows(() => s3ObjectOf(new URL("s3://ID:SECRET@sun/a")), HeliographError);
  assertEquals(secret.message.includes("SECRET"), false);
});

Deno.test("shownUrl() hides passwords, and queries that open what they name", () => {
  const cases: [url: string, shown: string][] = [
    ["https://u:p@h/a?b=1#c", "https://h/a?b=1#c"],
    ["https://h/a?X-Amz-Credential=x&X-Amz-Signature=y", "https://h/a?..."],
    ["https://u:p@h/a?b=1&x-amz-security-token=y#c", "https://h/a?b=1&...#c"],
    ["https://h/a?AWSAccessKeyId=x&Signature=y", "https://h/a?..."],
    ["https://h/a?X-Goog-Signature=y", "https://h/a?..."],
    ["https://h/a?sv=1&se=2&sp=r&sig=y", "https://h/a?..."],
    ["https://h/a?file=b%26&sig=y&access_token=z", "https://h/a?file=b%26&..."],
    ["https://h/a?versionId=3&X-Amz-Date=1&X-Amz-Signature=y", "https://h/a?versionId=3&..."],
    ["https://h/a?design=1", "https://h/a?design=1"],
  ];
  for (const [url, shown] of cases) assertEquals(shownUrl(new URL(url)), shown);
});

Deno.test("parseEndpoint() takes a URL of a server, and shows none that may hold a password", () => {
  assertEquals(parseEndpoint("http://127.0.0.1:9000", "x").href, "http://127.0.0.1:9000/");
  for (const text of ["h:9000", "ftp://h", "https://u:SECRET@h", "https://h/?x=SECRET", "SECRET"]) {
    const error = assertThrows(() => parseEndpoint(text, "AWS_ENDPOINT_URL"), HeliographError);
    assertEquals(error.message.includes("SECRET"), false);
    assertEquals(error.message.startsWith("Cannot use the endpoint of AWS_ENDPOINT_URL: "), true);
  }
});

Deno.test("only AWS itself is the same store under another host", () => {
  const cases: [from: string, to: string, same: boolean][] = [
    ["https://h/a", "https://h/b", true],
    ["https://h/a", "https://h:8443/b", false],
    ["https://b.s3.amazonaws.com/a", "https://b.s3.eu-west-1.amazonaws.com/a", true],
    ["https://b.s3.amazonaws.com/a", "https://s3-us-gov-west-1.amazonaws.com/b/a", true],
    ["https://b.s3.amazonaws.com/a", "https://b.s3.dualstack.eu-west-1.amazonaws.com/a", true],
    ["https://b.s3.amazonaws.com/a", "https://ec2-1-2-3-4.compute-1.amazonaws.com/a", false],
    ["https://b.s3.amazonaws.com/a", "https://s3-x-1.eu-west-1.elb.amazonaws.com/a", false],
    ["https://b.s3.amazonaws.com/a", "http://b.s3.eu-west-1.amazonaws.com/a", false],
    ["https://b.s3.amazonaws.com/a", "https://amazonaws.com.evil.org/a", false],
    ["https://b.s3.amazonaws.com/a", "https://evilamazonaws.com/a", false],
    ["https://h/a", "https://b.s3.amazonaws.com/a", false],
  ];
  for (const [from, to, same] of cases) {
    assertEquals(isSameStore(new URL(from), new URL(to)), same, `${from} ${to}`);
  }
  for (const name of ["eu-west-1", "RegionOne"]) assertEquals(isRegion(name), true);
  for (const name of ["", "evil.org/", "a.b", "a@b", "-a"]) assertEquals(isRegion(name), false);
});
