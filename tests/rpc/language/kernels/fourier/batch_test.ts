import { assert, assertEquals } from "@std/assert";
import { FourierBatch, radicesOf } from "../../../../../rpc/language/kernels/fourier/batch.ts";
import { valueOf } from "../../../../support/rpc/language.ts";

Deno.test("radicesOf() takes fours first, and no prime above 31", () => {
  assertEquals(radicesOf(1), []);
  assertEquals(radicesOf(2048), [4, 4, 4, 4, 4, 2]);
  assertEquals(radicesOf(1500), [4, 3, 5, 5, 5]);
  assertEquals(radicesOf(37), undefined);
});

Deno.test("FourierBatch transforms each of its lines, whatever the length", () => {
  for (const length of [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 30, 31, 37, 49, 64, 74]) {
    const plan = new FourierBatch(length, 3);
    // A wave of one frequency in each line becomes one peak.
    for (let k = 0; k < length; k++) {
      for (let b = 0; b < 3; b++) {
        const angle = 2 * Math.PI * k * (b + 1) / length;
        plan.real[k * 3 + b] = Math.cos(angle);
        plan.imaginary[k * 3 + b] = Math.sin(angle);
      }
    }
    plan.transform(-1);
    for (let k = 0; k < length; k++) {
      for (let b = 0; b < 3; b++) {
        const peak = k === (b + 1) % length ? length : 0;
        assert(Math.abs(plan.real[k * 3 + b]! - peak) < 1e-10 * length, `${length}: ${k}`);
        assert(Math.abs(plan.imaginary[k * 3 + b]!) < 1e-10 * length, `${length}: ${k}`);
      }
    }
  }
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
