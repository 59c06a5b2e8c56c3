import { assertEquals } from "@std/assert";
import { isBackground, withoutBackground } from "../../../../station/web/regions/background.ts";
import { parseRegions, writeRegions } from "../../../../station/web/regions/ds9_text.ts";

Deno.test("isBackground() knows DS9's word, its switch, and a tag", () => {
  const cases: [text: string, expected: boolean][] = [
    ["circle(1,2,3) # background", true],
    ["circle(1,2,3) # color=red background text={a}", true],
    ["circle(1,2,3) # source=0", true],
    ["circle(1,2,3) # tag={Background}", true],
    ["circle(1,2,3) # source", false],
    ["circle(1,2,3) # source=1", false],
    ["circle(1,2,3) # text={background}", false],
    ["circle(1,2,3)", false],
  ];
  for (const [text, expected] of cases) {
    const [region] = parseRegions(text).regions;
    assertEquals(isBackground(region!), expected, text);
    // What it is of is written back, too.
    const [again] = parseRegions(writeRegions({ regions: [region!] })).regions;
    assertEquals(again, region, text);
  }
});

Deno.test("withoutBackground() takes the mean of all pixels of the background from each pixel", () => {
  const background = [{ sum: 30, pixels: 10 }, { sum: 90, pixels: 20 }];
  const net = withoutBackground({ sum: 100, pixels: 5 }, background);
  assertEquals(net, { background: 4, net: 80 });
  assertEquals(withoutBackground({ sum: 100, pixels: 5 }, []), undefined);
  assertEquals(withoutBackground({ sum: 1, pixels: 1 }, [{ sum: 0, pixels: 0 }]), undefined);
});
