import { assert, assertEquals } from "@std/assert";
import { fuzz, fuzzRounds } from "../../support/random.ts";
import { parseContentDisposition } from "../../../http/fields/content_disposition.ts";
import { safeFileName } from "../../../http/fields/file_name.ts";

Deno.test("parseContentDisposition() reads names as RFC 6266 and RFC 8187 say, and worse ones", () => {
  const cases: [value: string, filename: string | undefined, type?: string][] = [
    // Tokens and quoted strings.
    ["attachment", undefined],
    ["inline", undefined, "inline"],
    ["INLINE; filename=a", "a", "inline"],
    ["form-data; name=x; filename=a", "a", "form-data"],
    ["attachment; filename=sun.fits", "sun.fits"],
    ["attachment; filename=sun.fits;", "sun.fits"],
    ["attachment;filename=sun.fits;x=y", "sun.fits"],
    ["attachment ; FILENAME = sun.fits ", "sun.fits"],
    ['attachment; filename="sun.fits"', "sun.fits"],
    ['attachment; filename="the sun.fits"', "the sun.fits"],
    ['attachment; filename="a;b.fits"', "a;b.fits"],
    ['attachment; filename="a;filename=b.fits"', "a;filename=b.fits"],
    ['attachment; filename="a\\"b\\\\c.fits"', 'a"b\\c.fits'],
    ['attachment; filename="\\s\\u\\n.fits"', "sun.fits"],
    ['attachment; filename=""', undefined],
    ["attachment; filename=", undefined],
    ['attachment; filename="a=b.fits"', "a=b.fits"],
    ["attachment; filename='sun.fits'", "'sun.fits'"],
    ["attachment; filename=a%20b.fits", "a%20b.fits"],
    ['attachment; filename="a%41.fits"', "a%41.fits"],
    ["attachment;\tfilename=\tsun.fits", "sun.fits"],
    ["attachment; name=x.fits", undefined],
    ["attachment; xfilename=sun.fits", undefined],
    ['attachment; creation-date="Wed, 12 Feb 1997"; filename="a"', "a"],
    // What real servers send although they must not.
    ["attachment; filename=the sun.fits", "the sun.fits"],
    ['attachment; filename="open.fits', "open.fits"],
    ['attachment; filename="open.fits\\', "open.fits"],
    ['attachment; filename="open; x=y.fits', "open; x=y.fits"],
    ['attachment; filename="a.fits" trailing', "a.fits"],
    ["attachment; filename=a, b.fits", "a, b.fits"],
    ["filename=sun.fits", "sun.fits", ""],
    ['filename="sun.fits"; attachment', "sun.fits", ""],
    ["; filename=sun.fits", "sun.fits", ""],
    ["attachment;;; filename=sun.fits", "sun.fits"],
    ["attachment; filename", undefined],
    ["attachment; =sun.fits", undefined],
    ["attachment; filename=a; filename=b", "a"],
    ["attachment; filename=\xc3\xbc.fits", "ü.fits"],
    ['attachment; filename="\xfc.fits"', "ü.fits"],
    ['attachment; filename="\xe5\xa4\xaa\xe9\x99\xbd.fits"', "太陽.fits"],
    ["", undefined, ""],
    [" ", undefined, ""],
    [";", undefined, ""],
    ['"', undefined, '"'],
    // The extended form.
    ["attachment; filename*=UTF-8''sun.fits", "sun.fits"],
    ["attachment; filename*=utf-8'en'%e5%a4%aa%E9%99%BD.fits", "太陽.fits"],
    ["attachment; filename*=UTF-8''a%20b%25.fits", "a b%.fits"],
    ["attachment; filename*=ISO-8859-1''%fc.fits", "ü.fits"],
    ["attachment; filename*=iso-8859-1'de-DE'%A3.fits", "£.fits"],
    ["attachment; filename*=\"UTF-8''%C3%BC.fits\"", "ü.fits"],
    ["attachment; filename*= UTF-8''sun.fits", "sun.fits"],
    ["attachment; filename * = UTF-8''sun.fits", undefined],
    ["attachment; filename=a.fits; filename*=UTF-8''b.fits", "b.fits"],
    ["attachment; filename*=UTF-8''b.fits; filename=a.fits", "b.fits"],
    ["attachment; filename*=UTF-8''b.fits; filename*=UTF-8''c.fits", "b.fits"],
    // Bad ones fall back.
    ["attachment; filename=a.fits; filename*=UTF-8''%zz.fits", "a.fits"],
    ["attachment; filename=a.fits; filename*=UTF-8''b%2", "a.fits"],
    ["attachment; filename=a.fits; filename*=UTF-8''b%", "a.fits"],
    ["attachment; filename=a.fits; filename*=UTF-8''%fc.fits", "a.fits"],
    ["attachment; filename=a.fits; filename*=KOI8-R''%c1.fits", "a.fits"],
    ["attachment; filename=a.fits; filename*=b.fits", "a.fits"],
    ["attachment; filename=a.fits; filename*=''b.fits", "a.fits"],
    ["attachment; filename=a.fits; filename*=UTF-8'b.fits", "a.fits"],
    ["attachment; filename=a.fits; filename*=UTF-8''", "a.fits"],
    ["attachment; filename*=UTF-8''%zz", undefined],
    ["attachment; filename*0=a; filename*1=b", undefined],
    // Paths are kept here and made safe by safeFileName().
    ['attachment; filename="../../etc/passwd"', "../../etc/passwd"],
    ['attachment; filename="C:\\\\a.fits"', "C:\\a.fits"],
    ["attachment; filename*=UTF-8''..%2f..%2fa%00.fits", "../../a\0.fits"],
  ];
  for (const [value, filename, type = "attachment"] of cases) {
    assertEquals(parseContentDisposition(value), { type, filename }, value);
  }
});

Deno.test("no name leaves the folder, whatever a server proposes", async () => {
  const letters = [
    ..."./\\ .:;\"'*=%aA0\0\n\u00fc\u202e",
    "con",
    "UTF-8''",
    "%2f",
    "filename=",
    "filename*=",
  ];
  await fuzz(fuzzRounds(10_000, 100_000), 6266, (random) => {
    let value = random.pick(["attachment; filename=", "attachment; filename*=UTF-8''", ""]);
    for (let i = random.integer(0, 20); i > 0; i--) value += random.pick(letters);
    const name = safeFileName(parseContentDisposition(value).filename ?? value);
    assert(!/[/\\\p{Cc}]|^[. ]|[. ]$|^$|^con(\.|$)/iu.test(name), `${value} -> ${name}`);
    assertEquals(safeFileName(name), name);
  });
});
