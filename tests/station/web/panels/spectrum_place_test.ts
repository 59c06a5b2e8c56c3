import { assertEquals } from "@std/assert";
import { spectrumPlace } from "../../../../station/web/panels/spectrum_place.ts";

Deno.test("a spectrum is a line of values through the pixel under the cross-hair", () => {
  assertEquals(spectrumPlace([40, 30, 5], [7.4, 29.5], [3], 3), {
    ...{ section: "7:7,30:30,1:5", pixel: [7, 30, 3], at: 2, length: 5 },
  });
  assertEquals(spectrumPlace([40, 30, 5, 2], undefined, [3, 2], 4), {
    ...{ section: "20:20,15:15,3:3,1:2", pixel: [20, 15, 3, 2], at: 1, length: 2 },
  });
});

Deno.test("there is none where the image has no such axis, or the cross-hair is outside", () => {
  const cases: Parameters<typeof spectrumPlace>[] = [
    [[40, 30], [1, 1], [], 3],
    [[40, 30, 1], [1, 1], [1], 3],
    [[40, 30, 5], [0.4, 1], [1], 3],
    [[40, 30, 5], [1, 30.6], [1], 3],
    [[40, 30, 5], [1, 1], [1], 2],
  ];
  for (const given of cases) {
    assertEquals(spectrumPlace(...given), undefined, JSON.stringify(given));
  }
});
