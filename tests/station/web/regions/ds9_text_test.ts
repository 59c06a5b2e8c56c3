import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  parseRegions,
  type TextRegion,
  writeRegions,
} from "../../../../station/web/regions/ds9_text.ts";
import { RegionFrames } from "../../../../station/web/regions/frames.ts";
import { WorldReadout } from "../../../../station/web/sky/readout.ts";

const FILE = `# Region file format: DS9 version 4.1
global color=green dashlist=8 3 width=1 font="helvetica 10 normal roman" select=1
image
circle(100,200,10.5) # color=red text={A star; not two} tag={a} tag={b}
-box(50,60,20,10,30)
physical; ellipse 10 20 3 4 45; annulus(10,20,1,2,3)
# text(30,40) text={only words}
fk5
circle(5:34:31.95,+22:00:52.1,30") # width=2
polygon(83.1,22.1,83.2,22.1,83.2d,22.2d)
galactic
point(184.5,-5d46m12s) # point=cross
line(184.5,-5.8,184.6,-5.7) # line=0 0
icrs
box(12h30m00s,-0d30m00s,2',1',0)
# a line of words
vector(1,2,3,4)
fk4
circle(1,2,3)
image
circle(1,2)
triangle(1,2,3)
`;

Deno.test("parseRegions() reads what DS9 writes, and lists what it does not know", () => {
  const { regions, unread, globals } = parseRegions(FILE);
  const brief = ({ frame, name, points, sizes, angle, isExcluded }: TextRegion) => [
    ...[frame, name, points.flat(), sizes.map(({ value, unit }) => [value, unit])],
    ...[angle, isExcluded],
  ];
  assertEquals(regions.map(brief), [
    ["image", "circle", [100, 200], [[10.5, "own"]], 0, false],
    ["image", "box", [50, 60], [[20, "own"], [10, "own"]], 30, true],
    ["physical", "ellipse", [10, 20], [[3, "own"], [4, "own"]], 45, false],
    ["physical", "annulus", [10, 20], [[1, "own"], [2, "own"], [3, "own"]], 0, false],
    ["physical", "text", [30, 40], [], 0, false],
    [
      "fk5",
      "circle",
      [
        (5 + 34 / 60 + 31.95 / 3600) * 15,
        22 + 0 / 60 + 52.1 / 3600,
      ],
      [[30 / 3600, "degrees"]],
      0,
      false,
    ],
    ["fk5", "polygon", [83.1, 22.1, 83.2, 22.1, 83.2, 22.2], [], 0, false],
    ["galactic", "point", [184.5, -(5 + 46 / 60 + 12 / 3600)], [], 0, false],
    ["galactic", "line", [184.5, -5.8, 184.6, -5.7], [], 0, false],
    ["icrs", "box", [187.5, -0.5], [[2 / 60, "degrees"], [1 / 60, "degrees"]], 0, false],
  ]);
  assertEquals(regions[0]!.properties, [
    ["color", "red"],
    ["text", "A star; not two"],
    ...[["tag", "a"], ["tag", "b"]] as const,
  ]);
  assertEquals(globals, [
    ["color", "green"],
    ["dashlist", "8 3"],
    ["width", "1"],
    ["font", "helvetica 10 normal roman"],
    ["select", "1"],
  ]);
  assertEquals(unread.map(({ text, reason }) => [text, reason]), [
    ["vector(1,2,3,4)", "the shape vector is not supported"],
    ["circle(1,2,3)", "the frame fk4 is not supported"],
    ["circle(1,2)", "circle has 2 numbers, expected 3"],
    ["triangle(1,2,3)", "it is no shape that is known"],
  ]);
});

Deno.test("parseRegions() gives a later global line to the regions after it", () => {
  const { regions, globals } = parseRegions(
    "global color=green\ncircle 1 2 3\nglobal color=red\ncircle 1 2 3\ncircle 1 2 3 # color=blue",
  );
  assertEquals(globals, [["color", "green"]]);
  assertEquals(regions.map(({ properties }) => properties), [[], [["color", "red"]], [[
    "color",
    "blue",
  ]]]);
});

Deno.test("parseRegions() refuses numbers that are none, and text without end", () => {
  const wrong: readonly (readonly [text: string, reason: string])[] = [
    ["circle(1,2,x)", "'x' is no number"],
    ["circle(1,2,1e999)", "'1e999' is no number"],
    ["circle(1,2,-3)", "a size is below 0"],
    ["polygon(1,2,3,4)", "polygon has 4 numbers, expected 6, 8, ..."],
    ["annulus(1,2,3)", "annulus has 3 numbers, expected 4 or more"],
    ["ellipse(1,2,3,4,5,6)", "ellipse has 6 numbers, expected 4 or 5"],
    ["fk5;circle(5:61:00,1,2)", "'5:61:00' has 60 minutes or seconds"],
    ["fk5;circle(10p,1,2)", "'10p' is no place of the sky"],
    ["<img src=x>", "it is no shape that is known"],
  ];
  for (const [text, reason] of wrong) {
    const { regions, unread } = parseRegions(text);
    assertEquals([regions, unread.map((one) => one.reason)], [[], [reason]], text);
  }
  assert(parseRegions("x".repeat((1 << 20) + 1)).unread[0]!.reason.includes("characters"));
  assertEquals(parseRegions("circle(1,2,3);".repeat(10_001)).unread.length, 1);
});

Deno.test("writeRegions() writes what parseRegions() reads as the same", () => {
  const file = parseRegions(FILE);
  const again = parseRegions(writeRegions(file));
  assertEquals(
    again.regions,
    file.regions.map((region) => ({
      ...region,
      sizes: region.sizes.map((size) => ({ ...size })),
    })),
  );
  assertEquals(again.globals, file.globals);
  assertEquals(
    again.unread.map(({ text, reason }) => [text, reason]),
    file.unread.map(({ text, reason }) => [text, reason]),
  );
  const texts = ["{", "a } b", `a } "b"`, "x\ny", "# ;", "a=b"];
  const regions = texts.map((text) => ({
    ...file.regions[0]!,
    properties: [["text", text]] as const,
  }));
  assertEquals(
    parseRegions(writeRegions({ regions })).regions.map(({ properties }) => properties[0]![1]),
    texts.map((text) => text.replace("\n", " ")),
  );
});

/** A sky of 3.6 seconds of arc a pixel, turned by 25 degrees. */
const [COS, SIN] = [Math.cos(25 * Math.PI / 180) / 1000, Math.sin(25 * Math.PI / 180) / 1000];
const SKY = new Map<string, unknown>([
  ...[["CTYPE1", "RA---TAN"], ["CTYPE2", "DEC--TAN"], ["CRPIX1", 550.5]] as const,
  ...[["CRPIX2", 350.5], ["CRVAL1", 83.633], ["CRVAL2", 22.0145], ["RADESYS", "ICRS"]] as const,
  ...[["CD1_1", -COS], ["CD1_2", SIN], ["CD2_1", SIN], ["CD2_2", COS], ["NAXIS", 2]] as const,
  ...[["LTM1_1", 0.5], ["LTM2_2", 0.5], ["LTV1", 10], ["LTV2", -20]] as const,
]);

function framesOf(keywords: Map<string, unknown>): RegionFrames {
  const world = new WorldReadout(keywords);
  return new RegionFrames({ keywords, sky: (name) => world.places(name, []) });
}

Deno.test("regions of the sky lie on the pixels that astropy has", () => {
  const frames = framesOf(SKY);
  // Pixel, direction of north, pixels a degree: astropy 5.2.
  const cases = [
    ['icrs;box(83.7,22.1,36",72",90)', 530.3783287755299, 454.23683852859006, 64.974885],
    ['fk5;box(83.7,22.1,36",72",90)', 530.3869394461722, 454.2385762272195, 64.974885],
    ['galactic;box(184.6,-5.8,36",72",90)', 523.224333615734, 314.53313143603015, 122.63866],
  ] as const;
  for (const [text, x, y, north] of cases) {
    const { points, sizes, angle } = frames.toImage(parseRegions(text).regions[0]!)!;
    assertAlmostEquals(points[0]![0], x, 1e-5, text);
    assertAlmostEquals(points[0]![1], y, 1e-5, text);
    assertAlmostEquals(angle, north, 1e-4, text);
    assertAlmostEquals(sizes[0]!, 10, 1e-3, text);
    assertAlmostEquals(sizes[1]!, 20, 1e-3, text);
  }
  const physical = frames.toImage(parseRegions("physical;circle(100,200,8)").regions[0]!)!;
  assertEquals([physical.points, physical.sizes], [[[60, 80]], [4]]);
  const mixed = frames.toImage(parseRegions('image;circle(550.5,350.5,36")').regions[0]!)!;
  assertAlmostEquals(mixed.sizes[0]!, 10, 1e-6);
});

Deno.test("regions of the pixels come back from every frame, mirrored skies included", () => {
  const mirrored = new Map([...SKY, ["CD1_1", COS], ["CD2_1", -SIN]]);
  const shapes = "box(530.25,454.5,20.5,10.25,33);ellipse(40,50,6,7,200);circle(1,2,3);" +
    "annulus(9,9,1,2,4);polygon(1,1,9,2,4,7);line(3,4,500,600);point(7,8)";
  for (const keywords of [SKY, mirrored]) {
    const frames = framesOf(keywords);
    for (const text of parseRegions(shapes).regions) {
      const region = frames.toImage(text)!;
      for (const frame of ["image", "physical", "fk5", "icrs", "galactic"] as const) {
        const written = writeRegions({ regions: [frames.toText(region, frame)!] });
        const again = frames.toImage(parseRegions(written).regions[0]!)!;
        const numbers = ({ points, sizes, angle }: typeof region) => [
          ...[...points.flat(), ...sizes, angle],
        ];
        const expected = numbers(region);
        for (const [i, found] of numbers(again).entries()) {
          assertAlmostEquals(found, expected[i]!, 1e-7, `${region.name} in ${frame}`);
        }
      }
    }
  }
  assertEquals(
    framesOf(new Map()).toImage(parseRegions("fk5;circle(1,2,3)").regions[0]!),
    undefined,
  );
});
