/** Scales of 256 colours, from short tables and from the ramps of the solar observatories. */

/** A scale of colours: how often which brightness of red, green and blue. */
export type ColormapName =
  | "gray"
  | "inverse"
  | "heat"
  | "viridis"
  | "magnetogram"
  | "continuum"
  | "aia94"
  | "aia131"
  | "aia171"
  | "aia193"
  | "aia211"
  | "aia304"
  | "aia335"
  | "aia1600"
  | "aia1700";

type Ramp = (x: number) => number;
type Recipe = readonly [red: Ramp, green: Ramp, blue: Ramp] | readonly string[];

const linear: Ramp = (x) => x;
const root: Ramp = (x) => Math.sqrt(x);
const square: Ramp = (x) => x * x;
/** Between the root and the square: bright early, steep late. */
const mixed: Ramp = (x) => (Math.sqrt(x) + x * x / 2) / 1.5;

/** A ramp from 0 at one place to 1 at another. */
function ramp(from: number, to: number): Ramp {
  return (x) => Math.min(1, Math.max(0, (x - from) / (to - from)));
}

/** The channels of the "red temperature" scale: red first, then green, then blue. */
const hotRed = ramp(0, 0.69);
const hotGreen = ramp(0.47, 1);
const hotBlue = ramp(0.74, 1);

const RECIPES: Readonly<Record<ColormapName, Recipe>> = {
  gray: [linear, linear, linear],
  inverse: ["ffffff", "000000"],
  heat: [hotRed, hotGreen, hotBlue],
  viridis: [
    "440154",
    "472d7b",
    "3b528b",
    "2c728e",
    "21918c",
    "28ae80",
    "5ec962",
    "addc30",
    "fde725",
  ],
  // Negative polarity blue, none near white, positive red; the ends dark, so that cores show.
  magnetogram: ["0b1d51", "2456a6", "7fb2e0", "f4f3ee", "eda06f", "b5352a", "4d0a12"],
  // The photosphere in visible light, to the eye.
  continuum: ["000000", "3d0d00", "8f3200", "d96b0f", "f7a938", "fddc8a", "fffbea"],
  aia94: [square, mixed, linear],
  aia131: [hotGreen, hotRed, hotRed],
  aia171: [hotRed, linear, hotBlue],
  aia193: [root, linear, square],
  aia211: [root, linear, mixed],
  aia304: [hotRed, hotGreen, hotBlue],
  aia335: [square, linear, root],
  aia1600: [mixed, mixed, square],
  aia1700: [root, linear, linear],
};

/** The names of the scales of colours. */
export const COLORMAPS: readonly ColormapName[] = Object.keys(RECIPES) as ColormapName[];

/**
 * A scale of colours as a table.
 *
 * @param name Its name.
 * @returns 256 times red, green and blue, from the darkest value to the brightest.
 */
export function colormap(name: ColormapName): Uint8Array<ArrayBuffer> {
  const recipe = RECIPES[name];
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const color = typeof recipe[0] === "string"
      ? between(recipe as readonly string[], i / 255)
      : (recipe as readonly Ramp[]).map((ramp) => ramp(i / 255) * 255);
    for (let c = 0; c < 3; c++) table[i * 3 + c] = Math.round(color[c]!);
  }
  return table;
}

/** A colour at a place between equally spaced colours. */
function between(colors: readonly string[], x: number): number[] {
  const place = x * (colors.length - 1);
  const first = Math.min(colors.length - 2, Math.floor(place));
  const [low, high] = [colors[first]!, colors[first + 1]!].map((hex) => Uint8Array.fromHex(hex));
  return Array.from(low!, (value, c) => value + (high![c]! - value) * (place - first));
}
