/** Texts and headers of all kinds: a result, or a refusal by name. */

import { assert } from "@std/assert";
import { parseSkyFrame } from "../../../fits/sky/frame.ts";
import { readSunObserver } from "../../../fits/sky/observer.ts";
import { parseSky } from "../../../fits/sky/text.ts";
import { observationDate } from "../../../fits/sky/times.ts";
import { FormatError } from "../../../net/errors.ts";
import { SeededRandom } from "../../support/random.ts";

const PIECES = [
  ...["0", "1", "23", "59", "60", "89", "90", "359", ".5", "00.30", ":", ":", " ", " ", ","],
  ...["+", "-", "\u2212", "h", "m", "s", "d", "\u00b0", "'", '"', "e5", "x", "\x1b[2J", "fk5"],
];

const VALUES: readonly unknown[] = [
  ...[0, -0, 1, 5.5, 90, 91, 360, 1e300, -1e300, 5e-324, 6.957e8, 1.496e11, 12n, null, true, ""],
  ...["2020-01-01", "2020-13-41T99:99:99", "01/02/99", "UTC", "TAI", "x", "\x1b]0;t\x07", NaN],
];

const KEYWORDS = [
  ...["DATE-OBS", "DATE-AVG", "MJD-OBS", "TIMESYS", "TIME-OBS", "HGLN_OBS", "HGLT_OBS", "CRLN_OBS"],
  ...["CRLT_OBS", "DSUN_OBS", "RSUN_REF", "RSUN_OBS", "HEQX_OBS", "HEQY_OBS", "HEQZ_OBS"],
  ...["HAEX_OBS", "HAEY_OBS", "HAEZ_OBS", "HEC_X", "HEC_Y", "HEC_Z", "SOLAR_B0", "OBS_DIST"],
];

/** What the work gives, or undefined where it refuses. */
function resultOf<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return undefined;
  }
}

Deno.test("parseSky() and parseSkyFrame() give a point or a frame, or refuse", () => {
  const seed = 7315;
  const random = new SeededRandom(seed);
  let read = 0;
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: random.integer(0, 12) }, () => random.pick(PIECES)).join("");
    const point = resultOf(() => parseSky(text));
    resultOf(() => parseSkyFrame(text));
    if (point === undefined) continue;
    read++;
    const fits = Math.abs(point[0]) <= 360 && Math.abs(point[1]) <= 90;
    assert(fits, `seed ${seed}: ${JSON.stringify(text)} is ${point}`);
  }
  assert(read > 50, `${read} points`);
});

Deno.test("readSunObserver() gives a place outside the Sun, or refuses", () => {
  const seed = 7316;
  const random = new SeededRandom(seed);
  let read = 0;
  for (let i = 0; i < 20_000; i++) {
    const header = new Map<string, unknown>();
    for (let n = random.integer(1, 8); n > 0; n--) {
      header.set(random.pick(KEYWORDS), random.pick(VALUES));
    }
    resultOf(() => observationDate(header));
    const observer = resultOf(() => readSunObserver(header));
    if (observer === undefined) continue;
    read++;
    const { longitude, latitude, distance, radius } = observer;
    const fits = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 && radius > 0 &&
      distance > radius && Number.isFinite(distance);
    assert(
      fits,
      `seed ${seed}: ${JSON.stringify([...header.keys()])} is ${Object.values(observer)}`,
    );
  }
  assert(read > 20, `${read} observers`);
});
