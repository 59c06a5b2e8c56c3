/**
 * The cases of the Autobahn test suite (25.10, 517 of them) in its own numbering,
 * each as what a peer sends and what it must get back from an end that echoes
 * every message.
 */

import { SeededRandom } from "../random.ts";
import { describe, type WebSocketProbe } from "./probe.ts";

/** What a peer sends next. */
export interface Step {
  /** The bytes, made for the probe's role. */
  readonly bytes: (probe: WebSocketProbe) => Uint8Array;
  /** Written in pieces of this many bytes. */
  readonly chop?: number;
  /** How many answers must have come before the next step. */
  readonly wait?: number;
}

/** A case that is a list of frames. */
export interface FrameCase {
  readonly id: string;
  readonly steps: readonly Step[];
  /** The answers, the close frame last. */
  readonly expected: readonly string[];
}

const text = (value: string) => new TextEncoder().encode(value);
const repeated = (length: number, byte: number) => new Uint8Array(length).fill(byte);

interface Frame {
  opcode: number;
  final?: boolean;
  rsv?: number;
  payload?: Uint8Array | string;
}

function step(frames: readonly Frame[], more: Partial<Step> = {}): Step {
  return {
    bytes: (probe) => {
      const parts = frames.map((parts) => probe.frame(parts));
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    },
    ...more,
  };
}

const closing = (code: number): Frame => ({
  opcode: 8,
  payload: new Uint8Array([code >> 8, code]),
});
const CLOSE = closing(1000);

/** A case whose frames are right: they are echoed, and the closing handshake is clean. */
function good(id: string, frames: Frame[], answers: string[], chop?: number): FrameCase {
  const steps = [step([...frames, CLOSE], chop === undefined ? {} : { chop })];
  return { id, steps, expected: [...answers, "close 1000"] };
}

/** A case that must fail with a code, after some answers. */
function bad(
  id: string,
  frames: Frame[],
  code: number,
  answers: string[] = [],
  chop?: number,
): FrameCase {
  const steps = [step(frames, chop === undefined ? {} : { chop })];
  return { id, steps, expected: [...answers, `close ${code}`] };
}

const HELLO = "Hello, world!";
const ECHO = describe("text", HELLO);
const hello: Frame = { opcode: 1, payload: HELLO };
const PING: Frame = { opcode: 9 };

function framing(): FrameCase[] {
  const sizes = [0, 125, 126, 127, 128, 65_535, 65_536, 65_536];
  const group = (prefix: string, opcode: number, kind: string, byte: number) =>
    sizes.map((size, i) => {
      const payload = repeated(size, byte);
      const chop = i === 7 ? 997 : undefined;
      return good(`${prefix}.${i + 1}`, [{ opcode, payload }], [describe(kind, payload)], chop);
    });
  return [...group("1.1", 1, "text", 0x2a), ...group("1.2", 2, "binary", 0xfe)];
}

function pings(): FrameCase[] {
  const ping = (payload: Uint8Array | string): Frame => ({ opcode: 9, payload });
  const pong = (payload: Uint8Array | string) => describe("pong", payload);
  const binary = Uint8Array.fromHex("00fffefdfcfb00ff");
  const ten = Array.from({ length: 10 }, (_, i) => `payload-${i}`);
  const late = "unsolicited pong payload";
  return [
    good("2.1", [PING], [pong("")]),
    good("2.2", [ping(HELLO)], [pong(HELLO)]),
    good("2.3", [ping(binary)], [pong(binary)]),
    good("2.4", [ping(repeated(125, 0xfe))], [pong(repeated(125, 0xfe))]),
    bad("2.5", [ping(repeated(126, 0xfe))], 1002),
    good("2.6", [ping(repeated(125, 0xfe))], [pong(repeated(125, 0xfe))], 1),
    good("2.7", [{ opcode: 10 }], []),
    good("2.8", [{ opcode: 10, payload: late }], []),
    good("2.9", [{ opcode: 10, payload: late }, ping("ping payload")], [pong("ping payload")]),
    good("2.10", ten.map(ping), ten.map(pong)),
    good("2.11", ten.map(ping), ten.map(pong), 1),
  ];
}

function reservedBits(): FrameCase[] {
  return [
    bad("3.1", [{ ...hello, rsv: 1 }], 1002),
    bad("3.2", [hello, { ...hello, rsv: 2 }, PING], 1002, [ECHO]),
    bad("3.3", [hello, { ...hello, rsv: 3 }, PING], 1002, [ECHO], 40),
    bad("3.4", [hello, { ...hello, rsv: 4 }, PING], 1002, [ECHO], 1),
    bad("3.5", [{ opcode: 2, rsv: 5, payload: repeated(8, 0xff) }], 1002),
    bad("3.6", [{ opcode: 9, rsv: 6, payload: HELLO }], 1002),
    bad("3.7", [{ ...CLOSE, rsv: 7 }], 1002),
  ];
}

function opcodes(): FrameCase[] {
  const group = (prefix: string, first: number) => [
    bad(`${prefix}.1`, [{ opcode: first }], 1002),
    bad(`${prefix}.2`, [{ opcode: first + 1, payload: "reserved opcode payload" }], 1002),
    bad(`${prefix}.3`, [hello, { opcode: first + 2 }, PING], 1002, [ECHO]),
    bad(`${prefix}.4`, [hello, { opcode: first + 3, payload: HELLO }, PING], 1002, [ECHO]),
    bad(`${prefix}.5`, [hello, { opcode: first + 4, payload: HELLO }, PING], 1002, [ECHO], 1),
  ];
  return [...group("4.1", 3), ...group("4.2", 11)];
}

function fragmentation(): FrameCase[] {
  const parts = ["fragment1", "fragment2"];
  const whole = describe("text", parts.join(""));
  const two: Frame[] = [
    { opcode: 1, final: false, payload: parts[0]! },
    { opcode: 0, payload: parts[1]! },
  ];
  const between = [two[0]!, { opcode: 9, payload: "ping payload" }, two[1]!];
  const pong = describe("pong", "ping payload");
  const orphan = (final: boolean): Frame => ({ opcode: 0, final, payload: "non-continuation" });
  const fragments = [1, 2, 3, 4, 5].map((i) => `fragment${i}`);
  const pieces = (from: number, to: number) =>
    fragments.slice(from, to).map((payload, i): Frame => ({
      opcode: from + i === 0 ? 1 : 0,
      final: from + i === 4,
      payload,
    }));
  const interrupted = (id: string, chop?: number): FrameCase => ({
    id,
    steps: [
      step([...pieces(0, 2), { opcode: 9, payload: "pongme 1!" }], { wait: 1 }),
      step(
        [...pieces(2, 4), { opcode: 9, payload: "pongme 2!" }, ...pieces(4, 5), CLOSE],
        chop === undefined ? {} : { chop },
      ),
    ],
    expected: [
      describe("pong", "pongme 1!"),
      describe("pong", "pongme 2!"),
      describe("text", fragments.join("")),
      "close 1000",
    ],
  });
  return [
    bad(
      "5.1",
      [{ opcode: 9, final: false, payload: parts[0]! }, { opcode: 0, payload: parts[1]! }],
      1002,
    ),
    bad("5.2", [{ opcode: 10, final: false, payload: parts[0]! }, {
      opcode: 0,
      payload: parts[1]!,
    }], 1002),
    good("5.3", two, [whole]),
    good("5.4", two, [whole], 15),
    good("5.5", two, [whole], 1),
    good("5.6", between, [pong, whole]),
    good("5.7", between, [pong, whole], 15),
    good("5.8", between, [pong, whole], 1),
    bad("5.9", [orphan(true), hello], 1002),
    bad("5.10", [orphan(true), hello], 1002, [], 18),
    bad("5.11", [orphan(true), hello], 1002, [], 1),
    bad("5.12", [orphan(false), hello], 1002),
    bad("5.13", [orphan(false), hello], 1002, [], 18),
    bad("5.14", [orphan(false), hello], 1002, [], 1),
    bad("5.15", [...two, orphan(false), hello], 1002, [whole]),
    bad("5.16", [orphan(false), hello, orphan(false), hello], 1002),
    bad("5.17", [orphan(true), hello, orphan(true), hello], 1002),
    bad("5.18", [two[0]!, { opcode: 1, payload: parts[1]! }], 1002),
    interrupted("5.19"),
    interrupted("5.20", 15),
  ];
}

/** Sequences of UTF-8 after Markus Kuhn's stress test, group by group; true where they are valid. */
function utf8Sequences(): [valid: boolean, hex: string][][] {
  const sample = "cebae1bdb9cf83cebcceb5";
  const ends = new Set([2, 5, 7, 9, 11]);
  const yes = (...list: string[]) => list.map((hex): [boolean, string] => [true, hex]);
  const no = (...list: string[]) => list.map((hex): [boolean, string] => [false, hex]);
  const around = (hex: string) => text("hello").toHex() + hex + text("world").toHex();
  const missing = [
    ..."c0 e080 f08080 f8808080 fc80808080".split(" "),
    ..."df efbf f7bfbf fbbfbfbf fdbfbfbfbf".split(" "),
  ];
  const alone = ([from, to]: [number, number]) =>
    Array.from({ length: to - from }, (_, i) => (from + i).toString(16) + "20").join("");
  const nonCharacters: string[] = [];
  for (const first of ["f0", "f1", "f2", "f3", "f4"]) {
    for (const second of ["8f", "9f", "af", "bf"]) {
      if (first === "f4" ? second === "8f" : first !== "f0" || second !== "8f") {
        nonCharacters.push(`${first}${second}bfbe`, `${first}${second}bfbf`);
      }
    }
  }
  const middle = Array.from({ length: 0xbf - 0x80 }, (_, i) => (0x80 + i).toString(16)).join("");
  return [
    yes(...["24", "c2a2", "e282ac", "f0a4ada2"].map(around), sample),
    Array.from({ length: 11 }, (_, i) => [ends.has(i + 1), sample.slice(0, 2 * i + 2)]),
    yes("00", "c280", "e0a080", "f0908080"),
    no("f888808080", "fc8480808080"),
    yes("7f", "dfbf", "efbfbf", "f48fbfbf"),
    no("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"),
    [...yes("ed9fbf", "ee8080", "efbfbd", "f48fbfbf"), ...no("f4908080")],
    no("80", "bf", "80bf", "80bf80", "80bf80bf", "80bf80bf80", "80bf80bf80bf", middle),
    no(...([[0xc0, 0xdf], [0xe0, 0xef], [0xf0, 0xf7], [0xf8, 0xfb], [0xfc, 0xfd]] as const)
      .map(([from, to]) => alone([from, to]))),
    no(...missing),
    no(missing.join("")),
    no("fe", "ff", "fefeffff"),
    no("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"),
    no("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"),
    no("c080", "e08080", "f0808080", "f880808080", "fc8080808080"),
    no("eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf"),
    no(
      ...["a080edb080", "a080edbfbf", "adbfedb080", "adbfedbfbf"].map((hex) => "ed" + hex),
      ...["ae80edb080", "ae80edbfbf", "afbfedb080", "afbfedbfbf"].map((hex) => "ed" + hex),
    ),
    yes("efbfbe", "efbfbf", ...nonCharacters),
    yes("efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf"),
  ];
}

function octetFrames(payload: Uint8Array): Frame[] {
  return Array.from(payload, (_, i) => ({
    opcode: i === 0 ? 1 : 0,
    final: i === payload.length - 1,
    payload: payload.subarray(i, i + 1),
  }));
}

function utf8(): FrameCase[] {
  const greeting = text("Hello-µ@ßöäüàá-UTF-8!!");
  const kosme = Uint8Array.fromHex("cebae1bdb9cf83cebcceb5");
  const broken = Uint8Array.fromHex("cebae1bdb9cf83cebcceb5eda080656469746564");
  const frames = (...payloads: (Uint8Array | string)[]) =>
    payloads.map((payload, i): Frame => ({
      opcode: i === 0 ? 1 : 0,
      final: i === payloads.length - 1,
      payload,
    }));
  // The connection fails before the message is complete: the rest is never sent.
  const failFast = (id: string, second: string, whole: boolean): FrameCase => {
    const rest = Uint8Array.fromHex(second);
    return {
      id,
      steps: whole
        ? [step([
          { opcode: 1, final: false, payload: kosme },
          { opcode: 0, final: false, payload: rest },
        ])]
        : [{
          bytes: (probe) => {
            const all = new Uint8Array([...kosme, ...rest, ...text("edited")]);
            const bytes = probe.frame({ opcode: 1, payload: all });
            return bytes.subarray(0, bytes.length - 6 - (rest.length - 2));
          },
        }],
      expected: ["close 1007"],
    };
  };
  const cases = [
    good("6.1.1", [{ opcode: 1 }], [describe("text", "")]),
    good("6.1.2", frames("", "", ""), [describe("text", "")]),
    good("6.1.3", frames("", "middle frame payload", ""), [
      describe("text", "middle frame payload"),
    ]),
    good("6.2.1", frames(greeting), [describe("text", greeting)]),
    good("6.2.2", frames(greeting.subarray(0, 12), greeting.subarray(12)), [
      describe("text", greeting),
    ]),
    good("6.2.3", octetFrames(greeting), [describe("text", greeting)]),
    good("6.2.4", octetFrames(kosme), [describe("text", kosme)]),
    bad("6.3.1", frames(broken), 1007),
    bad("6.3.2", octetFrames(broken), 1007),
    failFast("6.4.1", "f4908080", true),
    failFast("6.4.2", "f490", true),
    failFast("6.4.3", "f4908080", false),
    failFast("6.4.4", "f490", false),
  ];
  for (const [i, group] of utf8Sequences().entries()) {
    for (const [j, [valid, hex]] of group.entries()) {
      const [id, payload] = [`6.${i + 5}.${j + 1}`, Uint8Array.fromHex(hex)];
      const sent = [{ opcode: 1, payload }];
      cases.push(valid ? good(id, sent, [describe("text", payload)]) : bad(id, sent, 1007));
    }
  }
  return cases;
}

function closes(): FrameCase[] {
  const close = (payload: Uint8Array): Frame => ({ opcode: 8, payload });
  const reasoned = (reason: Uint8Array) => close(new Uint8Array([3, 232, ...reason]));
  const large = repeated(262_144, 0x2a);
  const valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
  const invalid = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
  const brokenReason = Uint8Array.fromHex("cebae1bdb9cf83cebcceb5eda080656469746564");
  return [
    bad("7.1.1", [hello, CLOSE], 1000, [ECHO]),
    bad("7.1.2", [CLOSE, CLOSE], 1000),
    bad("7.1.3", [CLOSE, PING], 1000),
    bad("7.1.4", [CLOSE, hello], 1000),
    bad("7.1.5", [{ opcode: 1, final: false, payload: "fragment1" }, CLOSE, { opcode: 0 }], 1000),
    bad("7.1.6", [{ opcode: 1, payload: large }, hello, CLOSE, PING], 1000, [
      describe("text", large),
      ECHO,
    ]),
    bad("7.3.1", [{ opcode: 8 }], 1005),
    bad("7.3.2", [close(repeated(1, 0x61))], 1002),
    bad("7.3.3", [CLOSE], 1000),
    bad("7.3.4", [reasoned(text("Hello World!"))], 1000),
    bad("7.3.5", [reasoned(repeated(123, 0x2a))], 1000),
    bad("7.3.6", [reasoned(repeated(124, 0x2a))], 1002),
    bad("7.5.1", [reasoned(brokenReason)], 1007),
    ...valid.map((code, i) => bad(`7.7.${i + 1}`, [closing(code)], code)),
    ...invalid.map((code, i) => bad(`7.9.${i + 1}`, [closing(code)], 1002)),
    bad("7.13.1", [closing(5000)], 1002),
    bad("7.13.2", [closing(65_535)], 1002),
  ];
}

function limits(): FrameCase[] {
  const cases: FrameCase[] = [];
  const kinds = [["text", 1, 0x2a], ["binary", 2, 0xfe]] as const;
  const sizes = [65_536, 262_144, 1 << 20, 4 << 20, 8 << 20, 16 << 20];
  for (const [group, [kind, opcode, byte]] of kinds.entries()) {
    for (const [i, size] of sizes.entries()) {
      const payload = repeated(size, byte);
      cases.push(good(`9.${group + 1}.${i + 1}`, [{ opcode, payload }], [describe(kind, payload)]));
    }
  }
  for (const [group, [kind, opcode, byte]] of kinds.entries()) {
    const whole = repeated(4 << 20, byte);
    for (
      const [i, size] of [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1 << 20, 4 << 20]
        .entries()
    ) {
      const frames: Frame[] = [];
      for (let at = 0; at < whole.length; at += size) {
        frames.push({
          opcode: at === 0 ? opcode : 0,
          final: at + size === whole.length,
          payload: whole.subarray(at, at + size),
        });
      }
      cases.push(good(`9.${group + 3}.${i + 1}`, frames, [describe(kind, whole)]));
    }
  }
  for (const [group, [kind, opcode, byte]] of kinds.entries()) {
    const payload = repeated(1 << 20, byte);
    for (const [i, chop] of [64, 128, 256, 512, 1_024, 2_048].entries()) {
      const id = `9.${group + 5}.${i + 1}`;
      cases.push(good(id, [{ opcode, payload }], [describe(kind, payload)], chop));
    }
  }
  return cases;
}

function autoFragmentation(): FrameCase[] {
  const whole = repeated(65_536, 0x2a);
  const frames: Frame[] = [];
  for (let at = 0; at < whole.length; at += 1_300) {
    frames.push({
      opcode: at === 0 ? 1 : 0,
      final: at + 1_300 >= whole.length,
      payload: whole.subarray(at, at + 1_300),
    });
  }
  return [good("10.1.1", frames, [describe("text", whole)])];
}

/** The cases of groups 1 to 7, 9.1 to 9.6 and 10. */
export function frameCases(): FrameCase[] {
  return [
    ...framing(),
    ...pings(),
    ...reservedBits(),
    ...opcodes(),
    ...fragmentation(),
    ...utf8(),
    ...closes(),
    ...limits(),
    ...autoFragmentation(),
  ];
}

/** A case of many messages, each sent when the one before has come back. */
export interface MessageCase {
  readonly id: string;
  readonly kind: "text" | "binary";
  readonly size: number;
  readonly count: number;
  /** Bytes of a frame. */
  readonly fragment: number;
  /** What a client offers, and what a server then answers; empty for no compression. */
  readonly offers: string;
  readonly answer: string;
  /** What the messages are cut from. */
  readonly data: Uint8Array;
}

const PMD = "permessage-deflate";
const SIZES: [size: number, fragment: number][] = [
  ...[16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072]
    .map((size): [number, number] => [size, Infinity]),
  ...[8_192, 16_384, 32_768, 65_536, 131_072].map((size): [number, number] => [size, 256]),
  [131_072, 1_024],
  [131_072, 4_096],
  [131_072, 32_768],
];

/** Parameters of group 13: what the client offers and what the server answers. */
const PARAMETERS: [offers: string, answer: string][] = [
  [`${PMD}; client_max_window_bits`, PMD],
  [
    `${PMD}; client_max_window_bits; server_no_context_takeover`,
    `${PMD}; server_no_context_takeover; client_no_context_takeover`,
  ],
  [
    `${PMD}; client_max_window_bits; server_max_window_bits=9`,
    `${PMD}; server_max_window_bits=9; client_max_window_bits=9`,
  ],
  [
    `${PMD}; client_max_window_bits; server_max_window_bits=15`,
    `${PMD}; server_max_window_bits=15; client_max_window_bits=15`,
  ],
  [
    `${PMD}; client_max_window_bits; server_no_context_takeover; server_max_window_bits=9`,
    `${PMD}; server_no_context_takeover; server_max_window_bits=9; ` +
    "client_no_context_takeover; client_max_window_bits=9",
  ],
  [
    `${PMD}; client_max_window_bits; server_no_context_takeover; server_max_window_bits=15`,
    `${PMD}; server_no_context_takeover; server_max_window_bits=15; ` +
    "client_no_context_takeover; client_max_window_bits=15",
  ],
  [
    `${PMD}; client_max_window_bits; server_no_context_takeover; server_max_window_bits=8, ` +
    `${PMD}; client_max_window_bits; server_no_context_takeover, ${PMD}; client_max_window_bits`,
    `${PMD}; server_no_context_takeover; server_max_window_bits=8; ` +
    "client_no_context_takeover; client_max_window_bits=8",
  ],
];

/** Data of five kinds, as the suite has them: prose, a bitmap, a document, JSON, HTML. */
function samples(): [kind: "text" | "binary", data: Uint8Array][] {
  const random = new SeededRandom(12);
  const words =
    "Habe nun ach Philosophie Juristerei und Medizin durchaus studiert mit heißem Bemühn"
      .split(" ");
  const prose = () => Array.from({ length: 20_000 }, () => random.pick(words)).join(" ");
  const bitmap = new Uint8Array(262_144).map((_, i) =>
    128 + 90 * Math.sin(i / 80) + random.next() * 12
  );
  const document = new Uint8Array([
    ...random.bytes(100_000),
    ...text(prose()),
    ...random.bytes(50_000),
  ]);
  const json = JSON.stringify(
    Array.from(
      { length: 2_500 },
      (_, i) => ({ id: i, name: random.pick(words), at: random.next() }),
    ),
  );
  const html = Array.from(
    { length: 3_000 },
    (_, i) => `<li class="row${i % 7}">${random.pick(words)}</li>`,
  )
    .join("\n");
  // Messages are cut at any byte: in text, each character must be one.
  const ascii = (value: string) => text(value.replace(/[^ -~\n]/g, "s"));
  return [
    ["binary", text(prose())],
    ["binary", bitmap],
    ["binary", document],
    ["text", ascii(json)],
    ["text", ascii(html)],
  ];
}

/**
 * The cases of groups 9.7, 9.8, 12 and 13.
 *
 * @param count Messages of each case: 1000 in the suite.
 */
export function messageCases(count: number): MessageCase[] {
  const cases: MessageCase[] = [];
  for (const [group, [kind, byte]] of ([["text", 0x2a], ["binary", 0xfe]] as const).entries()) {
    for (const [i, size] of [0, 16, 64, 256, 1_024, 4_096].entries()) {
      const data = repeated(8_192, byte);
      const id = `9.${group + 7}.${i + 1}`;
      cases.push({ id, kind, size, count, fragment: Infinity, offers: "", answer: "", data });
    }
  }
  const data = samples();
  const json = data[3]!;
  for (const [group, [kind, bytes]] of data.entries()) {
    for (const [i, [size, fragment]] of SIZES.entries()) {
      const [offers, answer] = PARAMETERS[0]!;
      const id = `12.${group + 1}.${i + 1}`;
      cases.push({ id, kind, size, count, fragment, offers, answer, data: bytes });
    }
  }
  for (const [group, [offers, answer]] of PARAMETERS.entries()) {
    for (const [i, [size, fragment]] of SIZES.entries()) {
      const id = `13.${group + 1}.${i + 1}`;
      cases.push({ id, kind: "text", size, count, fragment, offers, answer, data: json[1] });
    }
  }
  return cases;
}
