import { assertEquals } from "@std/assert";
import { savedName, shownInput } from "../../../rpc/map/work.ts";

Deno.test("savedName() is one safe name, whatever the input", () => {
  const cases: [number, string, string][] = [
    [17, "night/a b.fits", "000017-a_b.npy"],
    [1, "s3://aia/2026/x.fits.fz", "000001-x.npy"],
    [1234567, "https://h/b.fits?x=/../../y", "1234567-b.npy"],
    [2, "a.fits[SCI,2][1:9,1:9]", "000002-a.npy"],
    [3, "..", "000003-data.npy"],
    [4, "-rf", "000004-rf.npy"],
    [5, "d/\u1234\u202e\x1b[2J.fits", "000005-_2J.npy"],
    [6, `${"x".repeat(300)}.fits`, `000006-${"x".repeat(80)}.npy`],
  ];
  for (const [number, input, name] of cases) {
    assertEquals(savedName({ number, input }, "npy"), name);
  }
});

Deno.test("shownInput() hides what opens something", () => {
  assertEquals(shownInput("https://u:p@h/a.fits"), "https://h/a.fits");
  assertEquals(
    shownInput("https://h/a.fits?X-Amz-Signature=00&versionId=1"),
    "https://h/a.fits?versionId=1&...",
  );
  assertEquals(shownInput("s3://b/k?x#y"), "s3://b/k?x#y");
  assertEquals(shownInput("a b.fits"), "a b.fits");
});
