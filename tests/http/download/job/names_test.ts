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
