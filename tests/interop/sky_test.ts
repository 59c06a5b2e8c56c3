/**
 * Frames of the sky against astropy (Debian: python3-astropy), of the Sun against sunpy
 * (python3-sunpy).
 */

import { assertEquals } from "@std/assert";
import { convertSky } from "../../fits/sky/convert.ts";
import type { SkyFrame, SkyFrameName } from "../../fits/sky/frame.ts";
import { readSunObserver } from "../../fits/sky/observer.ts";
import { separation } from "../../fits/sky/separation.ts";
import { SeededRandom } from "../support/random.ts";
import { python } from "./python.ts";

const SCRIPT = `
import json, sys, warnings
warnings.simplefilter("ignore")
import astropy.units as u
from astropy.coordinates import (ICRS, FK5, FK4, FK4NoETerms, Galactic, Supergalactic,
    BarycentricMeanEcliptic, SkyCoord)
from astropy.time import Time
def frame(f):
    name, equinox, obstime = f["name"], f.get("equinox"), f.get("obstime")
    if name == "icrs": return ICRS()
    if name == "galactic": return Galactic()
    if name == "supergalactic": return Supergalactic()
    if name == "fk5": return FK5(equinox=Time(equinox, format="jyear"))
    if name == "ecliptic": return BarycentricMeanEcliptic(equinox=Time(equinox, format="jyear"))
    more = {} if obstime is None else {"obstime": Time(obstime, format="jyear")}
    kind = FK4 if name == "fk4" else FK4NoETerms
    return kind(equinox=Time(equinox, format="byear"), **more)
out = []
for case in json.load(sys.stdin):
    c = SkyCoord(case["lon"] * u.deg, case["lat"] * u.deg, frame=frame(case["from"]))
    r = c.transform_to(frame(case["to"])).spherical
    out.append([r.lon.deg, r.lat.deg])
json.dump(out, sys.stdout)
`;

const NAMES: readonly SkyFrameName[] = [
  ...["icrs", "fk5", "fk4", "fk4noeterms", "galactic", "supergalactic", "ecliptic"] as const,
];

function randomFrame(random: SeededRandom): SkyFrame {
  const name = random.pick(NAMES);
  if (name === "fk5" || name === "ecliptic") return { name, equinox: 1850 + random.next() * 250 };
  return name.startsWith("fk4") ? { name, equinox: 1875 + random.next() * 110 } : { name };
}

Deno.test("convertSky() is within a milliarcsecond of astropy for 600 pairs of frames", async () => {
  const seed = 1515;
  const random = new SeededRandom(seed);
  const cases = Array.from({ length: 600 }, () => ({
    from: randomFrame(random),
    to: randomFrame(random),
    lon: random.next() * 360,
    lat: Math.asin(random.next() * 2 - 1) * 180 / Math.PI,
  }));
  const answers: [number, number][] = JSON.parse(await python(SCRIPT, JSON.stringify(cases)));
  const far = cases.flatMap((one, i) => {
    const distance = separation(convertSky(one.lon, one.lat, one.from, one.to), answers[i]!);
    return distance * 3_600_000 < 1 ? [] : [{ seed, ...one, distance }];
  });
  assertEquals(far, []);
});

const SUN = `
import json, sys, warnings
warnings.simplefilter("ignore")
import sunpy.coordinates.frames as f
import astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.time import Time
out = []
for case in json.load(sys.stdin):
    t = Time(case["date"], scale="utc")
    hgs = f.HeliographicStonyhurst(obstime=t, rsun=695700000 * u.m)
    observer = SkyCoord(case["lon"] * u.deg, case["lat"] * u.deg, case["distance"] * u.m, frame=hgs)
    frame = f.Helioprojective(obstime=t, observer=observer, rsun=695700000 * u.m)
    point = SkyCoord(case["x"] * u.deg, case["y"] * u.deg, frame=frame)
    there = f.HeliographicCarrington(obstime=t, observer=observer, rsun=695700000 * u.m)
    r = point.transform_to(there).spherical
    out.append([r.lon.deg, r.lat.deg])
json.dump(out, sys.stdout)
`;

Deno.test("convertSky() is within 0.1 seconds of arc of sunpy", async () => {
  const random = new SeededRandom(2006);
  const cases = Array.from({ length: 60 }, () => {
    const year = random.integer(1973, 2016);
    const [angle, part] = [random.next() * 6.28, Math.sqrt(random.next()) * 0.9];
    const distance = (0.3 + random.next()) * 1.495978707e11;
    const size = part * Math.asin(6.957e8 / distance) * 180 / Math.PI;
    return {
      date: `${year}-0${random.integer(1, 9)}-1${random.integer(0, 9)}T12:34:56`,
      lon: random.next() * 360 - 180,
      lat: random.next() * 40 - 20,
      distance,
      x: size * Math.cos(angle),
      y: size * Math.sin(angle),
    };
  });
  const answers: [number, number][] = JSON.parse(await python(SUN, JSON.stringify(cases)));
  const far = cases.flatMap((one, i) => {
    const observer = readSunObserver(
      new Map<string, unknown>([
        ["DATE-OBS", one.date],
        ["HGLN_OBS", one.lon],
        ["HGLT_OBS", one.lat],
        ["DSUN_OBS", one.distance],
      ]),
    );
    const found = convertSky(one.x, one.y, "helioprojective", "carrington", { observer });
    const distance = separation(found, answers[i]!) * 3600;
    return distance < 0.1 ? [] : [{ ...one, distance }];
  });
  assertEquals(far, []);
});
