import { assertEquals } from "@std/assert";
import { sniffImageType } from "../../../http/fields/image_type.ts";
import { encodeLatin1 } from "../../../http/message/octets.ts";

Deno.test("sniffImageType() goes by the first bytes", () => {
  const cases: [beginning: string, type: string | undefined][] = [
    ["\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"],
    ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"],
    ["GIF89a\x01\0", "image/gif"],
    ["GIF87a", "image/gif"],
    ["RIFF\x24\0\0\0WEBPVP8 ", "image/webp"],
    ["RIFF\x24\0\0\0WAVEfmt ", undefined],
    ["\0\0\0\x1cftypavif\0\0\0\0avifmif1", "image/avif"],
    ["\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic"],
    ["\0\0\0\x14ftypmif1\0\0\0\0mif1heic", undefined],
    ["\0\0\0\x18ftypisom\0\0\0\0isomavc1", undefined],
    ["\0\0\0\x18ftypheic", "image/heic"],
    ["\0\0\0\x18ftypconstructor", undefined],
    ["BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "image/bmp"],
    ["BM is the beginning of a text", undefined],
    ["II*\0\x08\0\0\0", "image/tiff"],
    ["MM\0*\0\0\0\x08", "image/tiff"],
    ["II+\0\x08\0\0\0", "image/tiff"],
    ["SIMPLE  =                    T", "image/fits"],
    ["\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"],
    ["\0\0\x01\0\x01\0", "image/vnd.microsoft.icon"],
    ["<svg xmlns='x'>", "image/svg+xml"],
    [
      "\xef\xbb\xbf\r\n <?xml version='1.0'?>\n<!-- a > b --><!DOCTYPE svg>\n<svg:svg>",
      "image/svg+xml",
    ],
    ["<!---->".repeat(140) + "<svg>", "image/svg+xml"],
    ["<!---->".repeat(2000), undefined],
    ["<?xml", undefined],
    ["<!--", undefined],
    ["<svgx>", undefined],
    ["<html><svg>", undefined],
    ["hello", undefined],
    ["\xff\xd8", undefined],
    ["", undefined],
  ];
  for (const [beginning, type] of cases) {
    assertEquals(sniffImageType(encodeLatin1(beginning)), type, beginning.slice(0, 40));
  }
});
