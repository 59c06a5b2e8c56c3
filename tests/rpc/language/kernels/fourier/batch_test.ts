import { assert, assertEquals, assertThrows } from "@std/assert";
import { FourierBatch, radicesOf } from "../../../../../rpc/language/kernels/fourier/batch.ts";
import { valueOf } from "../../../../support/rpc/language.ts";

Deno.test("radicesOf() takes fours first, and no prime above 31", () => {
  assertEquals(radicesOf(1), []);
  assertEquals(radicesOf(2048), [4, 4, 4, 4, 4, 2]);
  assertEquals(radicesOf(1500), [4, 3, 5, 5, 5]);
  assertEquals(radicesOf(37), undefined);
});

Deno.test("FourierBatch transforms each of its lines, whatever the length and their number", () => {
  const lengths = [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 30, 31, 37, 49, 64, 74, 14, 210, 1024];
  // One line and three go through loops in JavaScript at first, two and four through the kernel.
  for (const batch of [1, 2, 3, 4]) {
    for (const length of [...lengths, ...(batch === 2 ? [16384, 16385, 20000] : [])]) {
      const plan = new FourierBatch(length, batch);
      // A wave of one frequency in each line becomes one peak.
      for (let k = 0; k < length; k++) {
        for (let b = 0; b < batch; b++) {
          const angle = 2 * Math.PI * (k * (b + 1) % length) / length;
          plan.real[k * batch + b] = Math.cos(angle);
          plan.imaginary[k * batch + b] = Math.sin(angle);
        }
      }
      plan.transform(-1);
      for (let k = 0; k < length; k++) {
        for (let b = 0; b < batch; b++) {
          const peak = k === (b + 1) % length ? length : 0;
          const [x, y] = [plan.real[k * batch + b]!, plan.imaginary[k * batch + b]!];
          const isNear = Math.abs(x - peak) < 1e-12 * length && Math.abs(y) < 1e-12 * length;
          assert(isNear, `${batch} of ${length}: ${k}`);
        }
      }
    }
  }
});

Deno.test("FourierBatch refuses lines that another batch has taken from the kernel", () => {
  const first = new FourierBatch(8, 2);
  const second = new FourierBatch(16, 2);
  assertThrows(() => first.transform(-1), Error, "The kernel holds other lines");
  second.transform(-1);
});

Deno.test("FFT of real numbers is that of complex ones, and its inverse leads back", () => {
  for (const shape of ["9", "16", "1, 7", "7, 1", "6, 5", "5, 4, 3", "37, 3", "2, 3, 2, 5"]) {
    const x = `x = reform((lindgen(n_elements(fltarr(${shape}))) * 7919 mod 101) / 10d, ${shape})`;
    const worst = (expression: string) => Number(valueOf(`${x} & return, ${expression}`).data[0]);
    assert(worst("max(abs(fft(x) - fft(dcomplex(x))))") < 1e-12, shape);
    assert(worst("max(abs(fft(x, 1) - fft(dcomplex(x), 1)))") < 1e-10, shape);
    assert(worst("max(abs(fft(fft(x), 1) - x))") < 1e-12, shape);
    assert(worst("max(abs(fft(fft(x, /center), 1, /center) - x))") < 1e-12, shape);
  }
});

Deno.test("FFT of lines that are too long for the caches is the sum that IDL's manual says", () => {
  const n = 3 * 5 * 7 * 32 * 27;
  const one = (k: number) =>
    `total(x * exp(dcomplex(0, -2 * !dpi / n) * (${k}LL * l64indgen(n) mod n))) / n`;
  const sums = `n = ${n}L & x = (lindgen(n) * 7919 mod 1009) / 1009d & f = fft(x)`;
  const worst = (expression: string) => Number(valueOf(`${sums} & return, ${expression}`).data[0]);
  for (const k of [0, 1, 12345, n - 1]) assert(worst(`abs(f[${k}] - ${one(k)})`) < 1e-13, `${k}`);
  assert(worst("max(abs(fft(f, 1) - x))") < 1e-12);
  assert(worst("max(abs(fft(float(x)) - f))") < 1e-7);
  // Along each axis of an array, where the numbers of a line lie apart.
  const cube = "x = (lindgen(3, 17280, 2) * 7919 mod 1009) / 1009d & f = fft(x)";
  const apart = "fft(fft(fft(dcomplex(x), dimension=3), dimension=2), dimension=1)";
  assert(Number(valueOf(`${cube} & return, max(abs(f - ${apart}))`).data[0]) < 1e-15);
  assert(Number(valueOf(`${cube} & return, max(abs(fft(f, 1) - x))`).data[0]) < 1e-12);
  const turned = "max(abs(transpose(f[*, *, 0]) - fft(transpose(total(x, 3) / 2))))";
  assert(Number(valueOf(`${cube} & return, ${turned}`).data[0]) < 1e-14);
});
