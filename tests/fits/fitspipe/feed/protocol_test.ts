import { assertEquals, assertThrows } from "@std/assert";
import { HeliographError, LimitError, ProtocolError } from "../../../../net/errors.ts";
import {
  type Command,
  errorReply,
  feedLine,
  feedLineBound,
  frameLine,
  getErrorReply,
  HELP_LINES,
  nextInput,
  okReply,
  parseCommand,
  parseFeedLine,
  parseFrameLine,
  replyKind,
} from "../../../../fits/fitspipe/feed/protocol.ts";
import { fuzz, fuzzRounds } from "../../../support/random.ts";

const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const bytes = (line: string) => new TextEncoder().encode(line);

Deno.test("parseCommand() reads every command and its arguments in any order", () => {
  const get = { name: "get", feed: "default", frame: undefined, fullHeader: false } as const;
  const cases: [string, Command | undefined][] = [
    ["", undefined],
    ["  \t ", undefined],
    ["version", { name: "version" }],
    ["help", { name: "help" }],
    ["ls", { name: "ls" }],
    ["list", { name: "ls" }],
    ["q", { name: "exit" }],
    ["quit", { name: "exit" }],
    [" exit ", { name: "exit" }],
    ["shutdown", { name: "shutdown" }],
    ["put", { name: "put", feed: "default" }],
    ["put feed=cam.1:b-2_x", { name: "put", feed: "cam.1:b-2_x" }],
    ["get", get],
    ["get feed=default frame=1042 fullheader=1", { ...get, frame: 1042, fullHeader: true }],
    ['get fullheader=true frame=0 feed="a"', { ...get, feed: "a", frame: 0, fullHeader: true }],
    ["get fullheader=0", get],
    ["composite compenable=false", {
      name: "composite",
      enable: false,
      columns: undefined,
      rows: undefined,
      feeds: [],
    }],
    ["composite compgeom=2x1 compfeeds=a,b compenable=true", {
      name: "composite",
      enable: true,
      columns: 2,
      rows: 1,
      feeds: ["a", "b"],
    }],
  ];
  for (const [line, command] of cases) assertEquals(parseCommand(line), command, line);
});

Deno.test("parseCommand() says what is wrong, in words that suit a reply", () => {
  const cases: [string, string][] = [
    ["dance", "unknown command 'dance'"],
    ["constructor", "unknown command 'constructor'"],
    ["LS", "unknown command 'LS'"],
    ["get frame", "expected NAME=VALUE, found 'frame'"],
    ["get =5", "expected NAME=VALUE, found '=5'"],
    ["get frame=1 frame=2", "'frame' is given twice"],
    ["get depth=2", "get takes no 'depth'"],
    ["ls feed=a", "ls takes no 'feed'"],
    ["get frame=-1", "bad frame number '-1'"],
    ["get frame=1e9", "bad frame number '1e9'"],
    ["get frame=99999999999", "bad frame number '99999999999'"],
    ["get fullheader=maybe", "bad fullheader 'maybe', expected true or false"],
    ["put feed=", "bad feed name ''"],
    ["put feed=a#b", "bad feed name 'a#b'"],
    ["put feed=../x", "bad feed name '../x'"],
    [`put feed=${"x".repeat(65)}`, "bad feed name 'xxxxxxxxxxxxxxxxxxxxx...'"],
    ['put feed="a b"', "bad feed name 'a b'"],
    ['put feed="a', "a double quote is not closed"],
    ["composite", "composite needs compenable=true or false"],
    ["composite compenable=1 compgeom=axb", "bad compgeom 'axb', expected COLUMNSxROWS"],
    ["\x1b[2J", "unknown command '?[2J'"],
  ];
  for (const [line, message] of cases) {
    assertEquals(assertThrows(() => parseCommand(line), ProtocolError).message, message, line);
  }
});

Deno.test("nextInput() ends a command at LF, CR LF, NUL, a FITS file, or silence", () => {
  const line = (text: string, bytes: number) => ({ kind: "line", line: text, bytes } as const);
  const fits = { kind: "fits" } as const;
  const cases: [string, boolean, ReturnType<typeof nextInput>][] = [
    ["", true, undefined],
    ["ls", false, undefined],
    ["ls", true, line("ls", 2)],
    ["ls\n", false, line("ls", 3)],
    ["ls\r\nversion", false, line("ls", 4)],
    ["ls\0", false, line("ls", 3)],
    ["\n", false, line("", 1)],
    ["SIMPLE  =", false, fits],
    ["SIMPLE  =     T\n", false, fits],
    ["SIMP", true, undefined],
    ["SIMPLY\n", false, line("SIMPLY", 7)],
    ["XTENSION= 'IMAGE'", false, { kind: "extension" }],
    ["XTENSI", true, undefined],
    ["S", true, line("S", 1)],
    ["put feed=aSIMPLE  =   T", false, line("put feed=a", 10)],
  ];
  for (const [input, silent, expected] of cases) {
    assertEquals(nextInput(bytes(input), silent), expected, JSON.stringify(input));
  }
  assertThrows(() => nextInput(bytes("x".repeat(4_097)), false), LimitError, "longer than 4096");
});

Deno.test("replies have the bytes of the protocol", () => {
  assertEquals(text(okReply()), ". OK\n");
  assertEquals(text(okReply(["a", "b"], " frame=7")), "+ a\n+ b\n. OK frame=7\n");
  assertEquals(text(errorReply("no\nway")), "! no?way\n");
  assertEquals(text(getErrorReply("no feed 'x'")), "! no feed 'x'".padEnd(39) + "\n");
  assertEquals(
    text(getErrorReply("long ".repeat(20))),
    "! long long long long long long long lo\n",
  );
  assertEquals(HELP_LINES.length, 10);
});

Deno.test("frameLine() is the 40 bytes that the published client reads", () => {
  const line = frameLine({ frame: 1042, width: 640, height: 480 });
  assertEquals(text(line), "#       1042        640 x        480   \n");
  const largest = { frame: 9_999_999_999, width: 1_234_567_890, height: 9_999_999_999 };
  assertEquals(text(frameLine(largest)), "# 9999999999 1234567890 x 9999999999   \n");
  assertEquals(parseFrameLine(frameLine(largest)), largest);
  assertEquals(parseFrameLine(line), { frame: 1042, width: 640, height: 480 });
  assertThrows(() => frameLine({ frame: 1e11, width: 1, height: 1 }), LimitError);
});

Deno.test("parseFrameLine() tolerates zeros and whatever stands between the fields", () => {
  const line = "# 000000010420000000640???0000000480????";
  assertEquals(parseFrameLine(bytes(line)), { frame: 1042, width: 640, height: 480 });
  for (
    const wrong of [
      "",
      "! no",
      line.slice(0, 39),
      line.replace("# ", ". "),
      line.replace("64", "6x"),
    ]
  ) {
    assertThrows(() => parseFrameLine(bytes(wrong)), ProtocolError, "Cannot read the line");
  }
});

Deno.test("feedLine() and parseFeedLine() agree; the bound of a line holds", () => {
  const info = {
    feed: "cam",
    newest: 70,
    oldest: 7,
    depth: 64,
    width: 640,
    height: 480,
    frames: 70,
  };
  const line = "feed=cam newest=70 oldest=7 depth=64 width=640 height=480 frames=70";
  assertEquals(feedLine(info), line);
  assertEquals(parseFeedLine(line), info);
  assertEquals(parseFeedLine("newest=70 feed=cam depth=64 colour=red"), {
    ...info,
    width: 0,
    height: 0,
  });
  assertEquals(
    feedLineBound("cam") >= feedLine({ ...info, newest: 9_999_999_999 }).length + 3,
    true,
  );
  for (const wrong of ["feed=a", "newest=1", "feed=a newest=x", "feed", 'feed="a newest=1']) {
    assertThrows(() => parseFeedLine(wrong), ProtocolError, undefined, wrong);
  }
});

Deno.test("replyKind() knows the four prefixes and no other", () => {
  assertEquals(["+ ", "! ", "# ", ". "].map(replyKind), ["more", "error", "frame", "ok"]);
  assertThrows(() => replyKind("HT"), HeliographError, `reply begins with "HT"`);
});

Deno.test("the core never throws anything but its own errors, whatever arrives", async () => {
  const words = [
    "get",
    "put",
    "ls",
    "feed=",
    "frame=",
    "SIMPLE  =",
    '"',
    "=",
    "\n",
    "\0",
    " ",
    "#",
  ];
  await fuzz(fuzzRounds(10_000, 100_000), 99_000, (random) => {
    const pieces = Array.from(
      { length: random.integer(0, 12) },
      () => random.next() < 0.5 ? random.pick(words) : text(random.bytes(random.integer(0, 20))),
    );
    let rest = Uint8Array.from(pieces.join(""), (char) => char.charCodeAt(0));
    for (let guard = rest.length + 2; guard > 0; guard--) {
      const input = nextInput(rest, guard % 2 === 0);
      if (input === undefined) {
        if (guard % 2 === 0) break;
        continue;
      }
      if (input.kind !== "line") break;
      assertEquals(input.bytes > 0 && input.bytes <= rest.length, true);
      for (
        const parse of [parseCommand, parseFeedLine, (line: string) => parseFrameLine(bytes(line))]
      ) {
        try {
          parse(input.line);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
        }
      }
      rest = rest.subarray(input.bytes);
    }
  });
});
