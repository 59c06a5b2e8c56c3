/** Coordinates of the Sun as an observer sees it (Thompson 2006). */

import { FormatError } from "../../net/errors.ts";
import type { SkyConversion, SolarFrameName } from "./frame.ts";
import type { SunObserver } from "./observer.ts";
import { latitudeOf, longitudeOf, RADIAN, toVector, type Vector } from "./rotation.ts";

const { sin, cos, atan2, sqrt } = Math;

type Point = [longitude: number, latitude: number];

/**
 * The way from one frame of the Sun to another, both seen by the same observer.
 *
 * @param from The frame of the coordinates.
 * @param to The frame that is wanted.
 * @param observer From where the Sun is seen.
 * @returns What converts a point in place; a point beside the disc becomes NaN where it would
 * have to lie on the Sun.
 * @throws {FormatError} If the observer is missing, or does not know what is needed.
 */
export function solarConversion(
  from: SolarFrameName,
  to: SolarFrameName,
  observer: SunObserver | undefined,
): SkyConversion {
  if (from === to) return () => {};
  // Directions of the same observer: wherever the light comes from.
  if (from === "helioprojective" && to === "radial") return toRadial;
  if (from === "radial" && to === "helioprojective") return fromRadial;
  if (observer === undefined) {
    throw new FormatError(
      `Cannot convert coordinates from ${from} to ${to}: the observer is missing, expected ` +
        "HGLN_OBS, HGLT_OBS and DSUN_OBS",
    );
  }
  const enter = entryOf(from, observer);
  const leave = exitOf(to, observer);
  return (point) => {
    enter(point);
    leave(point);
  };
}

/** From a frame to Stonyhurst coordinates. */
function entryOf(name: SolarFrameName, observer: SunObserver): SkyConversion {
  switch (name) {
    case "stonyhurst":
      return () => {};
    case "carrington": {
      const meridian = meridianOf(observer);
      return (point) => void (point[0] = signed(point[0] - meridian));
    }
    case "radial": {
      const surface = toSurface(observer);
      return (point) => {
        fromRadial(point);
        surface(point);
      };
    }
    case "helioprojective":
      return toSurface(observer);
  }
}

/** From Stonyhurst coordinates to a frame. */
function exitOf(name: SolarFrameName, observer: SunObserver): SkyConversion {
  switch (name) {
    case "stonyhurst":
      return () => {};
    case "carrington": {
      const meridian = meridianOf(observer);
      return (point) => {
        const longitude = (point[0] + meridian) % 360;
        point[0] = longitude < 0 ? longitude + 360 : longitude;
      };
    }
    case "radial": {
      const project = fromSurface(observer);
      return (point) => {
        project(point);
        toRadial(point);
      };
    }
    case "helioprojective":
      return fromSurface(observer);
  }
}

function meridianOf({ meridian }: SunObserver): number {
  if (meridian !== undefined) return meridian;
  throw new FormatError(
    "Cannot convert Carrington coordinates: the time is missing, expected DATE-OBS",
  );
}

function signed(longitude: number): number {
  const turned = longitude % 360;
  return turned > 180 ? turned - 360 : turned <= -180 ? turned + 360 : turned;
}

/** From helioprojective directions to the near surface of the Sun (equations 15 and 12). */
function toSurface({ longitude, latitude, distance, radius }: SunObserver): SkyConversion {
  const [sinB, cosB] = [sin(latitude * RADIAN), cos(latitude * RADIAN)];
  const out: Vector = [0, 0, 0];
  return (point) => {
    const [lon, lat] = [point[0] * RADIAN, point[1] * RADIAN];
    const along = cos(lat) * cos(lon);
    // Of the angle from the centre of the disc: 1 - along^2 would lose its figures.
    const across = sin(lat) ** 2 + (cos(lat) * sin(lon)) ** 2;
    const half = radius * radius - distance * distance * across;
    // A negative root is no point of the Sun, and neither is one behind the observer.
    const range = along > 0 ? distance * along - sqrt(half) : NaN;
    const x = range * cos(lat) * sin(lon);
    const y = range * sin(lat);
    const z = distance - range * along;
    out[0] = z * cosB - y * sinB;
    out[1] = x;
    out[2] = z * sinB + y * cosB;
    point[0] = signed(longitudeOf(out) + longitude);
    point[1] = latitudeOf(out);
  };
}

/** From the surface of the Sun to helioprojective directions (equations 11 and 16). */
function fromSurface({ longitude, latitude, distance, radius }: SunObserver): SkyConversion {
  const [sinB, cosB] = [sin(latitude * RADIAN), cos(latitude * RADIAN)];
  const on: Vector = [0, 0, 0];
  return (point) => {
    toVector(point[0] - longitude, point[1], on);
    const x = radius * on[1];
    const y = radius * (on[2] * cosB - on[0] * sinB);
    const z = radius * (on[2] * sinB + on[0] * cosB);
    point[0] = atan2(x, distance - z) / RADIAN;
    point[1] = atan2(y, sqrt(x * x + (distance - z) ** 2)) / RADIAN;
  };
}

/** From helioprojective Cartesian to radial: position angle from north through east, distance. */
function toRadial(point: Point): void {
  const [lon, lat] = [point[0] * RADIAN, point[1] * RADIAN];
  // East is where the longitudes of helioprojective coordinates are negative.
  const east = -cos(lat) * sin(lon);
  const north = sin(lat);
  const angle = atan2(east, north) / RADIAN;
  point[0] = angle < 0 ? angle + 360 : angle + 0;
  point[1] = atan2(sqrt(east * east + north * north), cos(lat) * cos(lon)) / RADIAN - 90;
}

/** The way back. */
function fromRadial(point: Point): void {
  const angle = point[0] * RADIAN;
  const distance = (point[1] + 90) * RADIAN;
  const x = -sin(distance) * sin(angle);
  const y = sin(distance) * cos(angle);
  point[0] = atan2(x, cos(distance)) / RADIAN;
  point[1] = atan2(y, sqrt(x * x + cos(distance) ** 2)) / RADIAN;
}
