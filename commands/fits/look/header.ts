import type { Card, CardValue, FitsFile, Hdu, Header } from "../../../fits/mod.ts";
import type { ValueField } from "../../../fits/header/card_value.ts";
import { type Command, type CommandContext, UsageError } from "../../program/command.ts";
import { FormatError } from "../../../net/errors.ts";
import { matchesGlob } from "../../../net/text/glob.ts";
import { printable } from "../../../net/text/printable.ts";
import { axesOf, figures, readCoordinates } from "./coordinates.ts";
import { jsonCard, jsonValue, plainValue } from "../card_json.ts";
import {
  CACHE_FLAG,
  changeInWords,
  chosenHdu,
  chosenHdus,
  forEachFile,
  HDU_FLAG,
  hduChoice,
  openArgument,
  reportFile,
  requireLocalFile,
  URL_PERMISSION,
} from "../fits_argument.ts";
import { textTable } from "../../program/text_table.ts";
import { defineFitsCommand, fits } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Shows headers, makes tables of keywords, and changes them. */
export const command: Command = defineFitsCommand({
  name: "fits header",
  summary: "Show or change the header of a FITS file",
  usage: "FILE... [--key K]... [--set K=V]... [--delete K]...",
  details:
    "Without --hdu: the headers of all HDUs; --key then takes the first HDU that has the keyword,\n" +
    "--set and --delete the primary. With several files and keys: a table, one line per file.\n" +
    "--set reads V as a header would: T, 2, 2.5, 'text'; anything else is text, and a comment may\n" +
    "follow after ' / '; COMMENT and HISTORY get one more line. A change is made in place where it\n" +
    "fits, else the file is replaced at once; one that would break the structure is refused.",
  flags: {
    hdu: HDU_FLAG,
    cache: CACHE_FLAG,
    key: {
      type: "strings",
      value: "K",
      short: "k",
      help: "only this keyword; all that are like 'NAXIS*', with their names",
    },
    set: { type: "strings", value: "K=V", help: "give a keyword a value" },
    delete: { type: "strings", value: "K", help: "remove a keyword" },
    stored: {
      type: "boolean",
      help: "of a compressed image or table: the header of the table that stores it",
    },
    summary: { type: "boolean", help: "only what each HDU is, and the limits of its axes" },
    ...STORE_FLAGS,
  },
  arguments: [1, 100_000],
  example: "fits header sample-data/sun.fits --key DATE-OBS --key CTYPE1",
  permissions: ["--allow-read=."],
  furtherPermissions: `${URL_PERMISSION}, --allow-write=. for --set and --delete`,
  run: async (context) => {
    const { key, set, delete: removed, hdu } = context.flags;
    const changes = set.length + removed.length > 0;
    if (changes && key.length > 0) throw new UsageError("--key does not go with --set or --delete");
    for (const argument of changes ? context.args : []) {
      requireLocalFile(argument, set.length > 0 ? "--set" : "--delete");
    }
    if (context.flags.summary && (changes || key.length > 0 || context.flags.stored)) {
      throw new UsageError("--summary does not go with --key, --set, --delete or --stored");
    }
    if (changes) return await changeFiles(context, hdu, set, removed);
    const headerOf = (shown: Hdu) => context.flags.stored ? shown.data.header : shown.header;
    if (key.some(isPattern)) return await printMatches(context, hdu, key, headerOf);
    if (key.length > 0) return await printKeys(context, hdu, key, headerOf);
    const failed = await forEachFile(
      context,
      (argument) =>
        context.flags.summary
          ? summarize(context, argument, hdu)
          : printHeaders(context, argument, hdu, headerOf),
    );
    return failed > 0 ? 1 : 0;
  },
});

async function summarize(
  context: CommandContext,
  argument: string,
  hdu: string | undefined,
): Promise<void> {
  await using file = await openArgument(context, argument, {
    takes: "hdu",
  });
  for await (const shown of chosenHdus(file, hdu)) {
    context.signal.throwIfAborted();
    await printSummary(context, argument, file, shown);
  }
  reportFile(context, argument, file);
}

/** Prints a header in few lines: what the HDU is, and from where to where its axes run. */
async function printSummary(
  context: CommandContext,
  argument: string,
  file: FitsFile,
  hdu: Hdu,
): Promise<void> {
  const wcs = hdu.isImage ? await readCoordinates(context, argument, file, hdu) : undefined;
  const axes = wcs === undefined ? [] : axesOf(wcs, hdu.shape);
  const cards = hdu.header.cards.length;
  if (context.json) {
    context.print(JSON.stringify({
      file: argument,
      hdu: hdu.index,
      name: hdu.name,
      type: hdu.kind,
      shape: hdu.shape,
      bitpix: hdu.bitpix,
      unit: hdu.unit,
      cards,
      axes,
    }));
    return;
  }
  const parts = [
    hdu.kind,
    hdu.shape.join(" x ") || "no data",
    `BITPIX ${hdu.bitpix}`,
    hdu.unit,
    `${cards} cards`,
  ];
  const several = context.args.length > 1 ? `${argument} ` : "";
  const name = hdu.name === "" ? "" : ` ${hdu.name}`;
  const text = parts.filter((part) => part !== "").join(", ");
  context.print(printable(`${several}HDU ${hdu.index}${name}: ${text}`));
  if (axes.length === 0) return;
  const rows = axes.map(({ axis, ctype, name, unit, pixels, first, last }) => [
    `${axis}`,
    printable(name === undefined ? ctype || "-" : `${ctype} (${name})`),
    printable(unit) || "-",
    `${pixels}`,
    first === null ? "none" : figures(first),
    last === null ? "none" : figures(last),
  ]);
  for (const line of textTable(["AXIS", "CTYPE", "UNIT", "PIXELS", "FIRST", "LAST"], rows)) {
    context.print(line);
  }
}

async function printHeaders(
  context: CommandContext,
  argument: string,
  hdu: string | undefined,
  headerOf: (hdu: Hdu) => Header,
): Promise<void> {
  await using file = await openArgument(context, argument, {
    ...{ sequential: true, takes: "hdu" },
  });
  const single = chosenHdu(file, hdu) !== undefined;
  const title = context.args.length > 1 ? `${argument} ` : "";
  for await (const shown of chosenHdus(file, hdu)) {
    const { index, name } = shown;
    const header = headerOf(shown);
    if (context.json) {
      context.print(JSON.stringify({
        file: argument,
        hdu: index,
        name,
        cards: header.cards.map(jsonCard),
      }));
      continue;
    }
    if (!single || title !== "") {
      context.print(`# ${title}HDU ${index}${name === "" ? "" : ` ${printable(name)}`}`);
    }
    const last = header.cards.findLastIndex(({ raw }) => raw.trimEnd() !== "");
    for (const card of header.cards.slice(0, last + 1)) {
      for (const line of recordsOf(card)) context.print(line);
    }
    context.print("END");
  }
  reportFile(context, argument, file);
}

function recordsOf({ raw }: Card): string[] {
  const records: string[] = [];
  for (let at = 0; at < raw.length; at += 80) {
    records.push(printable(raw.slice(at, at + 80)).trimEnd());
  }
  return records;
}

async function printKeys(
  context: CommandContext,
  hdu: string | undefined,
  keys: readonly string[],
  headerOf: (hdu: Hdu) => Header,
): Promise<number> {
  const rows: string[][] = [];
  const several = context.args.length > 1;
  let missing = 0;
  const failed = await forEachFile(context, async (argument) => {
    await using file = await openArgument(context, argument, {
      takes: "hdu",
    });
    const choice = chosenHdu(file, hdu);
    const chosen = choice === undefined ? undefined : await file.hdu(choice);
    const found = new Map<string, Hdu | undefined>();
    for (const key of keys) {
      const has = (candidate: Hdu) => headerOf(candidate).has(key);
      found.set(
        key,
        chosen === undefined ? await file.find(has) : has(chosen) ? chosen : undefined,
      );
    }
    for (const [key, where] of found) {
      if (where !== undefined) continue;
      missing++;
      context.fail(new FormatError(`${argument}: there is no ${key}`, { source: argument }));
    }
    const values = keys.map((key) => {
      const where = found.get(key);
      return where && valueOf(headerOf(where), key);
    });
    if (context.json) {
      const entries = keys.map((key, i) => [key, jsonValue(values[i])]);
      context.print(JSON.stringify({ file: argument, ...Object.fromEntries(entries) }));
    } else {
      rows.push([argument, ...values.map((value) => linesOf(value).join(several ? " " : "\n"))]);
    }
    reportFile(context, argument, file);
  });
  if (!context.json && several) {
    for (const line of textTable(["FILE", ...keys], rows)) context.print(line);
  } else if (!context.json) {
    for (const value of rows[0]!.slice(1)) context.print(value);
  }
  return missing + failed > 0 ? 1 : 0;
}

function isPattern(key: string): boolean {
  return /[*?]/.test(key);
}

/** Prints the keywords that are like some patterns, of the first HDU that has any of each. */
async function printMatches(
  context: CommandContext,
  hdu: string | undefined,
  patterns: readonly string[],
  headerOf: (hdu: Hdu) => Header,
): Promise<number> {
  const several = context.args.length > 1;
  const rows: string[][] = [];
  let missing = 0;
  const failed = await forEachFile(context, async (argument) => {
    await using file = await openArgument(context, argument, { takes: "hdu" });
    const choice = chosenHdu(file, hdu);
    const chosen = choice === undefined ? undefined : await file.hdu(choice);
    const values = new Map<string, CardValue | undefined>();
    for (const pattern of patterns) {
      const matches = (candidate: Hdu) => keywordsLike(headerOf(candidate), pattern);
      const has = (candidate: Hdu) => matches(candidate).length > 0;
      const where = chosen === undefined ? await file.find(has) : has(chosen) ? chosen : undefined;
      if (where === undefined) {
        missing++;
        context.fail(new FormatError(`${argument}: there is no ${pattern}`, { source: argument }));
      } else {
        for (const key of matches(where)) values.set(key, valueOf(headerOf(where), key));
      }
    }
    if (context.json) {
      const entries = [...values].map(([key, value]) => [key, jsonValue(value)]);
      context.print(JSON.stringify({ file: argument, ...Object.fromEntries(entries) }));
    }
    reportFile(context, argument, file);
    if (context.json) return;
    for (const [key, value] of values) {
      rows.push([...several ? [argument] : [], printable(key), linesOf(value).join(" ")]);
    }
  });
  if (rows.length > 0) {
    for (const line of textTable([...several ? ["FILE"] : [], "KEYWORD", "VALUE"], rows)) {
      context.print(line);
    }
  }
  return missing + failed > 0 ? 1 : 0;
}

/** The keywords of a header that are like a pattern, each once. */
function keywordsLike(header: Header, pattern: string): string[] {
  const wanted = pattern.toUpperCase();
  const all = header.cards.map(({ keyword }) => keyword).filter((keyword) => keyword !== "");
  return [...new Set(all)].filter((keyword) => matchesGlob(wanted, keyword.toUpperCase()));
}

/** The value of a keyword; of COMMENT and HISTORY their lines. */
function valueOf(header: Header, key: string): CardValue | undefined {
  const { kind, value } = header.card(key)!;
  return kind === "commentary" ? header.commentary(key).join("\n") : value;
}

/** A value for a person, line by line. */
function linesOf(value: CardValue | undefined): string[] {
  return typeof value === "string" ? value.split("\n").map(plainValue) : [plainValue(value)];
}

async function changeFiles(
  context: CommandContext,
  hdu: string | undefined,
  set: readonly string[],
  removed: readonly string[],
): Promise<number> {
  const assignments = set.map(parseAssignment);
  const change = (header: Header) => {
    for (const keyword of removed) header.delete(keyword);
    for (const assign of assignments) assign(header);
  };
  const failed = await forEachFile(context, async (argument) => {
    const { file, choice } = editedHdu(argument, hdu);
    const result = await fits.editHeader(file, choice, change);
    if (context.json) context.print(JSON.stringify({ file: argument, changed: result }));
    else context.print(`${argument}: ${changeInWords(result)}`);
  });
  return failed > 0 ? 1 : 0;
}

/** The file and the HDU that are edited; the name may select the HDU. */
function editedHdu(
  argument: string,
  named: string | undefined,
): { readonly file: string; readonly choice: number | string } {
  const { file, hdu, section, refused } = fits.localReading(argument);
  if (refused !== undefined) throw new UsageError(`'${argument}': ${refused}`);
  if (section !== undefined) {
    throw new UsageError(`'${argument}' selects the section ${section}, expected an HDU at most`);
  }
  if (hdu !== undefined && named !== undefined) {
    throw new UsageError(`--hdu is '${named}', but '${argument}' selects an HDU already`);
  }
  return { file, choice: hdu ?? hduChoice(named ?? "0") };
}

/** Reads `KEYWORD=value / comment`. */
function parseAssignment(text: string): (header: Header) => void {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--set is '${text}', expected KEYWORD=VALUE`);
  const keyword = text.slice(0, at).trim().toUpperCase();
  if (keyword === "COMMENT" || keyword === "HISTORY") {
    return (header) => header.addCommentary(keyword, text.slice(at + 1).trim());
  }
  const { kind, value, comment } = parseAssigned(text.slice(at + 1).trim());
  const hierarch = keyword.length > 8 || keyword.includes(" ");
  return (header) => {
    header.set(keyword, value, {
      comment: comment === "" ? undefined : comment,
      real: kind === "real",
      hierarch,
    });
    const kept = header.card(keyword)?.comment ?? comment;
    if (kept.length >= comment.length) return;
    throw new UsageError(
      `--set has a comment of ${comment.length} characters for ${keyword}, expected at most ` +
        `${kept.length}: a card has 80 characters`,
    );
  };
}

/** A value as a header has it; what a header would not have is text. */
function parseAssigned(text: string): Pick<ValueField, "kind" | "value" | "comment"> {
  if (text.startsWith("'")) {
    const field = fits.parseValueField(text);
    const [problem] = field.problems;
    if (problem === undefined) return field;
    throw new UsageError(
      `--set has the value ${text}: ${problem.message}; write a quote within a text twice`,
    );
  }
  const slash = text.indexOf(" / ");
  const plain = (slash < 0 ? text : text.slice(0, slash)).trim();
  const comment = slash < 0 ? "" : text.slice(slash + 3).trim();
  // An exponent may be in lower case here; a logical value may not.
  const field = fits.parseValueField(/^[tf]$/.test(plain) ? "" : plain.toUpperCase());
  if (field.problems.length > 0 || field.comment !== "" || field.kind === "undefined") {
    return { kind: "string", value: plain, comment };
  }
  return { kind: field.kind, value: field.value, comment };
}
