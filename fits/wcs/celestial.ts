/** The celestial pair of axes: projection, rotation, and the distortions of the plane. */

import { FormatError } from "../../net/errors.ts";
import type { AxisDescription } from "./axes.ts";
import type { Distortion } from "./distortions/distortion.ts";
import type { Plate } from "./distortions/dss.ts";
import type { WcsReader } from "./keywords/reader.ts";
import type { WcsPart } from "./part.ts";
import { makeProjection, type Pair, type Projection } from "./projections.ts";
import { type SphereRotation, sphereRotation, wrap } from "./sphere.ts";
import { readTnx } from "./distortions/tnx.ts";
import { readTpv } from "./distortions/tpv.ts";

/** The celestial pair, which is computed together. */
export interface CelestialPart extends WcsPart {
  readonly longitude: number;
  readonly latitude: number;
  /** What the longitude is, such as `RA` or `HPLN`. */
  readonly system: string;
  /** The code of the projection in CTYPEi. */
  readonly code: string;
  readonly projection: Projection;
  readonly rotation: SphereRotation;
  /** The distortion of the plane, or undefined. */
  readonly bend: Distortion | undefined;
  /** The plane's coordinates of the fiducial point (PVi_0). */
  readonly offset: Readonly<Pair>;
  /** A longitude brought into the range of its system. */
  normal(longitude: number): number;
}

/** LONPOLE or LATPOLE of a writer who gives none. */
const NO_ANGLE = 999;
/** Parameters PVi_m of an axis that TPV has and TAN has not (Paper IV). */
const MAX_TPV_PARAMETER = 39;
/** PVi_0 to PVi_4 of the longitude axis place the native system (Paper II, section 2.5). */
const MAX_LONGITUDE_PARAMETER = 4;

/**
 * Reads the celestial pair.
 *
 * @param reader The keywords.
 * @param axes All axes.
 * @param origin CRVALi of each, in degrees.
 * @param longitude The longitude axis, counted from 0.
 * @param latitude The latitude axis, counted from 0.
 * @returns The pair.
 * @throws {FormatError} If the two contradict each other, or make no projection.
 */
export function readCelestial(
  reader: WcsReader,
  axes: readonly AxisDescription[],
  origin: readonly number[],
  longitude: number,
  latitude: number,
): CelestialPart {
  const { type: system, code } = axes[longitude]!;
  if (axes[latitude]!.code !== code) {
    throw new FormatError(
      `the axes have different projections ('${axes[longitude]!.ctype}' and ` +
        `'${axes[latitude]!.ctype}')`,
    );
  }
  const plan = planOf(reader, axes, origin, longitude, latitude);
  const projection = makeProjection(plan.code, plan.latitude);
  const phi0 = plan.longitude(1) ?? 0;
  const theta0 = plan.longitude(2) ?? projection.theta0;
  const offset: Pair = [0, 0];
  if ((plan.longitude(0) ?? 0) !== 0) projection.toPlane(phi0, theta0, offset);
  const rotation = sphereRotation({
    longitude: origin[longitude]!,
    latitude: origin[latitude]!,
    phi0,
    theta0,
    lonpole: poleAngle(plan.longitude(3) ?? reader.number("LONPOLE")),
    latpole: poleAngle(plan.longitude(4) ?? reader.number("LATPOLE")),
  });
  return new Celestial({
    longitude,
    latitude,
    system,
    code,
    projection,
    rotation,
    bend: plan.bend,
    offset,
  });
}

/** An angle of the pole, or undefined for the 999 by which writers say that they give none. */
function poleAngle(angle: number | undefined): number | undefined {
  return angle === NO_ANGLE ? undefined : angle;
}

/**
 * The celestial pair of a plate solution: equatorial coordinates on the first two axes.
 *
 * @param plate The plate.
 */
export function plateCelestial({ center, bend }: Plate): CelestialPart {
  const projection = makeProjection("TAN", NONE);
  const rotation = sphereRotation({
    longitude: center[0],
    latitude: center[1],
    phi0: 0,
    theta0: projection.theta0,
    lonpole: undefined,
    latpole: undefined,
  });
  return new Celestial({
    longitude: 0,
    latitude: 1,
    system: "RA",
    code: "DSS",
    projection,
    rotation,
    bend,
    offset: [0, 0],
  });
}

type Parameter = (m: number) => number | undefined;

/** Which projection is computed, with which parameters and distortion. */
interface Plan {
  readonly code: string;
  readonly longitude: Parameter;
  readonly latitude: Parameter;
  readonly bend?: Distortion | undefined;
}

const NONE: Parameter = () => undefined;

function planOf(
  reader: WcsReader,
  axes: readonly AxisDescription[],
  origin: readonly number[],
  longitude: number,
  latitude: number,
): Plan {
  const { code, sip } = axes[longitude]!;
  const parameter = (axis: number): Parameter => (m) => reader.number(`PV${axis + 1}_${m}`);
  const own = parameter(longitude);
  const other = parameter(latitude);
  switch (code) {
    case "NCP": {
      const eta = 1 / Math.tan(origin[latitude]! * Math.PI / 180);
      return { code: "SIN", longitude: own, latitude: (m) => m === 2 ? eta : 0 };
    }
    case "GLS": {
      // AIPS' GLS: the sinusoid of the equator, moved to the reference point.
      const moved = [1, 0, origin[latitude]!];
      return { code: "SFL", longitude: (m) => own(m) ?? moved[m], latitude: other };
    }
    case "TPV":
      return { code: "TAN", longitude: NONE, latitude: NONE, bend: readTpv(own, other) };
    case "TNX":
    case "ZPX":
      return readTnx(reader, code, longitude, latitude);
    case "TAN":
      return planOfTan(reader, longitude, latitude, sip);
    default:
      return { code, longitude: own, latitude: other };
  }
}

/**
 * TAN with polynomials in PVi_m, as SCAMP, NOAO and PTF wrote them before TPV had its name:
 * TAN itself has no parameter of the latitude axis, and none beyond 4 of the longitude axis.
 */
function planOfTan(reader: WcsReader, longitude: number, latitude: number, sip: boolean): Plan {
  const own: Parameter = (m) => reader.number(`PV${longitude + 1}_${m}`);
  const other: Parameter = (m) => reader.number(`PV${latitude + 1}_${m}`);
  const numbers = Array.from({ length: MAX_TPV_PARAMETER + 1 }, (_, m) => m);
  // PV2_1 = 0, which some solar headers have, is no polynomial but an empty parameter.
  const polynomial = numbers.some((m) => (other(m) ?? 0) !== 0) ||
    numbers.some((m) => m > MAX_LONGITUDE_PARAMETER && own(m) !== undefined);
  if (!polynomial) return { code: "TAN", longitude: own, latitude: NONE };
  const keyword = `CTYPE${longitude + 1}`;
  if (sip || reader.plainNumber("A_ORDER") !== undefined) {
    reader.problem(
      keyword,
      "the header has SIP and polynomials in PVi_m; SIP is used, PVi_m are not",
    );
    return { code: "TAN", longitude: NONE, latitude: NONE };
  }
  reader.problem(keyword, "TAN with polynomials in PVi_m is read as TPV");
  return { code: "TAN", longitude: NONE, latitude: NONE, bend: readTpv(own, other) };
}

type Fields = Omit<CelestialPart, "axes" | "toWorld" | "toIntermediate" | "normal">;

class Celestial implements CelestialPart {
  readonly axes: readonly number[];
  readonly longitude: number;
  readonly latitude: number;
  readonly system: string;
  readonly code: string;
  readonly projection: Projection;
  readonly rotation: SphereRotation;
  readonly bend: Distortion | undefined;
  readonly offset: Readonly<Pair>;
  readonly #pair: Pair = [0, 0];
  /** Whether longitudes run from -180 to 180, as on the Sun's disc. */
  readonly #signed: boolean;

  constructor(fields: Fields) {
    this.longitude = fields.longitude;
    this.latitude = fields.latitude;
    this.axes = [this.longitude, this.latitude];
    this.system = fields.system;
    this.code = fields.code;
    this.projection = fields.projection;
    this.rotation = fields.rotation;
    this.bend = fields.bend;
    this.offset = fields.offset;
    this.#signed = this.system === "HPLN" || this.system === "HGLN";
  }

  toWorld(intermediate: Float64Array, world: Float64Array): void {
    const pair = this.#pair;
    pair[0] = intermediate[this.longitude]! + this.offset[0];
    pair[1] = intermediate[this.latitude]! + this.offset[1];
    this.bend?.apply(pair[0], pair[1], pair);
    this.projection.toNative(pair[0], pair[1], pair);
    this.rotation.toCelestial(pair[0], pair[1], pair);
    world[this.longitude] = this.normal(pair[0]);
    world[this.latitude] = pair[1];
  }

  toIntermediate(world: Float64Array, intermediate: Float64Array): void {
    const pair = this.#pair;
    this.rotation.toNative(world[this.longitude]!, world[this.latitude]!, pair);
    this.projection.toPlane(pair[0], pair[1], pair);
    this.bend?.undo(pair[0], pair[1], pair);
    intermediate[this.longitude] = pair[0] - this.offset[0];
    intermediate[this.latitude] = pair[1] - this.offset[1];
  }

  normal(longitude: number): number {
    const wrapped = wrap(longitude);
    return this.#signed || wrapped >= 0 ? wrapped : wrapped + 360;
  }
}
