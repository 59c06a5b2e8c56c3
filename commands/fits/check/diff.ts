import type { Difference } from "../../../fits/mod.ts";
import { type Command, UsageError } from "../../program/command.ts";
import { printable } from "../../../net/text/printable.ts";
import { jsonValue, plainValue } from "../card_json.ts";
import { openArgument, reportFile, URL_PERMISSION } from "../fits_argument.ts";
import { defineFitsCommand, fits } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Shows what differs between two files. */
export const command: Command = defineFitsCommand({
  name: "fits diff",
  summary: "Show what differs between two FITS files",
  usage: "A B [--ignore KEY,...] [--tolerance T]",
  details:
    "Compares HDU by HDU: cards and their comments, physical pixels, tables by columns and rows\n" +
    "(NaN equals NaN). Exit status 1 if anything differs.",
  flags: {
    ignore: {
      type: "strings",
      value: "KEY,...",
      help: "keywords to leave out, also like 'DATE*'; may be repeated",
    },
    tolerance: {
      type: "number",
      value: "T",
      default: 0,
      help: "how far pixels and numbers of tables may be apart",
    },
    ...STORE_FLAGS,
  },
  arguments: [2, 2],
  example: "fits diff sample-data/sun.fits sample-data/sun.fits --ignore DATE",
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const [a, b] = context.args as [string, string];
    const { tolerance } = context.flags;
    if (tolerance < 0) throw new UsageError(`--tolerance is '${tolerance}', expected 0 or more`);
    if (a === "-" && b === "-") throw new UsageError("only one of the files can be standard input");
    await using left = await openArgument(context, a);
    await using right = await openArgument(context, b);
    let count = 0;
    const ignore = context.flags.ignore.flatMap((text) => text.split(","))
      .map((keyword) => keyword.trim()).filter((keyword) => keyword !== "");
    const options = { ignore, tolerance, signal: context.signal };
    for await (const difference of fits.diffFits(left, right, options)) {
      count++;
      if (context.json) context.print(JSON.stringify(inJson(difference)));
      else for (const line of inWords(difference)) context.print(printable(line));
    }
    reportFile(context, a, left);
    reportFile(context, b, right);
    if (count === 0) context.report(`${a} and ${b} do not differ`);
    return count > 0 ? 1 : 0;
  },
});

function inJson(difference: Difference): unknown {
  if (difference.kind !== "card") return difference;
  return { ...difference, a: jsonValue(difference.a), b: jsonValue(difference.b) };
}

function inWords(difference: Difference): string[] {
  const hdu = `HDU ${difference.hdu}:`;
  switch (difference.kind) {
    case "structure":
      return [`${hdu} ${difference.a ?? "not there"} | ${difference.b ?? "not there"}`];
    case "card": {
      const alike = typeof difference.a === typeof difference.b;
      const [a, b] = [difference.a, difference.b].map((value) => {
        if (value === undefined) return "not there";
        if (value === null) return "no value";
        return alike || typeof value !== "string" ? plainValue(value) : `'${value}'`;
      });
      return [`${hdu} ${difference.keyword}: ${a} | ${b}`];
    }
    case "comment":
      return [`${hdu} ${difference.keyword} / ${difference.a} | ${difference.b}`];
    case "commentary":
      return [
        ...difference.onlyA.map((text) => `${hdu} ${difference.keyword} < ${text}`),
        ...difference.onlyB.map((text) => `${hdu} ${difference.keyword} > ${text}`),
      ];
    case "pixels": {
      const { different, pixels, largest, first } = difference;
      const how = largest > 0 ? `by at most ${largest}` : "with a value in one file only";
      return [
        `${hdu} ${different} of ${pixels} pixels differ, ${how}, the first at (${
          first.join(", ")
        })`,
      ];
    }
    case "column": {
      const { column, different, rows, largest, first, a, b } = difference;
      const how = largest > 0 ? `, by at most ${largest}` : "";
      return [
        `${hdu} column ${column}: ${different} of ${rows} rows differ${how}, the first is row ` +
        `${first}: ${a} | ${b}`,
      ];
    }
    case "data":
      return [
        `${hdu} ${difference.different} of ${difference.bytes} bytes of data differ, the first ` +
        `at ${difference.first}`,
      ];
  }
}
