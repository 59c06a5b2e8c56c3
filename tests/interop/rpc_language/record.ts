/** Writes down what GDL answers to every case, for the tests that run without it. */

import { record } from "../../support/rpc/recorded.ts";
import { FAMILIES } from "./cases.ts";
import { evaluateWithGdl, printWithGdl } from "./gdl.ts";
import { PRINTED } from "./printed.ts";

const values = await evaluateWithGdl(FAMILIES.flatMap(({ cases }) => cases));
let at = 0;
const families = FAMILIES.map(({ name, nearness, cases }) => ({
  name,
  nearness,
  cases: cases.map((text) => record(text, values[at++])),
}));
const lines = await printWithGdl(PRINTED);
const printed = PRINTED.map((statement, i) => [statement, lines[i]]);

/** One case on each line, so that changes can be read. */
const list = (items: readonly unknown[]) =>
  `[\n${items.map((item) => JSON.stringify(item)).join(",\n")}\n]`;
const text = families.map(({ name, nearness, cases }) =>
  `{"name":${JSON.stringify(name)},"nearness":${JSON.stringify(nearness)},"cases":${list(cases)}}`
);
await Deno.writeTextFile(
  new URL("../../rpc/language/gdl.json", import.meta.url),
  `{"families":[\n${text.join(",\n")}\n],"printed":${list(printed)}}\n`,
);
