import { assert, assertEquals } from "@std/assert";
import { NameClaims } from "../../../../http/download/job/names.ts";

Deno.test("claim() numbers names that are alike, in the order in which they come", () => {
  const claims = new NameClaims();
  const wanted = ["a.fits", "a.fits", "A.FITS", "b.fits.gz", "b.fits.gz", "a.1.fits", "a.fits"];
  assertEquals(wanted.map((name) => claims.claim(name)), [
    ...["a.fits", "a.1.fits", "A.2.FITS", "b.fits.gz", "b.1.fits.gz", "a.1.1.fits", "a.3.fits"],
  ]);
});

Deno.test("claim() looks at few names for each of thousands that are alike", () => {
  const claims = new NameClaims();
  for (let i = 0; i < 3_000; i++) claims.claim("image_lev1.fits");
  let asked = 0;
  const name = claims.claimUnique("image_lev1.fits", () => {
    asked++;
    return false;
  });
  assertEquals(name, "image_lev1.3000.fits");
  assert(asked < 10, `${asked} names were looked at`);
});

Deno.test("claim() asks once whether names that differ in case are one file", () => {
  for (const folds of [false, true]) {
    let asked = 0;
    const claims = new NameClaims(() => {
      asked++;
      return folds;
    });
    const wanted = [
      "ngc_R.fits",
      "ngc.fits",
      "ngc_r.fits",
      "NGC.fits",
      "a\u0308.fits",
      "\xe4.fits",
    ];
    assertEquals(
      wanted.map((name) => claims.claim(name)),
      folds
        ? ["ngc_R.fits", "ngc.fits", "ngc_r.1.fits", "NGC.1.fits", "a\u0308.fits", "\xe4.1.fits"]
        : wanted,
    );
    assertEquals(claims.claim("ngc_R.fits"), folds ? "ngc_R.2.fits" : "ngc_R.1.fits");
    assertEquals(asked, 1);
  }
});

Deno.test("claim() keeps names that differ in case apart when one is given back", () => {
  const claims = new NameClaims(() => false);
  const names = ["a.part", "A.part", "a", "A"].map((name) => claims.claim(name));
  assertEquals(names, ["a.part", "A.part", "a.1", "A.1"]);
  claims.release("A.part");
  assertEquals(["a.part", "A.part"].map((name) => claims.claim(name)), ["a.2.part", "A.part"]);
});
