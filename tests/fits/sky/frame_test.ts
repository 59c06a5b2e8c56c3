import { assertEquals, assertThrows } from "@std/assert";
import { parseSkyFrame, skyFrameOf } from "../../../fits/sky/frame.ts";
import { FormatError } from "../../../net/errors.ts";

Deno.test("parseSkyFrame() reads names and equinoxes, and refuses others", () => {
  assertEquals(parseSkyFrame("ICRS"), { name: "icrs" });
  assertEquals(parseSkyFrame("fk5, J1975.5"), { name: "fk5", equinox: 1975.5 });
  assertEquals(parseSkyFrame("ecliptic,2026"), { name: "ecliptic", equinox: 2026 });
  assertEquals(parseSkyFrame("hpc"), { name: "helioprojective" });
  for (
    const [text, message] of [
      ["", "Cannot read the frame ''"],
      ["constructor", "Cannot read the frame 'constructor'"],
      ["icrs,2000", "the equinox is '2000', expected none for icrs"],
      ["fk5,B1950", "the equinox is 'B1950', expected a year such as J1950"],
      ["fk4,J1950", "the equinox is 'J1950', expected a year such as B1950"],
      ["fk5,9999", "the equinox is 9999, expected a year from 1000 to 3000"],
      ["fk5,2000,1", "Cannot read the frame 'fk5,2000,1'"],
    ] as const
  ) {
    assertThrows(() => parseSkyFrame(text), FormatError, message);
  }
});

Deno.test("skyFrameOf() reads the frame of a header's coordinates", () => {
  const cases = [
    ["RA", "ICRS", undefined, { name: "icrs" }],
    ["RA", undefined, undefined, { name: "icrs" }],
    ["RA", "FK5", 2000, { name: "fk5", equinox: 2000, obstime: undefined }],
    ["RA", "fk4", 1950, { name: "fk4", equinox: 1950, obstime: 1983 }],
    ["RA", "FK4-NO-E", undefined, { name: "fk4noeterms", equinox: undefined, obstime: 1983 }],
    ["GLON", undefined, 2000, { name: "galactic" }],
    ["SLON", undefined, undefined, { name: "supergalactic" }],
    ["ELON", "FK5", 2025, { name: "ecliptic", equinox: 2025, obstime: undefined }],
  ] as const;
  for (const [system, frame, equinox, expected] of cases) {
    assertEquals(skyFrameOf({ system, frame, equinox }, { obstime: 1983 }), expected);
  }
});

Deno.test("skyFrameOf() refuses frames that it cannot convert, by their keyword", () => {
  for (
    const [system, frame, message] of [
      ["RA", "GAPPT", "RADESYS is 'GAPPT', expected ICRS, FK5, FK4, FK4-NO-E"],
      ["RA", "constructor", "RADESYS is 'constructor'"],
      ["ELON", "FK4", "RADESYS is 'FK4', expected ICRS or FK5 for ELON"],
      ["TLON", undefined, "CTYPE has the longitude TLON"],
    ] as const
  ) {
    assertThrows(
      () => skyFrameOf({ system, frame, equinox: undefined }),
      FormatError,
      message,
    );
  }
});
