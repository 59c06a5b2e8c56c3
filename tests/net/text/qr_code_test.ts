import { assertEquals } from "@std/assert";
import { qrCode, qrLines } from "../../../net/text/qr_code.ts";

/** Rows as numbers, the first module in the highest bit. */
const rowsOf = (code: boolean[][]) =>
  code.map((row) => parseInt(row.map((dark) => dark ? "1" : "0").join(""), 2).toString(16)).join(
    " ",
  );

Deno.test("qrCode() draws what qrencode draws with the same mask", () => {
  assertEquals(
    rowsOf(qrCode("http://192.168.1.20:8000/", 5)!),
    "1fc397f 104c841 174115d 1751f5d 175845d 1043141 1fd557f 6000 18eab18 1eb9b9e a44a6b 689319 106b5c1 1590e02 17732ab 171e515 14cf9f4 1d714 1fd6d59 1052113 1743bfc 174306b 174d085 1055371 1fd6749",
  );
  assertEquals(
    rowsOf(qrCode("x".repeat(80), 0)!),
    "1fc99aaa7f 10477aaa41 175dd5555d 174ee5555d 17444aaa5d 10488aaa41 1fd555557f 1ddaaa00 1df66aaac4 6be65554d 1be8855517 142e2aaab2 cd91aaae8 1593b5554d 1f53755517 1b29daaab2 1b7e6aaae8 121e65554d 1cec855517 17aa2aaab2 b651aaae8 12b7b5554d 166b755517 2bddaaab2 3f27aaae8 e1a65554d 11cc955517 a022aaab2 10652aabf8 1f95551d 1fd7555757 1051eaa912 17566aa9f9 174255561c 17509554b7 10522aa9e2 1fd92aab4b",
  );
});

Deno.test("qrCode() takes the smallest version, and no text that is too long", () => {
  const sizes = [17, 18, 32, 33, 53, 54, 78, 79, 106].map((n) => qrCode("x".repeat(n))!.length);
  assertEquals(sizes, [21, 25, 25, 29, 29, 33, 33, 37, 37]);
  assertEquals(qrCode("x".repeat(107)), undefined);
  assertEquals(qrCode("ö".repeat(54)), undefined);
  // One of the eight masks.
  const all = Array.from({ length: 8 }, (_, mask) => rowsOf(qrCode("sun", mask)!));
  assertEquals(new Set(all).size, 8);
  assertEquals(all.includes(rowsOf(qrCode("sun")!)), true);
});

Deno.test("qrLines() draws two rows in a line, with a light margin", () => {
  const code = [[true, false, false], [false, true, true], [true, true, false]];
  const light = "█".repeat(11);
  assertEquals(qrLines(code), [
    light,
    light,
    "████▄▀▀████",
    "████▄▄█████",
    light,
    "▀".repeat(11),
  ]);
});
