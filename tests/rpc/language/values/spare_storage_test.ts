/** Memory that is used again: whoever still sees a value sees what it was. */

import { assertEquals } from "@std/assert";
import { type LanguagePicture, LanguageSession } from "../../../../rpc/mod.ts";
import { SeededRandom } from "../../../support/random.ts";

/** Elements of an array whose memory is used again. */
const COUNT = 70_001;

type Values = ArrayLike<number | bigint | string>;

function run(session: LanguageSession, command: string): Values {
  const outcome = session.runSync(command);
  if (!outcome.ok) throw outcome.error;
  return outcome.returned?.data ?? [];
}

/** Whether all elements are a number. */
const isFull = (data: Values, number: number) =>
  data.length === COUNT && Array.prototype.every.call(data, (element) => element === number);

/** Makes arrays of the same size that nothing keeps, so that their memory would be used again. */
function overwrite(session: LanguageSession): void {
  for (const number of [7, 8, 9]) run(session, `zz = fltarr(${COUNT}) + ${number} & zz = 0`);
}

Deno.test("new arrays are zero, whatever their memory held before", () => {
  const session = new LanguageSession();
  overwrite(session);
  for (const make of ["fltarr", "lonarr"]) {
    assertEquals(isFull(run(session, `return, ${make}(${COUNT})`), 0), true, make);
  }
  const other = new LanguageSession();
  assertEquals(isFull(run(other, `a = make_array(${COUNT}, /float) & return, a`), 0), true);
});

Deno.test("what a session has given away stays what it was", () => {
  const pictures: LanguagePicture[] = [];
  const kept: Values[] = [];
  const session = new LanguageSession({
    host: { show: (picture) => pictures.push(picture) },
    functions: {
      keep: ([array]) => {
        kept.push(array!.data);
        return 0;
      },
    },
  });
  const made = `fltarr(${COUNT}) + 1`;
  const returned = run(session, `return, ${made}`);
  const variable = run(session, `a = ${made} & return, a`);
  const seen = session.variables.get("A")!.data;
  run(session, `b = ${made} & r = keep(b) & r = keep(${made}) & b = 0`);
  run(session, `c = ${made} & plot, c & plot, ${made} & tv, bytarr(1000, 300) + 1b & c = 0`);
  run(session, `d = ${made}`);
  const taken = session.take(["d"]).get("D")!.data;
  run(session, "a = 0");
  overwrite(session);
  for (const number of [7, 8]) run(session, `zz = bytarr(1000, 300) + ${number}b & zz = 0`);
  assertEquals([returned, variable, seen, taken, ...kept].map((data) => isFull(data, 1)), [
    true,
    true,
    true,
    true,
    true,
    true,
  ]);
  const plotted = pictures.map(({ value }) => value.data as Values);
  assertEquals(plotted.slice(0, 2).map((data) => isFull(data, 1)), [true, true]);
  assertEquals(Array.prototype.every.call(plotted[2], (element) => element === 1), true);
});

Deno.test("variables, lists, hashes and structures keep their arrays, whatever is let go", () => {
  const session = new LanguageSession({ limits: { operations: Infinity } });
  const random = new SeededRandom(1_234);
  run(session, `l = list(0, 0) & h = hash('x', 0) & s = {f: fltarr(${COUNT})}`);
  run(session, "function twice, x\n y = x * 2\n return, y\nend");
  const places = ["a", "b", "c", "l[0]", "l[1]", "h['x']", "s.f"];
  const model = new Map<string, number>([["s.f", 0]]);
  for (let turn = 0; turn < 400; turn++) {
    const place = random.pick(places);
    const other = random.pick([...model.keys()]);
    const number = random.integer(1, 100);
    const [expression, value] = random.pick<[string, number]>([
      [`fltarr(${COUNT}) + ${number}`, number],
      [`replicate(${number}., ${COUNT})`, number],
      [other, model.get(other)!],
      [`${other} * 1 + 1`, model.get(other)! + 1],
      [`twice(${other}) / 2`, model.get(other)!],
      [`reform((${other} + 0)[*], ${COUNT})`, model.get(other)!],
      [`(${other} gt -1) * ${number}.`, number],
    ]);
    run(session, `${place} = ${expression}`);
    model.set(place, value);
    const looked = random.pick([...model.keys()]);
    const found = run(session, `v = ${looked} & return, [min(v), max(v), n_elements(v)]`);
    const expected = model.get(looked)!;
    const what = `turn ${turn} of seed ${random.seed}: ${looked} after ${place} = ${expression}`;
    assertEquals([...Array.from(found)], [expected, expected, COUNT], what);
  }
});
