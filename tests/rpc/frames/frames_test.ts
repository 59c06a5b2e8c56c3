import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { FormatError, LimitError, ProtocolError } from "../../../net/errors.ts";
import {
  encodeFrame,
  encodePrints,
  type Frame,
  FRAME_KINDS,
  type FrameKind,
  MAX_REMEMBERED_HEAD_BYTES,
  type ParsedHead,
  readFrame,
  readNextFrame,
} from "../../../rpc/frames/frames.ts";
import {
  type IdlNumericType,
  type IdlValue,
  storage,
  text,
  UNDEFINED,
} from "../../../rpc/language/values/value.ts";
import { ParseMemory } from "../../../net/bytes/parse_memory.ts";
import { readLongHead } from "../../../rpc/frames/long_head.ts";
import { Feed } from "../../../rpc/frames/reading.ts";
import { fuzz, fuzzRounds, SeededRandom } from "../../support/random.ts";

const LIMITS = { maxArray: 1_000_000, maxHead: 10_000, maxArrays: 20 };
const NUMERIC: IdlNumericType[] = [1, 2, 3, 4, 5, 6, 9, 12, 13, 14, 15];

const frameFeed = () => new Feed<Frame>(() => readFrame(LIMITS));

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

function ramp(type: IdlNumericType, shape: readonly number[]): IdlValue {
  const data = storage(type, shape.reduce((product, length) => product * length, 1));
  for (let i = 0; i < data.length; i++) {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(i + 3);
    else data[i] = i + 3;
  }
  return { type, shape, data };
}

/** A frame with any header and head, right or wrong. */
function rawFrame(
  kind: number,
  head: string,
  payload = new Uint8Array(0),
  changes: { [offset: number]: number } = {},
): Uint8Array {
  const json = new TextEncoder().encode(head);
  const bytes = new Uint8Array(24 + Math.ceil(json.length / 8) * 8 + payload.length);
  bytes.set(new TextEncoder().encode("HLG1"));
  bytes.set(json, 24);
  bytes.set(payload, bytes.length - payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(4, kind);
  view.setUint32(12, json.length, true);
  view.setUint32(16, payload.length, true);
  for (const [offset, byte] of Object.entries(changes)) bytes[Number(offset)] = byte;
  return bytes;
}

const described = (...arrays: unknown[]) => JSON.stringify({ arrays });

Deno.test("encodePrints() writes the frames that encodeFrame() does, one behind the other", () => {
  const lines = [
    "",
    "a",
    "12345678",
    "\u00e4\u20ac\ud83d\ude00",
    '"\\\n\x1b',
    "\ud800",
    "x".repeat(999),
  ];
  const frames = lines.flatMap((text) => encodeFrame("print", 4_294_967_295, { text }));
  assertEquals(encodePrints(4_294_967_295, lines).toHex(), join(frames).toHex());
  assertEquals(encodePrints(1, []).length, 0);
});

Deno.test("encodeFrame() lays out header, head and padded arrays", () => {
  const arrays = new Map<string, IdlValue>([
    ["a", { type: 1, shape: [3], data: Uint8Array.of(1, 2, 3) }],
    ["b", { type: 5, shape: [], data: Float64Array.of(1) }],
  ]);
  const json = '{"command":"x","arrays":[{"name":"a","dtype":"u8","shape":[3]},' +
    '{"name":"b","dtype":"f64","shape":[]}]}';
  assertEquals(json.length, 102);
  assertEquals(
    join(encodeFrame("call", 7, { command: "x" }, arrays)).toHex(),
    "484c4731" + "02" + "000000" + "07000000" + "66000000" + "1000000000000000" +
      new TextEncoder().encode(json).toHex() + "0000" +
      "0102030000000000" + "000000000000f03f",
  );
  assertEquals(
    join(encodeFrame("ping", 0xffff_ffff)).toHex(),
    "484c4731" + "07" + "000000" + "ffffffff" + "00000000" + "0000000000000000",
  );
});

Deno.test("readFrame() reads back every kind, type and rank, split anywhere", () => {
  const random = new SeededRandom(1);
  const frames: Frame[] = (Object.keys(FRAME_KINDS) as FrameKind[]).map((kind, id) => ({
    kind,
    id,
    head: id % 2 === 0 ? {} : { text: "Ünïcode", list: [1, { deep: null }] },
    arrays: new Map<string, IdlValue>([
      ["none", UNDEFINED],
      ["one", text("é")],
      ["many", { type: 7, shape: [2, 1], data: ["", "x"] }],
      ...NUMERIC.map((type) =>
        [
          `t${type}`,
          ramp(type, Array.from({ length: random.integer(0, 8) }, () => random.integer(1, 2))),
        ] as const
      ),
    ]),
  }));
  frames.push({ kind: "bye", id: 0, head: {}, arrays: new Map() });
  const wire = join(
    frames.flatMap(({ kind, id, head, arrays }) => encodeFrame(kind, id, head, arrays)),
  );
  for (const most of [1, 64, wire.length]) {
    const feed = frameFeed();
    assertEquals(random.split(wire, most).flatMap((piece) => feed.push(piece)), frames);
    assert(feed.atBoundary);
  }
});

Deno.test("readFrame() gives views of one piece of memory, each aligned to its elements", () => {
  const arrays = new Map([["a", ramp(1, [3])], ["b", ramp(5, [2])], ["c", ramp(2, [1])]]);
  const [frame] = frameFeed().push(join(encodeFrame("call", 1, {}, arrays)));
  const received = [...frame!.arrays.values()].map(({ data }) => data as Uint8Array);
  assertEquals(received.map((data) => data.byteOffset), [0, 8, 24]);
  assertEquals(new Set(received.map((data) => data.buffer)).size, 1);
});

Deno.test("readNextFrame() reads frames that repeat their heads as if it knew none", () => {
  const random = new SeededRandom(31);
  const texts = ["total(data)", "mean(data)", "x".repeat(2_000)];
  const frames = Array.from({ length: 300 }, () => {
    const kind = random.pick(["call", "result", "describe"] as const);
    const value = random.pick([
      ramp(random.pick(NUMERIC), random.pick([[], [3], [4, 2]])),
      text(random.pick(["a", "b"])),
      UNDEFINED,
    ]);
    const arrays = random.pick([new Map(), new Map([["data", value]])]);
    return join(encodeFrame(kind, random.integer(1, 9), { command: random.pick(texts) }, arrays));
  });
  const known = new ParseMemory<ParsedHead>(MAX_REMEMBERED_HEAD_BYTES);
  const feed = new Feed<Frame>(() => readNextFrame(LIMITS, known));
  assertEquals(feed.push(join(frames)), frameFeed().push(join(frames)));
});

Deno.test("readNextFrame() gives a call with the head of the last the same head, with arrays of its own", () => {
  const known = new ParseMemory<ParsedHead>(MAX_REMEMBERED_HEAD_BYTES);
  const feed = new Feed<Frame>(() => readNextFrame(LIMITS, known));
  const call = (elements: number) =>
    join(encodeFrame("call", 1, { command: "a" }, new Map([["a", ramp(1, [elements])]])));
  const [first, second, third] = feed.push(join([call(3), call(3), call(4)]));
  assert(second!.head === first!.head);
  assert(third!.head !== first!.head);
  const [a, b, c] = [first!, second!, third!].map(({ arrays }) => arrays.get("a")!);
  (a!.shape as number[])[0] = 7;
  (a!.data as Uint8Array).fill(9);
  assertEquals(b, ramp(1, [3]));
  assertEquals(c, ramp(1, [4]));
});

Deno.test("readNextFrame() checks a head that it knows against the new payload", () => {
  const known = new ParseMemory<ParsedHead>(MAX_REMEMBERED_HEAD_BYTES);
  const feed = new Feed<Frame>(() => readNextFrame(LIMITS, known));
  const head = described({ name: "a", dtype: "u8", shape: [8] });
  feed.push(rawFrame(2, head, new Uint8Array(8)));
  assertThrows(
    () => feed.push(rawFrame(2, head, new Uint8Array(16))),
    ProtocolError,
    "its payload has 16 bytes, its arrays make 8",
  );
});

Deno.test("readFrame() turns big-endian arrays into this machine's order", () => {
  const head = described(
    { name: "a", dtype: ">i16", shape: [2] },
    { name: "b", dtype: ">c64", shape: [1] },
    { name: "c", dtype: ">u8", shape: [1] },
  );
  const payload = Uint8Array.fromHex("0001ff0000000000" + "3f80000040000000" + "0500000000000000");
  const [frame] = frameFeed().push(rawFrame(2, head, payload));
  assertEquals([...frame!.arrays], [
    ["a", { type: 2, shape: [2], data: Int16Array.of(1, -256) }],
    ["b", { type: 6, shape: [1], data: Float32Array.of(1, 2) }],
    ["c", { type: 1, shape: [1], data: Uint8Array.of(5) }],
  ]);
});

Deno.test("readFrame() refuses what contradicts itself or is too large", () => {
  const a = { name: "a", dtype: "u8", shape: [1] };
  const eight = new Uint8Array(8);
  const cases: [Uint8Array, typeof ProtocolError | typeof LimitError, string][] = [
    [
      rawFrame(2, "", undefined, { 3: 0x32 }),
      ProtocolError,
      "begins with 484c4732, expected 'HLG1'",
    ],
    [rawFrame(0, ""), ProtocolError, "its kind is 0"],
    [rawFrame(11, ""), ProtocolError, "its kind is 11"],
    [rawFrame(2, "", undefined, { 5: 1 }), ProtocolError, "(call): its flags are 010000"],
    [rawFrame(2, "", undefined, { 7: 1 }), ProtocolError, "its flags are 000001"],
    [rawFrame(2, "", undefined, { 14: 1 }), LimitError, "its head has 65536 bytes, at most 10000"],
    [rawFrame(2, "", undefined, { 20: 1 }), LimitError, "4294967296 bytes, at most 1000000"],
    [rawFrame(2, "", undefined, { 23: 255 }), LimitError, "at most 1000000"],
    [rawFrame(2, "{"), ProtocolError, "no JSON in UTF-8"],
    [rawFrame(2, "{}", undefined, { 24: 0xff }), ProtocolError, "no JSON in UTF-8"],
    [rawFrame(2, "[]"), ProtocolError, "its head is no JSON object"],
    [rawFrame(2, "null"), ProtocolError, "its head is no JSON object"],
    [rawFrame(2, "{}", eight), ProtocolError, "its payload has 8 bytes, its arrays make 0"],
    [rawFrame(2, "", eight), ProtocolError, "its payload has 8 bytes, its arrays make 0"],
    [rawFrame(2, '{"arrays":1}'), ProtocolError, "its arrays are no JSON array"],
    [rawFrame(2, described(...Array(21).fill(a))), LimitError, "it has 21 arrays, at most 20"],
    [rawFrame(2, described(1)), ProtocolError, "an array's description is no JSON object"],
    [rawFrame(2, described({})), ProtocolError, "an array has no name"],
    [rawFrame(2, described({ name: "a" })), ProtocolError, "the array 'a' has no dtype"],
    [
      rawFrame(2, described({ name: "a", dtype: "u8" })),
      ProtocolError,
      "the shape of 'a' is undefined",
    ],
    ...[[-1], [1.5], ["1"], [2 ** 60], [0], Array(9).fill(1), "1"].map((shape) =>
      [rawFrame(2, described({ ...a, shape })), ProtocolError, "the shape of 'a'"] as [
        Uint8Array,
        typeof ProtocolError,
        string,
      ]
    ),
    [rawFrame(2, described({ ...a, dtype: "f16" })), ProtocolError, "dtype of 'a' is 'f16'"],
    [rawFrame(2, described({ ...a, dtype: ">str" })), ProtocolError, "dtype of 'a' is '>str'"],
    [rawFrame(2, described({ ...a, dtype: "str" })), ProtocolError, "are not the 1 texts"],
    [
      rawFrame(2, described({ ...a, dtype: "str", values: [1] })),
      ProtocolError,
      "are not the 1 texts",
    ],
    [rawFrame(2, described(a, a), new Uint8Array(16)), ProtocolError, "it has two arrays 'a'"],
    [
      rawFrame(2, described(a, { ...a, name: "A" }), new Uint8Array(16)),
      ProtocolError,
      "it has two arrays 'A'",
    ],
    [rawFrame(2, described(a)), ProtocolError, "has 0 bytes, the array 'a' needs 1"],
    [rawFrame(2, described(a), new Uint8Array(16)), ProtocolError, "16 bytes, its arrays make 8"],
    [
      rawFrame(2, described({ ...a, shape: [2 ** 50, 2 ** 50] }), eight),
      ProtocolError,
      "the array 'a' needs",
    ],
  ];
  for (const [wire, kind, message] of cases) {
    assertThrows(() => frameFeed().push(wire), kind, message);
  }
});

Deno.test("encodeFrame() refuses an id that has no 32 bits", () => {
  for (const id of [-1, 0.5, 2 ** 32, NaN]) {
    assertThrows(() => encodeFrame("ping", id), FormatError, "expected 0 to 4294967295");
  }
});

Deno.test("readFrame() survives damaged frames within its limits", async () => {
  const sample = join(encodeFrame(
    "call",
    1,
    { command: "return, total(data)" },
    new Map([["data", ramp(5, [2, 3])], ["s", text("x")], ["b", ramp(1, [3])]]),
  ));
  await fuzz(fuzzRounds(10_000, 100_000), 1, (random) => {
    const wire = sample.slice();
    for (let i = random.integer(0, 3); i > 0; i--) {
      wire[random.integer(0, wire.length - 1)] = random.integer(0, 255);
    }
    const feed = frameFeed();
    try {
      for (const piece of random.split(wire, 100)) feed.push(piece);
    } catch (error) {
      assert(error instanceof ProtocolError || error instanceof LimitError, String(error));
    }
  });
});

/** Limits of a server, and of a client that parses all heads at once. */
const LONG = { maxArray: 1_000_000, maxHead: 1024 ** 2, maxArrays: 20 };
const STEPPED = { ...LONG, maxPlainHead: 70_000 };

/** Reads one frame, and counts the turns that were waited for; hands on what is behind it. */
function readCounted(
  bytes: Uint8Array,
  limits: typeof STEPPED | typeof LONG,
  behind: (bytes: Uint8Array) => void = () => {},
): [Frame, number] {
  const isServer = "maxPlainHead" in limits;
  const reading = readNextFrame(limits, undefined, isServer ? readLongHead : undefined);
  let turns = 0;
  let at = 0;
  for (let step = reading.next();;) {
    if (step.done) {
      behind(bytes.slice(at));
      return [step.value, turns];
    }
    const need = step.value;
    if (need.kind === "turn") turns++;
    const count = need.kind === "bytes" ? need.count : need.kind === "array" ? need.bytes : 0;
    step = reading.next(bytes.slice(at, at += count));
  }
}

Deno.test("readFrame() reads long heads of a call in steps as it does at once", () => {
  const random = new SeededRandom(20261201);
  const letters = [
    '"',
    "\\",
    ",",
    "]",
    "[",
    "{",
    "}",
    "\n",
    "\u0001",
    "a",
    "é",
    "€",
    "😀",
    "\ud800",
  ];
  for (let round = 0; round < 20; round++) {
    const texts = () =>
      Array.from({ length: random.integer(1, 9_000) }, () => {
        let text = "";
        for (let i = random.integer(0, 8); i > 0; i--) text += random.pick(letters);
        return text;
      });
    const arrays = [0, 1, 2].map((i) => {
      const values = texts();
      return { name: `a${i}`, dtype: "str", shape: [values.length], values };
    });
    const blank = random.pick([undefined, 1, "\t"]);
    const head = JSON.stringify(
      { command: '"values":[ & \\"values\\"', x: [[[[1]]]], arrays },
      null,
      blank,
    );
    const bytes = rawFrame(2, head);
    if (bytes.length > LONG.maxHead || bytes.length < 70_000) continue;
    const [expected] = readCounted(bytes, LONG);
    const [found, turns] = readCounted(bytes, STEPPED);
    assertEquals(found.head, expected.head);
    assertEquals([...found.arrays.keys()], [...expected.arrays.keys()]);
    for (const [name, value] of found.arrays) {
      assertEquals(value.shape, expected.arrays.get(name)!.shape);
      assertEquals(value.data, expected.arrays.get(name)!.data);
    }
    assert(turns > bytes.length / 40_000, `${turns} turns for ${bytes.length} bytes`);
  }
});

Deno.test("readFrame() refuses long heads that say little of texts, or say it wrong", () => {
  const many = '"x",'.repeat(30_000);
  const of = (values: string, count = 30_001) =>
    `{"arrays":[{"name":"a","dtype":"str","shape":[${count}],"values":[${values}]}]}`;
  const cases: [head: string, kind: number, error: typeof ProtocolError, found: string][] = [
    [`{"x":${"[".repeat(70_000)}`, 2, ProtocolError, "more than 64 levels"],
    [`{"text":"${"x".repeat(80_000)}"}`, 7, LimitError, "at most 70000 are allowed"],
    [of(`${many}1`), 2, ProtocolError, "are not all texts"],
    [of(`${many}"y"`, 7), 2, ProtocolError, "not the 7 texts of its shape"],
    [of(many), 2, ProtocolError, "no JSON in UTF-8"],
    [of(`,${many}"y"`), 2, ProtocolError, "no JSON in UTF-8"],
    [of(`${many}"y" "z"`), 2, ProtocolError, "no JSON in UTF-8"],
    [of(`${many}"y\n"`), 2, ProtocolError, "no JSON in UTF-8"],
    [of(`${many}["y"]`), 2, ProtocolError, "no JSON in UTF-8"],
    [of(`${many}"y"`).slice(0, -4), 2, ProtocolError, "does not end"],
    [of(`${many}"y"`).slice(0, -1), 2, ProtocolError, "no JSON in UTF-8"],
    [`{"arrays":[{"name":"a","dtype":"f8","values":[${many}"y"]}]}`, 2, ProtocolError, "shape"],
  ];
  for (const [head, kind, error, found] of cases) {
    const failed = assertThrows(() => readCounted(rawFrame(kind, head), STEPPED), error, found);
    assert(!(error === ProtocolError && failed instanceof LimitError), head.slice(0, 80));
  }
});

Deno.test("readFrame() refuses a call that says too much besides texts, and reads on behind it", () => {
  const heads = [`{"command":"${"x".repeat(80_000)}"}`, `{"x":[${"1,".repeat(50_000)}1]}`];
  for (const head of heads) {
    for (const payload of [new Uint8Array(0), new Uint8Array(64)]) {
      const frame = rawFrame(2, head, payload, { 8: 7 });
      const bytes = join([frame, ...encodeFrame("ping", 8, { a: 1 })]);
      const [{ kind, id, refused, arrays }] = readCounted(bytes, STEPPED, (rest) => {
        assertEquals(readCounted(rest, STEPPED)[0].head, { a: 1 });
      });
      assertEquals([kind, id, arrays.size], ["call", 7, 0]);
      assertStringIncludes(refused!.message, "more than 70000 bytes besides the texts");
    }
  }
});
