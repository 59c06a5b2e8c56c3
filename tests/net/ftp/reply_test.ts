import { assertEquals, assertThrows } from "@std/assert";
import { LimitError } from "../../../net/errors.ts";
import { FtpError } from "../../../net/ftp/error.ts";
import {
  commandLine,
  extendedPassivePort,
  featuresOf,
  type FtpReply,
  FtpReplyParser,
  passivePort,
  readTimeVal,
  sizeOf,
  workingFolder,
} from "../../../net/ftp/reply.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

function replies(lines: string[]): FtpReply[] {
  const parser = new FtpReplyParser();
  return lines.map((line) => parser.push(line)).filter((reply) => reply !== null);
}

Deno.test("FtpReplyParser reads single and multi-line replies, other codes in between", () => {
  assertEquals(
    replies([
      "220 ready",
      "211-Features:",
      " MDTM",
      "226 is no end",
      "211-again",
      "",
      "211 End",
      "200",
    ]),
    [
      { code: 220, lines: ["ready"] },
      { code: 211, lines: ["Features:", " MDTM", "226 is no end", "again", "", "End"] },
      { code: 200, lines: [""] },
    ],
  );
});

for (const line of ["", "hello", "99 x", "600 x", "2200", "22", "220_x", "\u0000"]) {
  Deno.test(`FtpReplyParser refuses ${JSON.stringify(line)} as a reply`, () => {
    assertThrows(() => replies([line]), FtpError, "expected three digits");
  });
}

Deno.test("FtpReplyParser bounds a reply without an end", () => {
  const parser = new FtpReplyParser();
  parser.push("220-x");
  assertThrows(() => {
    for (let i = 0; i < 10_000; i++) parser.push("more");
  }, LimitError);
});

const reply = (code: number, ...lines: string[]): FtpReply => ({ code, lines });

Deno.test("passivePort() takes the port and no address", () => {
  assertEquals(passivePort(reply(227, "Entering Passive Mode (10,0,0,1,195,80)")), 50_000);
  assertEquals(passivePort(reply(227, "=127,0,0,1,4,1")), 1025);
});

for (const text of ["", "(1,2,3,4,5)", "(1,2,3,4,256,1)", "(1,2,3,4,0,0)", "(999,2,3,4,5,6)"]) {
  Deno.test(`passivePort() refuses '${text}'`, () => {
    assertThrows(() => passivePort(reply(227, text)), FtpError, "six numbers");
  });
}

Deno.test("extendedPassivePort() takes any delimiter", () => {
  assertEquals(extendedPassivePort(reply(229, "Extended (|||6446|)")), 6446);
  assertEquals(extendedPassivePort(reply(229, "(!!!1!)")), 1);
});

for (const text of ["", "(|||0|)", "(|||65536|)", "(|||-1|)", "(||6446|)", "|||6446|", "(|||1!)"]) {
  Deno.test(`extendedPassivePort() refuses '${text}'`, () => {
    assertThrows(() => extendedPassivePort(reply(229, text)), FtpError, "(|||6446|)");
  });
}

Deno.test("sizeOf() reads whole numbers that fit", () => {
  const sizes = [
    "0",
    " 2880 ",
    "9007199254740991",
    "9007199254740993",
    "-1",
    "1e3",
    "99999999999999999",
  ];
  assertEquals(sizes.map((text) => sizeOf(reply(213, text))), [
    0,
    2880,
    9007199254740991,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("readTimeVal() reads times in UTC", () => {
  const times: [string, string | undefined][] = [
    ["20140901111556", "2014-09-01T11:15:56.000Z"],
    ["20140901111556.207", "2014-09-01T11:15:56.207Z"],
    ["20161231235960", "2017-01-01T00:00:00.000Z"],
    ["00500101111556", "0050-01-01T11:15:56.000Z"],
    ["00000229000000", "0000-02-29T00:00:00.000Z"],
    ["20140230000000", undefined],
    ["20141301000000", undefined],
    ["20140101240000", undefined],
    ["2014", undefined],
  ];
  for (const [text, expected] of times) {
    assertEquals(readTimeVal(text)?.toISOString(), expected, text);
  }
});

Deno.test("featuresOf() lists names in upper case with what follows", () => {
  const features = featuresOf(reply(211, "Features:", " mdtm", " MLST size*;modify*;", "End"));
  assertEquals([...features], [["MDTM", ""], ["MLST", "size*;modify*;"]]);
});

Deno.test("workingFolder() undoes doubled quotes", () => {
  assertEquals(workingFolder(reply(257, '"/a ""b"" c" is the folder')), '/a "b" c');
  assertEquals(workingFolder(reply(257, "no quotes")), undefined);
});

for (const argument of ["a\r\nDELE b", "a\nb", "a\rb", "a\0b"]) {
  Deno.test(`commandLine() refuses ${JSON.stringify(argument)}`, () => {
    assertThrows(() => commandLine("RETR", argument), FtpError, "line break or NUL");
  });
}

Deno.test("commandLine() never shows a password", () => {
  const error = assertThrows(() => commandLine("PASS", "secret\n"), FtpError);
  assertEquals(error.message.includes("secret"), false);
});

Deno.test("the parsers of replies throw nothing but their own errors", async () => {
  const pieces = ["2", "220", "-", " ", "(", "|||", ",", "1", "99999", "\0", "\u00ff", '"', "x"];
  await fuzz(fuzzRounds(3_000, 100_000), 1, (random) => {
    const text = Array.from({ length: random.integer(0, 12) }, () => random.pick(pieces)).join("");
    for (
      const run of [
        () => new FtpReplyParser().push(text),
        () => passivePort(reply(227, text)),
        () => extendedPassivePort(reply(229, text)),
        () => [sizeOf(reply(213, text)), readTimeVal(text), workingFolder(reply(257, text))],
      ]
    ) {
      try {
        run();
      } catch (error) {
        if (!(error instanceof FtpError)) throw error;
      }
    }
  });
});
