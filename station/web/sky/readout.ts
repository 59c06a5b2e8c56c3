/** The world coordinates of a pixel, in words: what stands in the readout. */

import { skyConversion } from "../../../fits/sky/convert.ts";
import { isSolarFrame, type SkyFrame, skyFrameOf } from "../../../fits/sky/frame.ts";
import { readSunObserver, type SunObserver } from "../../../fits/sky/observer.ts";
import { julianYearOf } from "../../../fits/sky/precession.ts";
import { formatSky } from "../../../fits/sky/text.ts";
import { observationDate } from "../../../fits/sky/times.ts";
import { unitRatio } from "../../../fits/wcs/keywords/units.ts";
import { readWcs, type Wcs } from "../../../fits/wcs/wcs.ts";
import { fixed, general } from "../../../net/text/decimal.ts";
import { SkyPlaces } from "./places.ts";
import { type ScaleBar, scaleBar } from "./scale_bar.ts";

/** A header, as far as coordinates need it. */
export interface Keywords {
  get(keyword: string): unknown;
  getAll?(keyword: string): readonly unknown[];
}

/** One line of the readout. */
export interface ReadoutRow {
  /** What it is, such as `RA, Dec (ICRS)`. */
  readonly name: string;
  /** The value, with its unit. */
  readonly text: string;
}

/** How places are written. */
export interface ReadoutOptions {
  /** `native`, `icrs`, `fk5`, `galactic` or `ecliptic`. */
  readonly sky: string;
  /** Sexagesimal or degrees; undefined is as usual in the frame. */
  readonly coords: "sex" | "deg" | undefined;
}

/** Which way the sky goes at a place. */
export interface Compass {
  /** The direction of growing latitude in FITS pixels: degrees counter-clockwise from axis 1. */
  readonly north: number;
  /** Whether longitude grows to its usual side: to the left of north, on the Sun to the right. */
  readonly isUsual: boolean;
}

const FRAME_NAMES: Readonly<Record<string, string>> = {
  icrs: "ICRS",
  fk5: "FK5",
  fk4: "FK4",
  fk4noeterms: "FK4-NO-E",
  galactic: "galactic",
  supergalactic: "supergalactic",
  ecliptic: "ecliptic",
  helioprojective: "helioprojective",
  radial: "helioprojective radial",
  stonyhurst: "Stonyhurst",
  carrington: "Carrington",
};

/** The speed of light in metres a second. */
const LIGHT = 299_792_458;

/** Longitudes that grow to the right where north is up. */
const RIGHTWARD = new Set(["HPLN", "HGLN", "CRLN"]);

/** The coordinates of one header. */
export class WorldReadout {
  /** The coordinates, or undefined where the header has none. */
  readonly wcs: Wcs | undefined;
  /** What is left out or cannot be told, in words. */
  readonly problems: readonly string[];
  readonly #keywords: Keywords;
  readonly #frame: SkyFrame | undefined;
  readonly #observer: SunObserver | undefined;

  /**
   * Reads a header.
   *
   * @param keywords The header.
   */
  constructor(keywords: Keywords) {
    const problems: string[] = [];
    const attempt = <T>(read: () => T): T | undefined => {
      try {
        return read();
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
        return undefined;
      }
    };
    this.#keywords = keywords;
    const wcs = attempt(() => readWcs(keywords, { origin: 1 }));
    this.wcs = wcs;
    for (const { keyword, reason } of wcs?.problems ?? []) problems.push(`${keyword}: ${reason}`);
    if (wcs?.celestial !== undefined) {
      const { celestial } = wcs;
      const solar = /^(?:HPLN|HRLN|HGLN|CRLN)$/.test(celestial.system);
      const date = attempt(() => observationDate(keywords))?.date;
      this.#observer = solar ? attempt(() => readSunObserver(keywords)) : undefined;
      this.#frame = attempt(() =>
        skyFrameOf(celestial, {
          observer: this.#observer,
          obstime: date === undefined ? undefined : julianYearOf(date),
        })
      );
    }
    this.problems = problems;
  }

  /** The frame of the header, in words; undefined without one. */
  get frameName(): string | undefined {
    const frame = this.#frame;
    if (frame === undefined) return undefined;
    const name = FRAME_NAMES[frame.name]!;
    const isUsual = frame.equinox === undefined || frame.equinox === 2000;
    return isUsual ? name : `${name} ${frame.equinox}`;
  }

  /** The frame of the header; undefined where it has none that is known. */
  get frame(): SkyFrame | undefined {
    return this.#frame;
  }

  /** Whether the image is one of the Sun. */
  get isSolar(): boolean {
    return this.#frame !== undefined && isSolarFrame(this.#frame.name);
  }

  /**
   * Places of the sky on the first two axes.
   *
   * @param sky The frame: `native`, or one that the sky can be turned into.
   * @param plane The pixels on the further axes.
   * @returns The places; undefined where those axes have no sky, or another one than is asked for.
   */
  places(sky: string, plane: readonly number[]): SkyPlaces | undefined {
    const { wcs } = this;
    const native = this.#frame;
    const celestial = wcs?.celestial;
    if (wcs === undefined || celestial === undefined) return undefined;
    if (celestial.longitude > 1 || celestial.latitude > 1) return undefined;
    if (sky === "native") return new SkyPlaces(wcs, plane);
    if (native === undefined || isSolarFrame(native.name)) return undefined;
    return new SkyPlaces(wcs, plane, { native, wanted: { name: sky as SkyFrame["name"] } });
  }

  /**
   * A bar that tells how large things are around a pixel.
   *
   * @param pixel The pixel, from 1: all axes.
   * @param zoom CSS pixels for a pixel of the image.
   */
  scaleBarAt(
    [x, y, ...plane]: readonly [x: number, y: number, ...plane: number[]],
    zoom: number,
  ): ScaleBar {
    return scaleBar(zoom, this.places("native", plane)?.at([x, y])?.scale);
  }

  /**
   * The coordinates of a pixel.
   *
   * @param pixel The pixel, from 1, with its fraction: all axes.
   * @param options How places are written.
   * @returns A row for the sky and one for each other axis; none where the header has none.
   */
  rowsAt(pixel: readonly number[], options: ReadoutOptions): ReadoutRow[] {
    const { wcs } = this;
    if (wcs === undefined) return [];
    const world = wcs.pixelToWorld([...pixel, ...wcs.axes.slice(pixel.length).map(() => 1)]);
    const rows: ReadoutRow[] = [];
    const { celestial } = wcs;
    if (celestial !== undefined) {
      const point: [number, number] = [world[celestial.longitude]!, world[celestial.latitude]!];
      rows.push(...this.#skyRows(point, celestial.system, options));
    }
    for (const [i, axis] of wcs.axes.entries()) {
      if (i === celestial?.longitude || i === celestial?.latitude) continue;
      // The axes of plain pixels say nothing that the pixel does not.
      if (axis.ctype === "" && axis.kind === "linear" && celestial !== undefined) continue;
      rows.push({
        name: axis.name ?? (axis.ctype.replace(/-.*$/, "") || `axis ${i + 1}`),
        text: this.#valueText(world[i]!, axis.unit, i),
      });
      const velocity = this.#velocityRow(world[i]!, axis.ctype);
      if (velocity !== undefined) rows.push(velocity);
    }
    return rows;
  }

  #skyRows(
    point: [number, number],
    system: string,
    { sky, coords }: ReadoutOptions,
  ): ReadoutRow[] {
    const frame = this.#frame;
    if (!point.every(Number.isFinite)) {
      return [{ name: this.frameName ?? system, text: "no place on the sky" }];
    }
    if (frame?.name === "helioprojective") return this.#solarRows(point, coords);
    if (sky !== "native" && frame !== undefined && !isSolarFrame(frame.name)) {
      const other: SkyFrame = { name: sky as SkyFrame["name"] };
      skyConversion(frame, other)(point);
      return [skyRow(point, FRAME_NAMES[sky]!, sky === "icrs" || sky === "fk5", coords)];
    }
    const equatorial = system === "RA";
    return [skyRow(point, this.frameName ?? system, equatorial, coords)];
  }

  /** Seconds of arc from the middle of the disc, how far out that is, and where on the surface. */
  #solarRows([x, y]: [number, number], coords: "sex" | "deg" | undefined): ReadoutRow[] {
    const text = coords === "deg"
      ? `${fixed(x, 6)}\u00b0, ${fixed(y, 6)}\u00b0`
      : `${fixed(x * 3600, 2)}\u2033, ${fixed(y * 3600, 2)}\u2033`;
    const rows = [{ name: "Solar X, Y", text }];
    const radius = this.#solarRadius();
    if (radius !== undefined) {
      const angle = (Math.atan2(-x, y) * 180 / Math.PI + 360) % 360;
      rows.push({
        name: "from the centre",
        text: `${fixed(Math.hypot(x, y) / radius, 4)} R\u2609, position angle ${
          fixed(angle, 1)
        }\u00b0`,
      });
    }
    const observer = this.#observer;
    if (observer === undefined) return rows;
    const point: [number, number] = [x, y];
    const from: SkyFrame = { name: "helioprojective", observer };
    skyConversion(from, { name: "stonyhurst", observer })(point);
    if (point.every(Number.isFinite)) {
      const [longitude, latitude] = point;
      const side = longitude < 0 ? "E" : "W";
      rows.push({
        name: "Stonyhurst",
        text: `${latitude < 0 ? "S" : "N"}${fixed(Math.abs(latitude), 2)}\u00b0 ${side}${
          fixed(Math.abs(longitude), 2)
        }\u00b0`,
      });
    }
    return rows;
  }

  /** The radius of the disc in degrees. */
  #solarRadius(): number | undefined {
    const observer = this.#observer;
    if (observer !== undefined) {
      return Math.asin(observer.radius / observer.distance) * 180 / Math.PI;
    }
    const radius = this.#keywords.get("RSUN_OBS");
    return typeof radius === "number" && radius > 0 ? radius / 3600 : undefined;
  }

  /** The velocity of a frequency or a wavelength, where the header has that of the line at rest. */
  #velocityRow(value: number, ctype: string): ReadoutRow | undefined {
    const number = (keyword: string) => {
      const found = this.#keywords.get(keyword);
      return typeof found === "number" && found > 0 ? found : undefined;
    };
    const frequency = number("RESTFRQ") ?? number("RESTFREQ");
    const wavelength = number("RESTWAV");
    const rest = frequency ?? (wavelength === undefined ? undefined : LIGHT / wavelength);
    if (rest === undefined || !Number.isFinite(value)) return undefined;
    const kind = ctype.slice(0, 4);
    if (kind === "FREQ") {
      const velocity = LIGHT * (1 - value / rest);
      return { name: "velocity (radio)", text: `${general(velocity / 1000, 9)} km/s` };
    }
    if (kind !== "WAVE") return undefined;
    const velocity = LIGHT * (value * rest / LIGHT - 1);
    return { name: "velocity (optical)", text: `${general(velocity / 1000, 9)} km/s` };
  }

  /** A value in the header's own unit. */
  #valueText(value: number, unit: string, axis: number): string {
    if (!Number.isFinite(value)) return "no value";
    const own = this.#keywords.get(`CUNIT${axis + 1}`);
    const wanted = typeof own === "string" ? own.trim() : "";
    const ratio = wanted === "" || wanted === unit ? undefined : unitRatio(unit, wanted);
    return ratio === undefined
      ? `${general(value, 10)} ${unit}`.trim()
      : `${general(value * ratio, 10)} ${wanted}`;
  }

  /**
   * Which way north is.
   *
   * @param pixel The pixel, from 1: all axes.
   * @returns The directions, or undefined without a sky there.
   */
  compassAt(pixel: readonly number[]): Compass | undefined {
    const { wcs } = this;
    const sky = wcs?.celestial;
    if (wcs === undefined || sky === undefined) return undefined;
    const rest = wcs.axes.slice(2).map((_, i) => pixel[i + 2] ?? 1);
    const worldAt = (x: number, y: number) => {
      const world = wcs.pixelToWorld([x, y, ...rest]);
      return [world[sky.longitude]!, world[sky.latitude]!] as const;
    };
    const [x, y] = pixel as [number, number];
    const slope = (dx: number, dy: number) => {
      const [a, b] = [worldAt(x - dx, y - dy), worldAt(x + dx, y + dy)];
      const across = ((b[0] - a[0] + 540) % 360 + 360) % 360 - 180;
      return [across * Math.cos(a[1] * Math.PI / 180), b[1] - a[1]] as const;
    };
    const [alongX, alongY] = [slope(0.5, 0), slope(0, 0.5)];
    const determinant = alongX[0] * alongY[1] - alongX[1] * alongY[0];
    if (!Number.isFinite(determinant) || determinant === 0) return undefined;
    // The step of pixels along which only the latitude grows.
    const [up, side] = [-alongY[0] / determinant, alongX[0] / determinant];
    const north = Math.atan2(side, up) * 180 / Math.PI;
    const rightward = RIGHTWARD.has(sky.system);
    return { north: (north + 360) % 360, isUsual: determinant < 0 !== rightward };
  }
}

function skyRow(
  [longitude, latitude]: readonly [number, number],
  frame: string,
  equatorial: boolean,
  coords: "sex" | "deg" | undefined,
): ReadoutRow {
  const sexagesimal = (coords ?? (equatorial ? "sex" : "deg")) === "sex";
  const text = sexagesimal
    ? formatSky(longitude, latitude, { hours: equatorial })
    : formatSky(longitude, latitude, { style: "decimal" });
  const [first, second] = text.split(" ");
  const shown = sexagesimal ? text : `${first}\u00b0, ${second}\u00b0`;
  return { name: `${equatorial ? "RA, Dec" : "longitude, latitude"} (${frame})`, text: shown };
}
