/**
 * A picture of the Sun that no one took: limb darkening, granulation, spots with
 * penumbrae and faculae, for examples and demonstrations.
 */

import { FormatError } from "../../net/errors.ts";
import { Header } from "../header/header.ts";
import { cellNoise, fractalNoise, gradientNoise, smoothstep } from "./noise.ts";

/** How a {@linkcode sampleSun} is made. */
export interface SampleSunOptions {
  /** Pixels of a side, 16 to 8192. @default {1024} */
  readonly size?: number | undefined;
  /** Another number gives other spots and other granules. @default {1868} */
  readonly seed?: number | undefined;
}

/** A synthetic image of the Sun in visible light. */
export interface SampleSun {
  /** Intensities, 0 to 65535, axis 1 fastest, the first row lowest (south). */
  readonly pixels: Uint16Array<ArrayBuffer>;
  /** The lengths of the axes, axis 1 first. */
  readonly shape: readonly [number, number];
  /** Observation and world coordinates: helioprojective seconds of arc. */
  readonly header: Header;
  /** The spots. */
  readonly spots: readonly SampleSpot[];
}

/** One spot of a {@linkcode SampleSun}. */
export interface SampleSpot {
  /** The number of the group that it belongs to. */
  readonly group: number;
  /** Stonyhurst longitude in degrees, west positive. */
  readonly longitude: number;
  /** Heliographic latitude in degrees. */
  readonly latitude: number;
  /** The radius of the penumbra in degrees of the sphere. */
  readonly radius: number;
}

const RADIAN = Math.PI / 180;
/** The radius of the disc as a part of the image's side. */
const DISC = 0.455;
/** The tilt of the Sun's north pole towards the observer, in degrees: that of early September. */
const B0 = 7.2;
const RSUN_ARCSEC = 952.5;
const RSUN_METERS = 695_700_000;
/** The intensity of the middle of the disc. */
const CENTER = 48_000;

interface Spot extends SampleSpot {
  /** The direction of the spot, the observer at +z, north at +y. */
  readonly at: readonly [number, number, number];
  readonly seed: number;
}

/**
 * Makes a synthetic image of the Sun; the same options give the same pixels.
 *
 * @param options Size and seed.
 * @returns Pixels, header and spots.
 * @throws {FormatError} If the size is out of range.
 *
 * @example
 * ```ts
 * import { renderPng, sampleSun } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const sun = sampleSun({ size: 64 });
 * assertEquals(sun.shape, [64, 64]);
 * assertEquals(sun.header.get("CTYPE1"), "HPLN-TAN");
 * const png = renderPng(sun, { colormap: "continuum", limits: "minmax" });
 * console.log(png.length);
 * ```
 */
export function sampleSun(options: SampleSunOptions = {}): SampleSun {
  const size = options.size ?? 1024;
  const seed = options.seed ?? 1868;
  if (!(Number.isInteger(size) && size >= 16 && size <= 8192)) {
    throw new FormatError(`Cannot make a sample Sun: its size is ${size}, expected 16 to 8192`);
  }
  const spots = makeSpots(seed);
  const pixels = new Uint16Array(size * size);
  const radius = size * DISC;
  const center = (size - 1) / 2;
  for (let row = 0; row < size; row++) {
    const y = (row - center) / radius;
    for (let column = 0; column < size; column++) {
      const x = (column - center) / radius;
      const value = brightness(x, y, 1 / radius, spots, seed) * CENTER;
      // Photon noise, a little of which makes the sky of a camera look like one.
      const noise = gradientNoise(column * 0.97 + 0.5, row * 0.97 + 0.5, 0.5, seed + 31);
      const noisy = value + noise * (4 + 0.9 * Math.sqrt(value)) + 6;
      pixels[row * size + column] = Math.max(0, Math.min(65_535, noisy));
    }
  }
  return {
    pixels,
    shape: [size, size],
    header: sunHeader(size),
    spots: spots.map(({ group, longitude, latitude, radius }) => ({
      group,
      longitude,
      latitude,
      radius,
    })),
  };
}

/** The brightness at a place of the sky, in units of the disc's middle; x and y in solar radii. */
function brightness(
  x: number,
  y: number,
  pixel: number,
  spots: readonly Spot[],
  seed: number,
): number {
  const r = Math.hypot(x, y);
  // Scattered light around the disc, falling off quickly.
  const sky = 0.0025 * Math.exp(-Math.max(0, r - 1) * 9) + 0.0006;
  const inside = smoothstep(1 + pixel, 1 - pixel, r);
  if (inside === 0) return sky;
  const mu = Math.sqrt(Math.max(1 - r * r, 1e-4));
  const darkening = 0.3 + 0.93 * mu - 0.23 * mu * mu;
  return sky + inside * darkening * surface(x, y, mu, spots, seed);
}

/** What the surface itself does, 1 on average. */
function surface(x: number, y: number, mu: number, spots: readonly Spot[], seed: number): number {
  const granule = cellNoise(x * 62, y * 62, mu * 62, seed);
  const mottle = fractalNoise(x * 14, y * 14, mu * 14, seed + 50, 3);
  let value = 1 + 0.05 * (granule - 0.36) + 0.02 * mottle;
  let activity = 0;
  let shade = 1;
  for (const spot of spots) {
    const cosine = spot.at[0] * x + spot.at[1] * y + spot.at[2] * mu;
    if (cosine < 0.9) continue;
    const distance = Math.acos(Math.min(1, cosine)) / RADIAN;
    activity = Math.max(activity, Math.exp(-((distance / (spot.radius * 3.2)) ** 2)));
    if (distance < spot.radius * 1.7) shade *= spotShade(spot, x, y, mu, distance, seed);
  }
  // Faculae: threads of bright network, seen where the view is slanted.
  const threads = 1 - Math.abs(fractalNoise(x * 24, y * 24, mu * 24, seed + 90, 4)) * 4.2;
  const polar = 0.1 * smoothstep(0.8, 0.97, Math.abs(y));
  const network = Math.max(0, threads) * (activity * 0.55 + polar + 0.03);
  value += network * (0.04 + 0.75 * (1 - mu) ** 1.5);
  return value * shade;
}

/** How much of the light a spot leaves at a distance (degrees) from its middle. */
function spotShade(
  spot: Spot,
  x: number,
  y: number,
  mu: number,
  distance: number,
  seed: number,
): number {
  // The border wanders: noise in the directions, not in the distance, keeps it closed.
  const dx = (x - spot.at[0]) / (distance * RADIAN + 1e-9);
  const dy = (y - spot.at[1]) / (distance * RADIAN + 1e-9);
  const dz = (mu - spot.at[2]) / (distance * RADIAN + 1e-9);
  const wander = 1 + 0.26 * fractalNoise(dx * 1.4, dy * 1.4, dz * 1.4, spot.seed, 3) +
    0.1 * fractalNoise(x * 60, y * 60, mu * 60, seed + 7, 2);
  const fibrils = gradientNoise(dx * 9, dy * 9, dz * 9, spot.seed + 3);
  const t = distance / (spot.radius * wander) + 0.035 * fibrils;
  const umbra = smoothstep(0.5, 0.4, t);
  const penumbra = smoothstep(1.04, 0.94, t);
  const dots = 0.05 * fractalNoise(x * 110, y * 110, mu * 110, spot.seed + 5, 2);
  const inPenumbra = 0.76 + 0.1 * fibrils + 0.08 * smoothstep(0.5, 1, t);
  const inUmbra = 0.2 + dots;
  return (1 - penumbra) + penumbra * ((1 - umbra) * inPenumbra + umbra * inUmbra);
}

/** Groups in the two belts: a leader, a follower, and small ones around them. */
function makeSpots(seed: number): Spot[] {
  const random = sequence(seed);
  const groups: readonly (readonly [longitude: number, latitude: number, radius: number])[] = [
    [-34, 17, 2.7],
    [21, 12, 1.9],
    [54, -15, 2.2],
    [-8, -19, 1.3],
    [-63, -11, 1.7],
    [39, 24, 0.8],
  ];
  const spots: Spot[] = [];
  for (const [index, [longitude, latitude, radius]] of groups.entries()) {
    const north = Math.sign(latitude);
    const add = (east: number, up: number, size: number) =>
      spots.push(makeSpot(index + 1, longitude - east, latitude + up, size, seed + spots.length));
    // The leader is west of the follower and nearer to the equator (Joy's law).
    add(0, 0, radius);
    add(radius * 3.1 + 1.5, north * (0.9 + radius * 0.3), radius * 0.62);
    for (let i = 0; i < 3 + radius * 4; i++) {
      const along = random() * (radius * 3.4 + 2);
      add(
        along,
        north * along * 0.25 + (random() - 0.5) * radius * 1.8,
        0.22 + random() ** 3 * 0.6,
      );
    }
  }
  return spots;
}

function makeSpot(
  group: number,
  longitude: number,
  latitude: number,
  radius: number,
  seed: number,
): Spot {
  const [l, b, tilt] = [longitude * RADIAN, latitude * RADIAN, B0 * RADIAN];
  const y = Math.sin(b);
  const z = Math.cos(b) * Math.cos(l);
  return {
    group,
    longitude,
    latitude,
    radius,
    seed: seed * 131 + 17,
    at: [
      Math.cos(b) * Math.sin(l),
      y * Math.cos(tilt) - z * Math.sin(tilt),
      y * Math.sin(tilt) + z * Math.cos(tilt),
    ],
  };
}

/** Numbers from 0 up to 1, the same for the same seed. */
function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** The keywords of a solar image (Thompson 2006, with those of the space agencies' archives). */
function sunHeader(size: number): Header {
  const header = new Header();
  const scale = RSUN_ARCSEC / (size * DISC);
  header.set("OBJECT", "Sun", { comment: "synthetic, not observed" });
  header.set("ORIGIN", "Heliograph");
  header.set("TELESCOP", "Heliograph sample");
  header.set("DATE-OBS", "2026-09-07T12:00:00.000", { comment: "[UTC] of the disc's orientation" });
  header.set("TIMESYS", "UTC");
  header.set("WAVELNTH", 6173, { comment: "[Angstrom] continuum" });
  header.set("WAVEUNIT", "Angstrom");
  header.set("BUNIT", "DN");
  header.set("WCSNAME", "Helioprojective-cartesian");
  header.set("CTYPE1", "HPLN-TAN", { comment: "solar x, to the west" });
  header.set("CTYPE2", "HPLT-TAN", { comment: "solar y, to the north" });
  for (const axis of [1, 2]) {
    header.set(`CUNIT${axis}`, "arcsec");
    header.set(`CRPIX${axis}`, (size + 1) / 2, { real: true, comment: "the disc's middle" });
    header.set(`CRVAL${axis}`, 0, { real: true });
    header.set(`CDELT${axis}`, scale, { comment: "[arcsec] of a pixel" });
  }
  header.set("CROTA2", 0, { real: true, comment: "[deg] north is up" });
  header.set("RSUN_OBS", RSUN_ARCSEC, { comment: "[arcsec] radius of the disc" });
  header.set("RSUN_REF", RSUN_METERS, { real: true, comment: "[m] radius of the Sun" });
  header.set("DSUN_OBS", RSUN_METERS / Math.sin(RSUN_ARCSEC / 3600 * RADIAN), {
    comment: "[m] distance of the Sun",
  });
  header.set("HGLN_OBS", 0, { real: true, comment: "[deg] Stonyhurst longitude" });
  header.set("HGLT_OBS", B0, { comment: "[deg] heliographic latitude, B0" });
  return header;
}
