/**
 * The state of the viewer as it stands in the address: what changes the picture in the query,
 * what only the page draws in the fragment. What is as by default is left out.
 *
 * @module
 */

import { type ColormapName, COLORMAPS } from "../../../fits/picture/colormap.ts";
import { readStretch, type Stretch } from "../../../fits/picture/stretch.ts";
import { type Missing, readMissing } from "../picture/color_table.ts";

/** Frames in which places of the sky can be read. */
export const SKY_FRAMES = ["native", "icrs", "fk5", "galactic", "ecliptic"] as const;
/** What stands beside the picture. */
export const PANELS = [
  "hdus",
  "header",
  "histogram",
  "regions",
  "spectrum",
  "marks",
  "info",
  "export",
  "none",
] as const;

/** A frame, by its name in the address. */
export type SkyName = typeof SKY_FRAMES[number];
/** A panel, by its name in the address. */
export type PanelName = typeof PANELS[number];

/** All that a viewer shows, as a record. */
export interface ViewState {
  /** A number, EXTNAME, or EXTNAME,EXTVER; undefined is the first image. */
  readonly hdu: string | undefined;
  /** The planes of axes 3, 4, ..., from 1. */
  readonly plane: readonly number[];
  /** The FITS pixel in the middle, and the zoom; undefined while the whole image fits. */
  readonly x: number | undefined;
  readonly y: number | undefined;
  readonly zoom: number | undefined;
  /** Degrees counter-clockwise. */
  readonly rotate: number;
  /** Which ways are exchanged; undefined is as the file says. */
  readonly flip: "" | "x" | "y" | "xy" | undefined;
  readonly stretch: Stretch;
  /** `zscale`, `minmax`, `percentile:P`, or `LOW,HIGH`. */
  readonly limits: string;
  readonly scope: "plane" | "file";
  readonly colormap: ColormapName;
  readonly invert: boolean;
  readonly bias: number;
  readonly contrast: number;
  readonly smooth: boolean;
  /** What is drawn where there is no value. */
  readonly missing: Missing;
  readonly sky: SkyName;
  /** How places of the sky are written; undefined is as their frame has it. */
  readonly coords: "sex" | "deg" | undefined;
  readonly panel: PanelName | undefined;
  /** Whether lines of the world coordinates are drawn. */
  readonly grid: boolean;
  /** Whether the directions on the sky and a scale are drawn. */
  readonly compass: boolean;
  /** The FITS pixel of the cross-hair. */
  readonly cursor: readonly [x: number, y: number] | undefined;
  /** Regions, as DS9 writes them. */
  readonly regions: string | undefined;
  /** What the query says beyond that, as it is. */
  readonly others: readonly (readonly [name: string, value: string])[];
}

/** What is shown where the address says nothing. */
export const DEFAULT_STATE: ViewState = {
  hdu: undefined,
  plane: [],
  x: undefined,
  y: undefined,
  zoom: undefined,
  rotate: 0,
  flip: undefined,
  stretch: "linear",
  limits: "zscale",
  scope: "plane",
  colormap: "gray",
  invert: false,
  bias: 0.5,
  contrast: 1,
  smooth: false,
  missing: "hatch",
  sky: "native",
  coords: undefined,
  panel: undefined,
  grid: false,
  compass: true,
  cursor: undefined,
  regions: undefined,
  others: [],
};

/** Parameters of a query at most: what comes after them is left alone. */
const MAX_PARAMETERS = 200;
/** Axes beyond the second at most. */
const MAX_PLANES = 97;
/** Characters of regions in a fragment at most. */
const MAX_REGIONS = 1 << 20;

/** The state, and what of an address could not be read. */
export interface ReadState {
  readonly state: ViewState;
  /** Such as `stretch=strech`, which count as not given. */
  readonly wrong: readonly string[];
}

type Reader = (text: string) => unknown;

const finite: Reader = (text) =>
  text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
const oneOf = (names: readonly string[]): Reader => (text) =>
  names.includes(text) ? text : undefined;
const flag: Reader = (text) =>
  text === "" || text === "1" ? true : text === "0" ? false : undefined;
const within = (low: number, high: number): Reader => (text) => {
  const value = finite(text) as number | undefined;
  return value !== undefined && value >= low && value <= high ? value : undefined;
};

function limits(text: string): string | undefined {
  if (/^(?:zscale|minmax)$/.test(text)) return text;
  const percent = /^percentile:(\d{1,3}(?:\.\d{1,12})?)$/.exec(text);
  if (percent !== null && Number(percent[1]) <= 100) return text;
  const pair = text.split(",");
  return pair.length === 2 && pair.every((part) => finite(part) !== undefined) ? text : undefined;
}

function planes(text: string): number[] | undefined {
  const numbers = text.split(",").map(Number);
  const isGood = numbers.length <= MAX_PLANES &&
    numbers.every((plane) => Number.isSafeInteger(plane) && plane >= 1);
  return isGood ? numbers : undefined;
}

/** How each part of the state is read. */
const QUERY: { readonly [name in keyof ViewState]?: Reader } = {
  hdu: (text) => text === "" ? undefined : text,
  plane: planes,
  x: finite,
  y: finite,
  zoom: within(2 ** -30, 64),
  rotate: within(-360, 360),
  flip: oneOf(["", "x", "y", "xy"]),
  stretch: readStretch,
  limits,
  scope: oneOf(["plane", "file"]),
  colormap: oneOf(COLORMAPS),
  invert: flag,
  bias: within(0, 1),
  contrast: within(0, 10),
  smooth: flag,
  missing: readMissing,
  sky: oneOf(SKY_FRAMES),
  coords: oneOf(["sex", "deg"]),
  panel: oneOf(PANELS),
  grid: flag,
  compass: flag,
};

/**
 * Reads the state from an address.
 *
 * @param query With or without the question mark.
 * @param fragment With or without the hash.
 */
export function readState(query: string, fragment = ""): ReadState {
  const state: Record<string, unknown> = { ...DEFAULT_STATE };
  const others: [string, string][] = [];
  const wrong: string[] = [];
  const given = [...new URLSearchParams(query)].slice(0, MAX_PARAMETERS);
  for (const [name, text] of given) {
    const reader = Object.hasOwn(QUERY, name) ? QUERY[name as keyof ViewState] : undefined;
    if (reader === undefined) {
      others.push([name, text]);
      continue;
    }
    const value = reader(text);
    if (value === undefined) wrong.push(`${name}=${text}`);
    else state[name] = value;
  }
  // A plus is one: it stands before declinations.
  const drawn = new URLSearchParams(fragment.replace(/^#/, "").replaceAll("+", "%2B"));
  const regions = drawn.get("regions") ?? "";
  if (regions !== "" && regions.length <= MAX_REGIONS) state.regions = regions;
  const cursor = drawn.get("cursor")?.split(",")
    .map(finite) as (number | undefined)[] | undefined;
  if (cursor?.length === 2 && cursor.every((part) => part !== undefined)) state.cursor = cursor;
  // A view needs its three numbers; parts of one mean nothing.
  const view = [state.x, state.y, state.zoom];
  if (view.includes(undefined)) state.x = state.y = state.zoom = undefined;
  return { state: { ...state, others } as unknown as ViewState, wrong };
}

/**
 * Writes the state as the query and the fragment of an address.
 *
 * @param state The state.
 * @returns Such as `?hdu=1&stretch=log#cursor=12,40`; empty for the default.
 */
export function writeState(state: ViewState): string {
  const parts = state.others.map(([name, value]) => part(name, value));
  for (const name of Object.keys(QUERY) as (keyof ViewState)[]) {
    const value = state[name];
    if (value === undefined || value === DEFAULT_STATE[name]) continue;
    if (name === "plane") {
      const planes = withoutOnes(state.plane);
      if (planes.length > 0) parts.push(part(name, planes.join(",")));
    } else {
      parts.push(part(name, value === true ? "1" : value === false ? "0" : String(value)));
    }
  }
  const drawn = [
    ...state.cursor === undefined ? [] : [part("cursor", state.cursor.join(","))],
    ...state.regions === undefined ? [] : [part("regions", state.regions)],
  ];
  return (parts.length === 0 ? "" : `?${parts.join("&")}`) +
    (drawn.length === 0 ? "" : `#${drawn.join("&")}`);
}

function withoutOnes(planes: readonly number[]): readonly number[] {
  return planes.slice(0, planes.findLastIndex((plane) => plane !== 1) + 1);
}

/** A parameter; what may stand in a query as it is, stands there to be read. */
function part(name: string, value: string): string {
  const text = encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3A", ":")
    .replaceAll("%2F", "/");
  return `${encodeURIComponent(name)}=${text}`;
}

/**
 * The view with so few digits that nothing moves: what is drawn is what the address says.
 *
 * @param view Centre and zoom.
 * @returns The same to a hundredth of a pixel of the screen.
 */
export function roundView<V extends { x: number; y: number; zoom: number }>(view: V): V {
  const zoom = Number(view.zoom.toPrecision(6));
  const decimals = Math.min(12, Math.max(0, Math.ceil(Math.log10(zoom * 100))));
  const round = (value: number) => Number(value.toFixed(decimals));
  return { ...view, x: round(view.x), y: round(view.y), zoom };
}
