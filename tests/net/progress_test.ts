import { assertEquals } from "@std/assert";
import { formatSeconds, Progress } from "../../net/progress.ts";

function recorded(terminal: boolean, total?: number) {
  const clock = { ms: 0 };
  const text: string[] = [];
  const progress = new Progress("sun.fits", {
    terminal,
    write: (piece) => void text.push(piece),
    now: () => clock.ms,
    ...(total === undefined ? {} : { total }),
  });
  return { clock, text, progress };
}

Deno.test("Progress rewrites one line on a terminal, ten times a second at most", () => {
  const { clock, text, progress } = recorded(true, 4 << 20);
  progress.advance(1 << 20);
  clock.ms = 1_000;
  progress.advance(1 << 20);
  clock.ms = 1_050;
  progress.advance(1 << 20);
  clock.ms = 2_000;
  progress.finish();
  assertEquals(text, [
    "\r\x1b[Ksun.fits  50%  2.00 MiB of 4.00 MiB  2.00 MiB/s  1.00 s left",
    "\r\x1b[Ksun.fits  3.00 MiB in 2.00 s, 1.50 MiB/s\n",
  ]);
});

Deno.test("Progress prints plain lines every five seconds elsewhere", () => {
  const { clock, text, progress } = recorded(false);
  for (let second = 1; second <= 6; second++) {
    clock.ms = second * 1_000;
    progress.advance(1 << 20);
  }
  progress.finish();
  progress.finish();
  assertEquals(text, [
    "sun.fits  5.00 MiB  1.00 MiB/s\n",
    "sun.fits  6.00 MiB in 6.00 s, 1.00 MiB/s\n",
  ]);
});

Deno.test("formatSeconds() suits a person", () => {
  assertEquals([0, 0.344, 12.4, 60, 185, 7_209].map(formatSeconds), [
    "0.00 s",
    "0.34 s",
    "12 s",
    "1:00",
    "3:05",
    "2:00:09",
  ]);
});
