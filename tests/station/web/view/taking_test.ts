import { assertEquals } from "@std/assert";
import { fitsViewCommand, sectionOf } from "../../../../station/web/view/taking.ts";
import { DEFAULT_STATE } from "../../../../station/web/view/url_state.ts";

const VIEW = { x: 50, y: 40, zoom: 2, rotate: 0, flipX: false, flipY: false };
const SIZE = { width: 40, height: 20, ratio: 1 };

Deno.test("sectionOf() is what is seen, on the planes that are shown", () => {
  const image = { width: 100, height: 80 };
  assertEquals(sectionOf({ ...VIEW, x: 50.5, y: 40.5 }, SIZE, image, []), "41:60,36:45");
  assertEquals(sectionOf({ ...VIEW, x: 1, y: 80 }, SIZE, image, [3, 1]), "1:11,75:80,3,1");
  assertEquals(sectionOf({ ...VIEW, rotate: 90 }, SIZE, image, []), "45:55,30:50");
  assertEquals(sectionOf({ ...VIEW, x: 500 }, SIZE, image, []), undefined);
});

Deno.test("fitsViewCommand() quotes what a shell would read", () => {
  const parts = { program: "heliograph", argument: "it's; rm.fits", hdu: 1, section: "1:9,2:4" };
  assertEquals(
    fitsViewCommand({ ...parts, state: DEFAULT_STATE, limits: undefined }),
    "heliograph fits view 'it'\\''s; rm.fits' --hdu 1 --section 1:9,2:4 -o view.png",
  );
  const state = { ...DEFAULT_STATE, stretch: "log", colormap: "aia171" } as const;
  assertEquals(
    fitsViewCommand({ ...parts, argument: "a.fits", state, limits: { low: -1, high: 2.5 } }),
    "heliograph fits view a.fits --hdu 1 --section 1:9,2:4 --limits -1,2.5 --stretch log " +
      "--colormap aia171 -o view.png",
  );
});
