/**
 * Regions as DS9 writes them in its files: read, and written back.
 *
 * Reference: "Region Files" in the manual of SAOImage DS9. Places and sizes stay in the frame
 * of the file; `frames.ts` puts them on pixels.
 *
 * @module
 */

import type { Place, ShapeName } from "./shapes.ts";

/** Frames that are read, by their names in the file. */
export const REGION_FRAMES = ["image", "physical", "fk5", "icrs", "galactic"] as const;

/** A frame of a file. */
export type RegionFrame = typeof REGION_FRAMES[number];

/** A length: in the frame's own unit (pixels, or degrees on the sky), or in what it names. */
export interface Size {
  readonly value: number;
  /** `own` of the frame; `degrees`; pixels of the `image`; pixels of the detector (`physical`). */
  readonly unit: "own" | "degrees" | "image" | "physical";
}

/** A region as a file has it. */
export interface TextRegion {
  readonly frame: RegionFrame;
  readonly name: ShapeName;
  /** Pixels from 1, or longitudes and latitudes in degrees. */
  readonly points: readonly Place[];
  readonly sizes: readonly Size[];
  /** Degrees counter-clockwise from axis 1; on the sky from the direction of west. */
  readonly angle: number;
  readonly isExcluded: boolean;
  readonly properties: readonly (readonly [name: string, value: string])[];
}

/** What of a file is no region that is known. */
export interface UnreadRegion {
  /** As it stands in the file. */
  readonly text: string;
  /** The frame in which it stands, as the file names it. */
  readonly frame: string;
  readonly reason: string;
}

/** A file of regions. */
export interface RegionText {
  readonly regions: readonly TextRegion[];
  /** What was not read: it is written back as it was. */
  readonly unread: readonly UnreadRegion[];
  /** Properties of all regions that do not say otherwise. */
  readonly globals: readonly (readonly [name: string, value: string])[];
}

/** Characters of a file at most. */
export const MAX_REGION_TEXT: number = 1 << 20;
/** Regions of a file at most. */
const MAX_REGIONS = 10_000;
/** Numbers of one region at most. */
const MAX_NUMBERS = 20_000;

const OTHER_NAMES: ReadonlyMap<string, RegionFrame> = new Map([["j2000", "fk5"]]);
/** Frames of DS9 that are not read. */
const REFUSED_FRAMES = new Set([
  ...["fk4", "b1950", "ecliptic", "amplifier", "detector", "linear", "panner", "wcs"],
]);
/** Further shapes of DS9. */
const OTHER_SHAPES = "vector|ruler|compass|projection|segment|composite|panda|epanda|bpanda|" +
  "cpanda|ellipseannulus|boxannulus|rotbox|pie";
const KNOWN = "circle|ellipse|box|polygon|annulus|line|point|text";
const SHAPE = new RegExp(`^([+-]?)\\s*(${KNOWN}|${OTHER_SHAPES})\\b\\s*(.*)$`, "is");

type Property = readonly [name: string, value: string];

/**
 * Reads a file of regions.
 *
 * @param text The file; lines and `;` separate what it says.
 * @returns Its regions, and what of it was not read, with the reasons.
 */
export function parseRegions(text: string): RegionText {
  if (text.length > MAX_REGION_TEXT) {
    const reason = `it has ${text.length} characters, at most ${MAX_REGION_TEXT} are read`;
    return { regions: [], unread: [{ text: "", frame: "", reason }], globals: [] };
  }
  const regions: TextRegion[] = [];
  const unread: UnreadRegion[] = [];
  let globals: Property[] = [];
  // What a later `global` line changes is of the regions after it alone.
  let later: Property[] = [];
  let frame = "image";
  for (const command of commandsOf(text)) {
    const word = command.toLowerCase();
    if (/^global\b/.test(word)) {
      const given = propertiesOf(command.slice(6));
      if (regions.length === 0 && later.length === 0) globals = merged(globals, given);
      else later = merged(later, given);
      continue;
    }
    const name = OTHER_NAMES.get(word) ?? word;
    if (
      (REGION_FRAMES as readonly string[]).includes(name) || REFUSED_FRAMES.has(name) ||
      /^wcs[a-z]$|^tile\b/.test(name)
    ) {
      frame = name;
      continue;
    }
    // Texts, and shapes that came late to DS9, are written as comments.
    if (command.startsWith("#") && !/^#\s*[a-z]+\s*\(/i.test(command)) continue;
    try {
      if (regions.length >= MAX_REGIONS) throw new RangeError(`more than ${MAX_REGIONS} regions`);
      regions.push(regionOf(command.replace(/^#\s*/, ""), frame, later));
    } catch (error) {
      if (unread.length >= MAX_REGIONS) break;
      const reason = error instanceof Error ? error.message : String(error);
      unread.push({ text: command, frame, reason });
    }
  }
  return { regions, unread, globals };
}

/** The parts between ends of lines and semicolons that are in no quotes or brackets. */
function* commandsOf(text: string): Generator<string> {
  let start = 0;
  let closing = "";
  for (let i = 0; i <= text.length; i++) {
    const sign = text[i] ?? "\n";
    const isLine = sign === "\n" || sign === "\r";
    if (closing !== "" && !isLine) {
      if (sign === closing) closing = "";
      continue;
    }
    if (sign === "{") closing = "}";
    else if ((sign === '"' || sign === "'") && text[i - 1] === "=") closing = sign;
    else if (isLine || sign === ";") {
      closing = "";
      const command = text.slice(start, i).trim();
      start = i + 1;
      if (command !== "") yield command;
    }
  }
}

function merged(list: readonly Property[], more: readonly Property[]): Property[] {
  const names = new Set(more.map(([name]) => name));
  return [...list.filter(([name]) => !names.has(name)), ...more];
}

function regionOf(command: string, frame: string, later: readonly Property[]): TextRegion {
  const match = SHAPE.exec(command);
  if (match === null) throw new TypeError("it is no shape that is known");
  const [, sign, word, rest] = match as unknown as [string, string, string, string];
  const name = word.toLowerCase();
  if (!new RegExp(`^(?:${KNOWN})$`).test(name)) {
    throw new TypeError(`the shape ${name} is not supported`);
  }
  if (!(REGION_FRAMES as readonly string[]).includes(frame)) {
    throw new TypeError(`the frame ${frame} is not supported`);
  }
  const inBrackets = /^\(([^)]*)\)\s*(.*)$/s.exec(rest);
  const bare = /^([^#]*)(.*)$/s.exec(rest)!;
  const [, numbers, after] = (inBrackets ?? bare) as unknown as [string, string, string];
  const given = numbers.replaceAll("||", " ").split(/[\s,]+/).filter((part) => part !== "");
  if (given.length > MAX_NUMBERS) throw new RangeError(`more than ${MAX_NUMBERS} numbers`);
  const own = propertiesOf(after.replace(/^[\s|]*#?/, ""));
  return {
    frame: frame as RegionFrame,
    ...geometryOf(name as ShapeName, given, frame as RegionFrame),
    isExcluded: sign === "-",
    properties: merged(later, own),
  };
}

type Geometry = Pick<TextRegion, "name" | "points" | "sizes" | "angle">;

function geometryOf(name: ShapeName, given: readonly string[], frame: RegionFrame): Geometry {
  const wrong = (expected: string) =>
    new TypeError(`${name} has ${given.length} numbers, expected ${expected}`);
  const pointAt = (i: number): Place => [
    coordinate(given[i]!, frame, true),
    coordinate(given[i + 1]!, frame, false),
  ];
  const plain = { name, sizes: [], angle: 0 };
  if (name === "polygon" || name === "line") {
    const isGood = name === "line" ? given.length === 4 : given.length >= 6;
    if (!isGood || given.length % 2 !== 0) throw wrong(name === "line" ? "4" : "6, 8, ...");
    const points = Array.from({ length: given.length / 2 }, (_, i) => pointAt(2 * i));
    return { ...plain, points };
  }
  const [least, most] = COUNTS[name];
  if (given.length < least || given.length > most) {
    throw wrong(
      most === Infinity ? `${least} or more` : least === most ? `${least}` : `${least} or ${most}`,
    );
  }
  const isTurned = name === "box" || name === "ellipse";
  const sizes = given.slice(2, isTurned ? 4 : undefined).map(sizeOf);
  if (sizes.some(({ value }) => value < 0)) throw new RangeError("a size is below 0");
  const angle = isTurned && given.length === 5 ? numberOf(given[4]!.replace(/d$/i, "")) : 0;
  return { name, points: [pointAt(0)], sizes: name === "text" ? [] : sizes, angle };
}

/** How many numbers a shape has. */
const COUNTS: Readonly<Record<Exclude<ShapeName, "polygon" | "line">, readonly [number, number]>> =
  {
    circle: [3, 3],
    ellipse: [4, 5],
    box: [4, 5],
    annulus: [4, Infinity],
    point: [2, 2],
    text: [2, 2],
  };

function numberOf(text: string): number {
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) throw new TypeError(`'${text.slice(0, 40)}' is no number`);
  return value;
}

/** A place on one axis: pixels, or degrees of the sky, also as hours, minutes and seconds. */
function coordinate(text: string, frame: RegionFrame, isFirst: boolean): number {
  if (frame === "image" || frame === "physical") return numberOf(text.replace(/[ip]$/i, ""));
  if (/[ip]$/i.test(text)) throw new TypeError(`'${text.slice(0, 40)}' is no place of the sky`);
  const colons = /^([+-]?)(\d+):(\d+):(\d+\.?\d*)$/.exec(text);
  const letters = /^([+-]?)(\d+)([hd])(\d+)m(\d+\.?\d*)s$/i.exec(text);
  const isHours = colons !== null
    ? isFirst && frame !== "galactic"
    : letters?.[3]?.toLowerCase() === "h";
  const parts = colons?.slice(2) ??
    (letters === null ? undefined : [letters[2]!, letters[4]!, letters[5]!]);
  if (parts !== undefined) {
    const [whole, minutes, seconds] = parts.map(Number) as [number, number, number];
    if (minutes >= 60 || seconds >= 60) throw new RangeError(`'${text}' has 60 minutes or seconds`);
    const size = (whole + minutes / 60 + seconds / 3600) * (isHours ? 15 : 1);
    return (colons ?? letters)![1] === "-" ? -size : size;
  }
  if (/r$/i.test(text)) return numberOf(text.slice(0, -1)) * 180 / Math.PI;
  return numberOf(text.replace(/d$/i, ""));
}

function sizeOf(text: string): Size {
  const unit = text.at(-1)!.toLowerCase();
  const value = /["'drip]/.test(unit) ? numberOf(text.slice(0, -1)) : numberOf(text);
  switch (unit) {
    case '"':
      return { value: value / 3600, unit: "degrees" };
    case "'":
      return { value: value / 60, unit: "degrees" };
    case "d":
      return { value, unit: "degrees" };
    case "r":
      return { value: value * 180 / Math.PI, unit: "degrees" };
    case "i":
      return { value, unit: "image" };
    case "p":
      return { value, unit: "physical" };
    default:
      return { value, unit: "own" };
  }
}

/** Such as `color=red text={A star} tag={a} background`. */
function propertiesOf(text: string): Property[] {
  const found = text.matchAll(
    /\b(background|source)\b(?!\s*=)|([A-Za-z][\w-]*)\s*=\s*(?:\{([^}]*)\}|"([^"]*)"|'([^']*)'|([^\s{"']+(?:\s+[\d.+-]+(?![\w=]))*))/gi,
  );
  return [...found].map(([, word, name, braces, double, single, bare]) =>
    // What the pixels are of stands as a word alone.
    word !== undefined
      ? [word.toLowerCase(), ""]
      : [name!.toLowerCase(), (braces ?? double ?? single ?? bare)!.trim()]
  );
}

/**
 * Writes regions as a file of DS9.
 *
 * @param file The regions; what was not read is written as it was.
 * @returns The text, which {@linkcode parseRegions} reads as the same.
 */
export function writeRegions(
  { regions, unread = [], globals = [] }: Partial<RegionText>,
): string {
  const lines = ["# Region file format: DS9 version 4.1"];
  if (globals.length > 0) lines.push(`global ${globals.map(propertyText).join(" ")}`);
  let frame = "";
  const turnTo = (wanted: string) => {
    if (wanted !== frame && wanted !== "") lines.push(wanted);
    frame = wanted;
  };
  for (const region of regions ?? []) {
    turnTo(region.frame);
    lines.push(regionText(region));
  }
  for (const { text, frame } of unread) {
    if (text === "") continue;
    turnTo(frame);
    lines.push(text);
  }
  return `${lines.join("\n")}\n`;
}

/** A region as a line, without its frame. */
export function regionText(region: TextRegion): string {
  const { name, points, sizes, angle, isExcluded, properties } = region;
  const numbers = [
    ...points.flat().map(String),
    ...sizes.map(({ value, unit }) => `${value}${UNIT_SIGNS[unit]}`),
    ...(name === "box" || name === "ellipse" ? [String(angle)] : []),
  ];
  const after = properties.length === 0 ? "" : ` # ${properties.map(propertyText).join(" ")}`;
  const before = isExcluded ? "-" : name === "text" ? "# " : "";
  return `${before}${name}(${numbers.join(",")})${after}`;
}

const UNIT_SIGNS = { own: "", degrees: "d", image: "i", physical: "p" } as const;

/** Properties whose values are text, which stands in braces. */
const TEXTS = new Set(["text", "tag", "font"]);

function propertyText([name, value]: Property): string {
  if (value === "" && /^(?:background|source)$/.test(name)) return name;
  const text = value.replaceAll(/[\r\n]/g, " ");
  if (!TEXTS.has(name) && /^[^\s{}"';#]+(?: [\d.+-]+)*$/.test(text)) return `${name}=${text}`;
  if (!text.includes("}")) return `${name}={${text}}`;
  return text.includes('"') ? `${name}='${text.replaceAll("'", "")}'` : `${name}="${text}"`;
}
