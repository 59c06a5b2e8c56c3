import { assertEquals } from "@std/assert";
import { safeFileName } from "../../../http/fields/file_name.ts";

Deno.test("safeFileName() makes one harmless name of anything", () => {
  const cases: [name: string, safe: string][] = [
    ["sun.fits", "sun.fits"],
    ["the sun (1).fits", "the sun (1).fits"],
    ["太陽.fits", "太陽.fits"],
    ["hmi.M_45s.2014.01.01_00:00:45_TAI.fits", "hmi.M_45s.2014.01.01_00:00:45_TAI.fits"],
    ["a%2Fb", "a%2Fb"],
    ["../../x", "x"],
    ["..\\..\\x", "x"],
    ["/etc/passwd", "passwd"],
    ["C:\\Windows\\win.ini", "win.ini"],
    ["a/b/", "b"],
    ["a/..", "a"],
    ["..", "download"],
    [".", "download"],
    ["...", "download"],
    ["", "download"],
    ["/", "download"],
    [" . ", "download"],
    [".bashrc", "bashrc"],
    ["..hidden.fits", "hidden.fits"],
    [". a", "a"],
    ["a.", "a"],
    ["a. . ", "a"],
    [" a ", "a"],
    ["\u00a0a\u3000", "a"],
    ["a\0b", "a_b"],
    ["a\r\nb", "a_b".replace("_", "__")],
    ["\x1b[31m", "_[31m"],
    ["a\x7f\x85", "a__"],
    ["a\u202egnp.exe", "a_gnp.exe"],
    ["a\ud800b", "a_b"],
    ["\u{1f31e}.png", "\u{1f31e}.png"],
    ["CON", "_CON"],
    ["con.fits", "_con.fits"],
    ["nul.tar.gz", "_nul.tar.gz"],
    ["COM1", "_COM1"],
    ["lpt9.txt", "_lpt9.txt"],
    ["com¹.txt", "_com¹.txt"],
    ["aux .txt", "_aux .txt"],
    ["CONIN$", "_CONIN$"],
    ["console.txt", "console.txt"],
    ["COM10", "COM10"],
    ["a/con", "_con"],
  ];
  for (const [name, safe] of cases) assertEquals(safeFileName(name), safe, JSON.stringify(name));
  assertEquals(safeFileName('a<b>:"c|?*.fits', { windows: true }), "a_b___c___.fits");
  assertEquals(safeFileName("..", { fallback: "index.html" }), "index.html");
});

Deno.test("safeFileName() shortens the middle and keeps the extension", () => {
  const long = safeFileName("a".repeat(300) + ".fits.gz");
  assertEquals(long, "a".repeat(247) + ".fits.gz");
  // Never half a character.
  assertEquals(safeFileName("é".repeat(200) + ".fits"), "é".repeat(125) + ".fits");
  assertEquals(safeFileName("\u{1f31e}".repeat(100)), "\u{1f31e}".repeat(63));
  assertEquals(safeFileName("x." + "y".repeat(300)).length, 255);
  assertEquals(safeFileName("abcdef.fits", { maxBytes: 8 }), "abc.fits");
});
