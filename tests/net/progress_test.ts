import { assertEquals } from "@std/assert";
import { formatSeconds, Progress } from "../../net/progress.ts";

function recorded(terminal: boolean, total?: number, initial?: number) {
  // No clock begins at 0.
  const clock = { ms: 12_000 };
  const text: string[] = [];
  const progress = new Progress("sun.fits", {
    terminal,
    write: (piece) => void text.push(piece),
    now: () => clock.ms,
    total,
    initial,
  });
  return { clock, text, progress };
}

Deno.test("Progress rewrites one line on a terminal, ten times a second at most", () => {
  const { clock, text, progress } = recorded(true, 4 << 20);
  progress.advance(1 << 20);
  clock.ms = 13_000;
  progress.advance(1 << 20);
  clock.ms = 13_050;
  progress.advance(1 << 20);
  clock.ms = 14_000;
  progress.finish();
  assertEquals(text, [
    "\r\x1b[Ksun.fits  50%  2.00 MiB of 4.00 MiB  2.00 MiB/s  1.00 s left",
    "\r\x1b[Ksun.fits  3.00 MiB in 2.00 s, 1.50 MiB/s\n",
  ]);
});

Deno.test("Progress prints plain lines every five seconds elsewhere", () => {
  const { clock, text, progress } = recorded(false);
  for (let second = 1; second <= 6; second++) {
    clock.ms += 1_000;
    progress.advance(1 << 20);
  }
  progress.finish();
  progress.finish();
  assertEquals(text, [
    "sun.fits  5.00 MiB  1.00 MiB/s\n",
    "sun.fits  6.00 MiB in 6.00 s, 1.00 MiB/s\n",
  ]);
});

Deno.test("Progress counts what was there before, but not for the rate", () => {
  const { clock, text, progress } = recorded(true, 4 << 20, 2 << 20);
  clock.ms += 1_000;
  progress.advance(1 << 20);
  progress.clear();
  progress.total = undefined;
  clock.ms += 1_000;
  progress.advance(0);
  progress.finish();
  progress.clear();
  assertEquals(text, [
    "\r\x1b[Ksun.fits  75%  3.00 MiB of 4.00 MiB  1.00 MiB/s  1.00 s left",
    "\r\x1b[K",
    "\r\x1b[Ksun.fits  3.00 MiB  512 KiB/s",
    "\r\x1b[Ksun.fits  3.00 MiB in 2.00 s, 512 KiB/s\n",
  ]);
});

Deno.test("Progress of nothing is done, and of no time has no rate", () => {
  const nothing = recorded(true, 0);
  nothing.clock.ms += 100;
  nothing.progress.advance(0);
  const instant = recorded(false, 1);
  instant.progress.advance(1);
  instant.progress.clear();
  instant.progress.finish();
  assertEquals([...nothing.text, ...instant.text], [
    "\r\x1b[Ksun.fits  100%  0 B of 0 B  0 B/s  ? left",
    "sun.fits  1 B in 0.00 s, 0 B/s\n",
  ]);
});

Deno.test("a line of progress on a terminal is cut in the middle of its name, and never wraps", () => {
  let now = 0;
  const lines: string[] = [];
  const name = "a/very/long/folder/aia.lev1.171A_2014_10_24T21_00_00.34Z.image_lev1.fits";
  const progress = new Progress(name, {
    total: 4096,
    terminal: true,
    columns: () => 60,
    write: (text) => lines.push(text),
    now: () => now,
  });
  now = 200;
  progress.advance(2048);
  assertEquals(
    lines,
    [
      "\r\x1b[Ka/v…its  50%  2.00 KiB of 4.00 KiB  10.0 KiB/s  0.20 s left",
    ].map((line) => line),
  );
  assertEquals(lines[0]!.length - 4 <= 59, true);
});

Deno.test("formatSeconds() suits a person", () => {
  const seconds = [0, 0.344, 9.99, 10.4, 59.4, 59.6, 185, 3_599.4, 3_599.6, 7_209];
  assertEquals(seconds.map(formatSeconds), [
    "0.00 s",
    "0.34 s",
    "9.99 s",
    "10 s",
    "59 s",
    "1:00",
    "3:05",
    "59:59",
    "1:00:00",
    "2:00:09",
  ]);
});
