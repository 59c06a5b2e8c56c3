/** Reads the arguments and flags of a command line. */

import { parseArgs } from "../../deps.ts";
import { type Command, COMMON_FLAGS, type Flags, type FlagSpec, UsageError } from "./command.ts";
import { didYouMean } from "./did_you_mean.ts";

/** A command line that has been read. */
export interface Invocation {
  readonly args: string[];
  readonly flags: Readonly<
    Record<string, string | number | boolean | string[] | undefined>
  >;
  readonly common: {
    readonly json: boolean;
    readonly quiet: boolean;
    readonly verbose: boolean;
    readonly help: boolean;
  };
}

/** Before each name for `parseArgs`, which takes `--no-listing` for a flag `listing`. */
const PREFIX = "flag-";

/**
 * Reads the arguments of a command.
 *
 * @param command The command, for its flags.
 * @param args The arguments.
 * @returns Positional arguments and the values of the flags.
 * @throws {UsageError} If a flag is unknown, lacks its value or has a wrong one,
 * or if there are too few or too many arguments.
 */
export function readInvocation(
  command: Command,
  args: readonly string[],
): Invocation {
  const specs: Flags = { ...command.flags, ...COMMON_FLAGS };
  const names = Object.keys(specs);
  const ofType = (test: (type: FlagSpec["type"]) => boolean) =>
    names.filter((name) => test(specs[name]!.type)).map((name) => PREFIX + name);
  const parsed = parseArgs(joinValues(command.letters?.(args) ?? args, specs), {
    boolean: ofType((type) => type === "boolean"),
    string: ["_", ...ofType((type) => type !== "boolean")],
    collect: ofType((type) => type !== "boolean"),
  });
  const values: Record<
    string,
    string | number | boolean | string[] | undefined
  > = {};
  for (const name of names) {
    const given = parsed[PREFIX + name] as FlagText;
    const spec = specs[name]!;
    const variable = command.environment === true && Object.hasOwn(command.flags, name)
      ? environmentText(name, spec, given)
      : undefined;
    values[name] = variable === undefined
      ? flagValue(`--${name}`, spec, given)
      : flagValue(variable.name, spec, variable.text);
  }
  const positional = parsed._.map(String);
  if (!values.help) checkCount(command, positional);
  return {
    args: positional,
    flags: values,
    common: {
      json: values.json === true,
      quiet: values.quiet === true,
      verbose: values.verbose === true,
      help: values.help === true,
    },
  };
}

/**
 * Does what `parseArgs` lacks: a flag and its value become one word, since a value may begin
 * with `-` (`--range -500`); letters become the flags that they stand for; a flag that there
 * is not, or one with a value too many or too few, is refused at its place.
 */
function joinValues(args: readonly string[], specs: Flags): string[] {
  const words: string[] = [];
  // Flags without a value come last: `parseArgs` lets them take an argument that reads `true`
  // or `false`.
  const switches: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (argument === "--") return [...words, ...switches, ...args.slice(i)];
    if (!/^-./s.test(argument)) {
      words.push(argument);
      continue;
    }
    for (const { given, name, value } of flagsOf(argument, specs)) {
      const { type, value: placeholder = "VALUE", optional } = specs[name]!;
      if (type === "boolean" && value !== undefined) {
        throw new UsageError(`${given} takes no value, found '${value}'`);
      }
      if (type === "boolean") {
        switches.push(`--${PREFIX}${name}`);
        continue;
      }
      const alone = optional !== undefined && parseNumber(args[i + 1] ?? "") === undefined;
      const text = value ?? (alone ? optional : args[++i]);
      if (text === undefined) {
        throw new UsageError(`${given} needs a value: ${given} ${placeholder}`);
      }
      words.push(`--${PREFIX}${name}=${text}`);
    }
  }
  return [...words, ...switches];
}

/** A flag as it was typed. */
interface GivenFlag {
  readonly given: string;
  readonly name: string;
  readonly value?: string | undefined;
}

/** The flags of one argument: `--port=80` is one, `-qp80` two. */
function flagsOf(argument: string, specs: Flags): GivenFlag[] {
  if (argument.startsWith("--")) {
    const equals = argument.indexOf("=");
    const given = equals < 0 ? argument : argument.slice(0, equals);
    const name = given.slice(2);
    if (!Object.hasOwn(specs, name)) throw unknownFlag(given, Object.keys(specs));
    return [equals < 0 ? { given, name } : { given, name, value: argument.slice(equals + 1) }];
  }
  if (Object.hasOwn(specs, argument.slice(1))) throw unknownFlag(argument, Object.keys(specs));
  const flags: GivenFlag[] = [];
  for (let at = 1; at < argument.length; at++) {
    const letter = argument[at]!;
    const name = Object.keys(specs).find((name) => specs[name]!.short === letter);
    if (name === undefined) {
      throw unknownFlag(at === 1 ? argument : `-${letter}`, Object.keys(specs));
    }
    const given = `-${letter}`;
    const rest = argument.slice(at + 1);
    const hasValue = specs[name]!.type !== "boolean" || rest.startsWith("=");
    if (!hasValue || rest === "") flags.push({ given, name });
    else return [...flags, { given, name, value: rest.replace(/^=/, "") }];
  }
  return flags;
}

function unknownFlag(given: string, names: readonly string[]): UsageError {
  const word = given.replace(/^-+/, "");
  return new UsageError(`unknown flag '${given}'${didYouMean(word, names, "--")}`);
}

/** What `parseArgs` found of a flag: whether it is there, or its values. */
type FlagText = boolean | string[] | undefined;

function flagValue(
  given: string,
  spec: FlagSpec,
  found: FlagText,
): string | number | boolean | string[] | undefined {
  if (spec.type === "boolean") return found === true;
  const texts = (found ?? []) as string[];
  if (spec.type === "strings") return texts;
  if (texts.length > 1) {
    throw new UsageError(`${given} is given ${texts.length} times`);
  }
  const text = texts[0];
  if (text === undefined) return spec.default;
  if (spec.type === "string") return text;
  const { expected, fits } = NUMBERS[spec.type];
  const number = spec.type === "size" ? parseSize(text) : parseNumber(text);
  if (number !== undefined && fits(number)) return number;
  throw new UsageError(`${given} is '${text}', expected ${expected}`);
}

/** Words that switch a flag on or off. */
const SWITCH: Readonly<Record<string, boolean>> = {
  ...{ "1": true, true: true, yes: true, on: true },
  ...{ "0": false, false: false, no: false, off: false },
};

/** What the environment says of a flag that is not given: several values each on a line. */
function environmentText(
  flag: string,
  { type }: FlagSpec,
  given: FlagText,
): { readonly name: string; readonly text: FlagText } | undefined {
  const isGiven = Array.isArray(given) ? given.length > 0 : given === true;
  const name = `HELIOGRAPH_${flag.toUpperCase().replaceAll("-", "_")}`;
  if (isGiven || Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") {
    return undefined;
  }
  const text = Deno.env.get(name);
  if (text === undefined || text === "") return undefined;
  if (type === "strings") return { name, text: text.split("\n").filter((line) => line !== "") };
  if (type !== "boolean") return { name, text: [text] };
  const on = Object.hasOwn(SWITCH, text.toLowerCase()) ? SWITCH[text.toLowerCase()] : undefined;
  if (on !== undefined) return { name, text: on };
  throw new UsageError(`${name} is '${text}', expected 1 or 0`);
}

/** What the values of flags with numbers must be. */
const NUMBERS: Readonly<
  Record<
    Exclude<FlagSpec["type"], "boolean" | "string" | "strings">,
    { expected: string; fits: (value: number) => boolean }
  >
> = {
  number: { expected: "a number", fits: () => true },
  integer: {
    expected: "a whole number, 0 or more",
    fits: (value) => Number.isSafeInteger(value) && value >= 0,
  },
  count: {
    expected: "a whole number, 1 or more",
    fits: (value) => Number.isSafeInteger(value) && value >= 1,
  },
  port: {
    expected: "a whole number from 0 to 65535",
    fits: (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
  },
  seconds: { expected: "a number above 0", fits: (value) => value > 0 },
  size: { expected: "a number of bytes such as 4096 or 64M", fits: () => true },
};

function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Reads a number of bytes: `4096`, `64K`, `1.5G`, `2GiB`; suffixes are powers of 1024. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text);
  if (match === null) return undefined;
  return Math.round(
    Number(match[1]) * 1024 ** " KMGT".indexOf(match[2]!.toUpperCase() || " "),
  );
}

function checkCount(command: Command, positional: readonly string[]): void {
  const [least, most] = command.arguments;
  if (positional.length < least) {
    throw new UsageError(
      `needs ${least === most ? "" : "at least "}${
        plural(least)
      }: ${command.name} ${command.usage}`,
    );
  }
  if (positional.length > most) {
    const taken = most === 0 ? "no arguments" : `at most ${plural(most)}`;
    throw new UsageError(`takes ${taken}; '${positional[most]}' is one too many`);
  }
}

function plural(count: number): string {
  return count === 1 ? "1 argument" : `${count} arguments`;
}
