import { assertEquals, assertThrows } from "@std/assert";
import {
  nearestName,
  number,
  oneOf,
  ParameterError,
  readParameters,
  SWITCH,
  wholeNumber,
  words,
} from "../../../http/fields/parameters.ts";

const RULES = {
  size: wholeNumber(1, 4096),
  stretch: oneOf(["linear", "log"]),
  invert: SWITCH,
  bias: number(),
  hdu: words("a number or a name"),
};

Deno.test("readParameters() gives the values of what is known, and nothing else", () => {
  const given = readParameters("size=12&stretch=log&invert=1&bias=-.5e1&hdu=SCI%2C2", "png", RULES);
  assertEquals<unknown>({ ...given }, {
    size: 12,
    stretch: "log",
    invert: true,
    bias: -5,
    hdu: "SCI,2",
  });
  assertEquals<unknown>({ ...readParameters(undefined, "png", RULES) }, {});
});

Deno.test("readParameters() refuses what is unknown, repeated or bad, and names it", () => {
  const cases: [query: string, fault: string, parameter: string, message: string][] = [
    [
      "strech=log",
      "unknown-parameter",
      "strech",
      "png has no parameter 'strech'; nearest is 'stretch'",
    ],
    ["Size=1", "unknown-parameter", "Size", "png has no parameter 'Size'; nearest is 'size'"],
    [
      "__proto__=1",
      "unknown-parameter",
      "__proto__",
      "expected one of size, stretch, invert, bias, hdu",
    ],
    ["=1", "unknown-parameter", "", "png has no parameter ''"],
    ["size=1&size=1", "repeated-parameter", "size", "png has the parameter 'size' more than once"],
    ["size=0", "bad-value", "size", "size is '0', expected 1 to 4096"],
    ["size=4097", "bad-value", "size", "size is '4097', expected 1 to 4096"],
    ["size=1.5", "bad-value", "size", "size is '1.5', expected 1 to 4096"],
    ["size=", "bad-value", "size", "size is '', expected 1 to 4096"],
    ["stretch=Log", "bad-value", "stretch", "stretch is 'Log', expected one of linear, log"],
    ["invert=yes", "bad-value", "invert", "invert is 'yes', expected 1 or 0"],
    ["bias=1e999", "bad-value", "bias", "bias is '1e999', expected a number"],
    ["bias=0x10", "bad-value", "bias", "bias is '0x10', expected a number"],
    ["hdu=", "bad-value", "hdu", "hdu is '', expected a number or a name"],
  ];
  for (const [query, fault, parameter, message] of cases) {
    const error = assertThrows(() => readParameters(query, "png", RULES), ParameterError, message);
    const { detail, status } = error as ParameterError;
    assertEquals([detail.fault, detail.parameter, status], [fault, parameter, 400], query);
  }
});

Deno.test("an error of readParameters() repeats no more than the beginning of a long text", () => {
  for (const query of [`size=${"9".repeat(10_000)}`, `${"s".repeat(10_000)}=1`]) {
    const error = assertThrows(() => readParameters(query, "png", RULES)) as ParameterError;
    assertEquals(error.message.length < 250, true, error.message);
  }
});

Deno.test("nearestName() names what differs in at most half of the letters", () => {
  const names = ["colormap", "contrast", "size"];
  const cases: [given: string, nearest: string | undefined][] = [
    ["colourmap", "colormap"],
    ["COLORMAP", "colormap"],
    ["contrats", "contrast"],
    ["sz", "size"],
    ["plane", undefined],
    ["x".repeat(1000), undefined],
  ];
  for (const [given, nearest] of cases) assertEquals(nearestName(given, names), nearest, given);
});
