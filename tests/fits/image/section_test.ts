import { assertEquals, assertThrows } from "../../support/assert.ts";
import {
  type AxisRange,
  resolveSection,
  SectionError,
  sectionRuns,
  sectionsOf,
} from "../../../fits/image/section.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

Deno.test("resolveSection() reads FITS strings, 1-based and inclusive, and 0-based ranges", () => {
  const sections: [string | AxisRange[] | undefined, number[][], number[]][] = [
    [undefined, [[0, 10, 1], [0, 20, 1]], [10, 20]],
    ["1:10,1:20", [[0, 10, 1], [0, 20, 1]], [10, 20]],
    ["3:4", [[2, 4, 1], [0, 20, 1]], [2, 20]],
    ["*,5", [[0, 10, 1], [4, 5, 1]], [10, 1]],
    ["1:10:3,2:*:2", [[0, 10, 3], [1, 20, 2]], [4, 10]],
    ["*:2,*", [[0, 10, 2], [0, 20, 1]], [5, 20]],
    ["[2:3, 4:5]", [[1, 3, 1], [3, 5, 1]], [2, 2]],
    [[[2, 4], [0, 20, 5]], [[2, 4, 1], [0, 20, 5]], [2, 4]],
    [[[3, 3]], [[3, 3, 1], [0, 20, 1]], [0, 20]],
  ];
  for (const [section, ranges, shape] of sections) {
    assertEquals(resolveSection(section, [10, 20]) as unknown, { ranges, shape });
  }
});

Deno.test("resolveSection() says what is wrong with a section", () => {
  const wrong: [string | AxisRange[], string][] = [
    ["1:2,1:2,1:2", "The section '1:2,1:2,1:2' has 3 axes, the array has 2"],
    ["0:2", "has '0:2' for axis 1, expected first:last"],
    ["1:11", "asks for 1 to 11 step 1 of axis 1 of the array, which has pixels 1 to 10"],
    ["5:3", "has '5:3' for axis 1, expected first:last"],
    ["1:5:0", "has '1:5:0' for axis 1, expected first:last"],
    ["", "has '' for axis 1"],
    ["a:b", "has 'a:b' for axis 1, expected first:last"],
    ["1:2;3:4", "has '1:2;3:4' for axis 1"],
    [[[0, 2.5]], "asks for 1 to 2.5 step 1 of axis 1"],
    [[[-1, 2]], "asks for 0 to 2 step 1 of axis 1"],
  ];
  for (const [section, message] of wrong) {
    assertThrows(() => resolveSection(section, [10, 20]), SectionError, message);
  }
});

Deno.test("sectionRuns() visits the elements of any section in their order", async () => {
  await fuzz(fuzzRounds(1000, 10_000), 7, (random) => {
    const shape = Array.from({ length: random.integer(0, 5) }, () => random.integer(1, 5));
    const ranges = shape.map((length): AxisRange => {
      if (random.next() < 0.4) return [0, length];
      const start = random.integer(0, length);
      return [start, random.integer(start, length), random.integer(1, 3)];
    });
    const section = resolveSection(ranges, shape);
    let expected: number[] = shape.length === 0 ? [] : [0];
    let stride = 1;
    const strides = shape.map((length) => (stride *= length) / length);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [start, stop, step] = section.ranges[axis]!;
      expected = expected.flatMap((base) => {
        const places: number[] = [];
        for (let i = start; i < stop; i += step) places.push(base + i * strides[axis]!);
        return places;
      });
    }
    const runs = sectionRuns(section, shape);
    const found: number[] = [];
    const starts = new Float64Array(runs.count);
    runs.starts(0, starts);
    for (const start of starts) {
      for (let i = 0; i < runs.taken; i++) found.push(start + i * runs.step);
      assertEquals(runs.span, runs.taken === 0 ? 0 : (runs.taken - 1) * runs.step + 1);
    }
    assertEquals(found, expected);
  });
});

Deno.test("sectionsOf() covers an array once, by whole units", async () => {
  await fuzz(300, 14_040, (random) => {
    const shape = Array.from({ length: random.integer(1, 3) }, () => random.integer(1, 12));
    const unit = shape.map((length) => random.integer(1, length + 3));
    const most = random.integer(1, 200);
    const seen = new Set<string>();
    for (const section of sectionsOf(shape, random.next() < 0.5 ? unit : [], most)) {
      const lengths = section.map(([start, stop]) => stop - start);
      const count = lengths.reduce((product, length) => product * length, 1);
      for (let i = 0; i < count; i++) {
        let rest = i;
        const place = section.map(([start], axis) => {
          const at = rest % lengths[axis]!;
          rest = Math.floor(rest / lengths[axis]!);
          return start + at;
        });
        assertEquals(seen.has(place.join()), false);
        seen.add(place.join());
      }
    }
    assertEquals(seen.size, shape.reduce((product, length) => product * length, 1));
  });
  assertEquals([...sectionsOf([10, 8], [4, 3], 40)], [
    [[0, 10], [0, 3]],
    [[0, 10], [3, 6]],
    [[0, 10], [6, 8]],
  ]);
  assertEquals([...sectionsOf([10, 8], [4, 3], 5)].length, 9);
  assertEquals([...sectionsOf([10, 8], [], 25)], [
    [[0, 10], [0, 2]],
    [[0, 10], [2, 4]],
    [[0, 10], [4, 6]],
    [[0, 10], [6, 8]],
  ]);
  assertEquals([[...sectionsOf([], [], 9)], [...sectionsOf([3, 0], [], 9)]], [[], []]);
});
