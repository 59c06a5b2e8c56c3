/** Scales of 256 colours, from short tables and from the ramps of the solar observatories. */

/** A scale of colours: how often which brightness of red, green and blue. */
export type ColormapName =
  | "gray"
  | "inverse"
  | "heat"
  | "viridis"
  | "magma"
  | "inferno"
  | "plasma"
  | "cividis"
  | "RdBu"
  | "coolwarm"
  | "seismic"
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
  | "aia1700"
  | "aia4500";

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

/** The channels of IDL's table 3, "red temperature": red first, then green, then blue. */
const hotRed = ramp(0, 176 / 255);
const hotGreen = ramp(120.5 / 255, 1);
const hotBlue = ramp(190 / 255, 1);

/** Colours as they are written one behind the other. */
function knots(colors: string): string[] {
  return colors.match(/.{6}/g)!;
}

const RECIPES: Readonly<Record<ColormapName, Recipe>> = {
  gray: [linear, linear, linear],
  inverse: ["ffffff", "000000"],
  heat: [hotRed, hotGreen, hotBlue],
  // Matplotlib's, as straight lines between as few colours as keep within one level of them.
  viridis: knots(
    "440154460c5f471769482172472b7a453580423d843f47883b508a37588c345f8d30678d2d6f8e2a768e" +
      "277d8e24858d218c8d1f938b1e9a891fa28623a9822ab07e35b77841be7150c36960c96072cf5585d44a" +
      "98d83daddc30c1df22d6e219eae419fde724",
  ),
  magma: knots(
    "0000030403130c0926160e3b221151311066410f7450127b5e177f6c1d807a2281892881982c7fa6317d" +
      "b63679c43c74d2426de04b66eb5660f3655cf8755cfb8660fd9868fea973feba80feca8efddc9dfcecae" +
      "fbfcbf",
  ),
  inferno: knots(
    "00000302020f07051e0f092d190b3e230b4d2f0a5b3b0964460a69510d6c5b116e66156e71196d7b1d6c" +
      "86216a9125679b2864a62c5fb1315aba3654c43c4ecd4247d64a3fdd5238e55b30eb6527f06f1ff47a16" +
      "f8870dfa9206fb9f07fbac10fbb81df9c62df6d33ff3e055f1ec6ef3f68afcfea4",
  ),
  plasma: knots(
    "0c078618068b21058f2905933104963804993f039c45039e4c02a15201a35901a45f00a66500a76c00a8" +
      "7200a87801a87e03a78305a68908a58f0da39411a19a159e9f1a9ba41e98a92395ae2791b22c8eb7308a" +
      "bb3586bf3982c33e7fc7427bca4678ce4a75d14f71d5546dd8586adc5d66df6163e26660e56b5ce87059" +
      "ea7555ed7a52ef7f4ef2844bf48947f68e44f79441f9993dfa9f3afba436fcaa33fdb030fdb62dfdbc2a" +
      "fdc328fcc926fbd024fad624f8dd24f6e425f4ea26f2f126eff821",
  ),
  cividis: knots(
    "00224d00245300275800295e002b64002e6a0030700131700c337016366f1c386e213b6e263d6d2b3f6d" +
      "2f426c33446c37466c3a486b3f4b6b424d6b454f6b49526b4c546c4e566c51586c555b6d585d6d5a5f6d" +
      "5e626e61646f63666f676970696b716c6d726f70737273747475757878767a7a777d7c78807e78848178" +
      "8683788986788d8978908b77938d779790769a93769d9575a19874a49a74a79d73aba072aea271b1a570" +
      "b4a76fb8ab6dbbad6cbeb06ac3b368c6b567c9b865cdbc62d0be60d4c15ed8c45bdbc759dfca56e3cd52" +
      "e6d04fead34cedd648f2da43f5dc3ff9df39fde333fde737",
  ),
  // Diverging, for values on both sides of one that matters: what is below it is red, or blue.
  RdBu: knots(
    "67001fb1182ad6604df4a482fddbc7f6f6f6d1e5f092c4de4393c32065ab053061",
  ),
  coolwarm: knots(
    "3a4cc0445acc4e69d85977e26485eb7092f27b9ef886aafc92b4fe9ebefeaac6fdb5cefac0d3f5cad8ee" +
      "d3dbe6dcdcdce5d8d0ecd2c4f1cab6f4c2a9f6b79cf6ac8ef5a081f29274ed8467e6745bdf644fd65344" +
      "cc3f39c0292fb30326",
  ),
  seismic: ["00004c", "0000ff", "ffffff", "ff0000", "800000"],
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
  aia4500: [linear, linear, (x) => hotBlue(x) / 2],
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
