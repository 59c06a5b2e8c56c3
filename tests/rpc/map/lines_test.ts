import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../net/errors.ts";
import { isFailure, LineScan, lineText } from "../../../rpc/map/lines.ts";
import type { MapLine } from "../../../rpc/map/work.ts";

const LINES: readonly MapLine[] = [
  { job: 2, input: "b.fits", type: "FLOAT", shape: [], data: 1.5, seconds: 0.1, worker: "w" },
  { job: 1, input: 'a,"failed":"\u2028.fits', type: "STRING", shape: [], data: ',"failed":"' },
  { job: 30, input: "c", failed: "read", error: "Cannot read 'c'", seconds: 0, worker: "w" },
];

const text = LINES.map((line) => `${lineText(line)}\n`).join("");
const octets = new TextDecoder("latin1").decode(new TextEncoder().encode(text));

Deno.test("lineText() is one line of JSON, whatever the names hold", () => {
  assertEquals(LINES.map((line) => JSON.parse(lineText(line))), [...LINES]);
  assertEquals(LINES.map((line) => isFailure(lineText(line))), [false, false, true]);
});

Deno.test("LineScan finds numbers and failures, wherever the pieces end", () => {
  for (let cut = 0; cut <= octets.length; cut++) {
    const scan = new LineScan("results");
    scan.push(octets.slice(0, cut));
    scan.push(octets.slice(cut));
    assertEquals([scan.numbers.count, scan.failed, scan.end], [3, 1, octets.length]);
    assertEquals([1, 2, 30].map((number) => scan.numbers.has(number)), [true, true, true]);
  }
});

Deno.test("LineScan ends behind the last whole line", () => {
  for (let length = 0; length <= octets.length; length++) {
    const scan = new LineScan("results");
    scan.push(octets.slice(0, length));
    assertEquals(scan.end, octets.lastIndexOf("\n", length - 1) + 1, `${length}`);
  }
});

Deno.test("LineScan refuses what rpc map has not written", () => {
  const cases: [lines: string, found: string][] = [
    ["hello\n", "no result in line 1"],
    ['{"job":0,"input":"a"}\n', "no result in line 1"],
    ['{"job":1,"input":"a"}\n\n', "no result in line 2"],
    ['{"job":1,"input":"a"}\n{"job":1,"input":"b"}\n', "a second result of job 1 in line 2"],
    ['{"job":999999999,"input":"a"}\n', "no result in line 1"],
    // Part of a line, and what a power cut or another program has put behind it.
    ['{"job":1,"input":"a","ty{"job":2,"input":"b"}\n', "no result in line 1"],
    ['{"job":1,"input":"a","\0\0\0\0"}\n', "no result in line 1"],
  ];
  for (const [lines, found] of cases) {
    const { message } = assertThrows(() => new LineScan("r").push(lines), FormatError);
    assertEquals(
      message,
      `Cannot go on with 'r': found ${found}, expected what rpc map has written`,
    );
  }
});
