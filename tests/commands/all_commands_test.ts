/** What holds for every command of the program, whatever it does: one table, in one process. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Command,
  COMMON_FLAGS,
  type FlagSpec,
  UsageError,
} from "../../commands/program/command.ts";
import { commandHelp } from "../../commands/program/help.ts";
import { readInvocation } from "../../commands/program/invocation.ts";
import { allCommands } from "../support/commands.ts";

const all = await allCommands();
const commands = [...all.values()];

Deno.test("every command has the name that calls it", () => {
  assertEquals(commands.map(({ name }) => name), [...all.keys()]);
});

Deno.test("no line of a help text is wider than the terminal, but for the examples", () => {
  for (const width of [80, 100, 120]) {
    const long = commands.flatMap((command) =>
      commandHelp(command, width).replace(/\n\nExamples?:\n.*$/s, "").split("\n")
        .filter((line) => line.length > width)
        .map((line) => `${command.name}: ${line}`)
    );
    assertEquals(long, [], `${width}`);
  }
});

const flagsOf = ({ flags }: Command): [string, FlagSpec][] =>
  Object.entries({ ...flags, ...COMMON_FLAGS });

/** What {@linkcode readInvocation} says to a line that is wrong. */
function refusal(command: Command, ...line: string[]): string {
  return assertThrows(() => readInvocation(command, line), UsageError).message;
}

/** A command line as a shell splits it: words, or text in single quotes. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);

for (const command of commands) {
  Deno.test(`heliograph ${command.name}: flags that are unknown, misspelt, or lack their value`, () => {
    assertEquals(refusal(command, "--zzzzzzzzzz"), "unknown flag '--zzzzzzzzzz'");
    for (const word of ["--_", "--__proto__", "--constructor", "-_", "-?"]) {
      assert(refusal(command, word, "x").startsWith(`unknown flag '${word}'`), word);
    }
    for (const [name, { type, short, value, optional }] of flagsOf(command)) {
      assertEquals(
        refusal(command, `--${name}q`, "1"),
        `unknown flag '--${name}q'; did you mean '--${name}'?`,
      );
      if (name.length > 1) {
        assertEquals(
          refusal(command, `-${name}`),
          `unknown flag '-${name}'; did you mean '--${name}'?`,
        );
      }
      const forms = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
      for (const form of forms) {
        if (type === "boolean") {
          assertEquals(refusal(command, `${form}=x`), `${form} takes no value, found 'x'`);
        } else if (optional === undefined) {
          assertEquals(
            refusal(command, form),
            `${form} needs a value: ${form} ${value ?? "VALUE"}`,
          );
        }
      }
    }
  });

  Deno.test(`heliograph ${command.name}: numbers that are none or out of range`, () => {
    const wrong: Partial<Record<FlagSpec["type"], [string[], string]>> = {
      number: [["x", "", "0x10", "1e", "NaN", "Infinity"], "a number"],
      integer: [["x", "", "-1", "1.5", "1e99"], "a whole number, 0 or more"],
      count: [["x", "", "0", "-1", "1.5"], "a whole number, 1 or more"],
      port: [["x", "", "-1", "65536", "80.5"], "a whole number from 0 to 65535"],
      seconds: [["x", "", "0", "-1"], "a number above 0"],
      size: [["x", "", "-1", "5X", "1e3"], "a number of bytes such as 4096 or 64M"],
    };
    for (const [name, { type }] of flagsOf(command)) {
      const [values, expected] = wrong[type] ?? [[], ""];
      for (const value of values) {
        assertEquals(
          refusal(command, `--${name}=${value}`),
          `--${name} is '${value}', expected ${expected}`,
        );
      }
      if (!["boolean", "strings"].includes(type)) {
        assertEquals(
          refusal(command, `--${name}=1`, `--${name}`, "1"),
          `--${name} is given 2 times`,
        );
      }
    }
  });

  Deno.test(`heliograph ${command.name}: an example that can be pasted, with its permissions`, () => {
    const name = command.name.split(" ");
    for (const example of [command.example, ...command.examples ?? []]) {
      const words = wordsOf(example);
      assertEquals(words.slice(0, name.length), name);
      readInvocation(command, words.slice(name.length));
    }
    for (const permission of command.permissions) {
      assert(/^--allow-(net|read|write|env)(=[\w.:,/-]+)?$/.test(permission), permission);
    }
  });
}
