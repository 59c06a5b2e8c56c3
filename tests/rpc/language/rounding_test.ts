/** Right values, seen in GDL 1.0.1 or written in IDL's manual. */

import { assertEquals } from "@std/assert";
import { LanguageSession } from "../../../rpc/mod.ts";
import { valueOf } from "../../support/rpc/language.ts";

const table = (name: string, cases: readonly (readonly [string, readonly unknown[]])[]) =>
  Deno.test(name, async (t) => {
    for (const [expression, expected] of cases) {
      await t.step(expression, () => {
        assertEquals(Array.from(valueOf(expression).data as ArrayLike<unknown>), [...expected]);
      });
    }
  });

table("exact halves are written with an even digit, as C's printf writes them", [
  ["string(100000.5)", ["      100000."]],
  ["string(100001.5)", ["      100002."]],
  ["strtrim(262144.5,2)", ["262144."]],
  ["string(10000000.5d)", ["       10000000."]],
  ["string(0.125,format='(f5.2)')", [" 0.12"]],
  ["string(0.375,format='(f5.2)')", [" 0.38"]],
  ["string(0.25,format='(f6.1)')", ["   0.2"]],
  ["string(-0.25,format='(f6.1)')", ["  -0.2"]],
  ["string(2.5,format='(f4.0)')", ["  2."]],
  ["string(3.5,format='(f4.0)')", ["  4."]],
  ["string(2.0,format='(f4.0)')", ["  2."]],
  ["string(1.25d,format='(e9.1)')", ["  1.2e+00"]],
  ["string(2.5,format='(e9.0)')", ["    2e+00"]],
  ["string(-207385.,format='(g12.5)')", [" -2.0738e+05"]],
  ["string(1e21,format='(f30.1)')", ["      1000000020040877342720.0"]],
]);

table("Z, O and B write the bits of an integer's own type", [
  ["string(-1,format='(z)')", ["   ffff"]],
  ["string(-1,format='(z4.4)')", ["ffff"]],
  ["string(-1L,format='(z8.8)')", ["ffffffff"]],
  ["string(-1LL,format='(z)')", ["      ffffffffffffffff"]],
  ["string(-2,format='(b16)')", ["1111111111111110"]],
  ["string(-3L,format='(b)')", ["11111111111111111111111111111101"]],
  ["string(-2,format='(o)')", [" 177776"]],
  ["string(250b,format='(z)')", ["     fa"]],
  ["string(-1.5d,format='(z20)')", ["    ffffffffffffffff"]],
]);

table("PRODUCT of integers is exact in 64 bits, signed or not, whole or along a dimension", [
  ["product([4294967296ULL,4294967295ULL],/integer)", [18446744069414584320n]],
  ["product([4294967296ULL,2147483648ULL],/integer)", [9223372036854775808n]],
  ["product([4294967296ULL,4294967295ULL],/preserve_type)", [18446744069414584320n]],
  ["product([-3LL,3074457345618258603LL],/integer)", [-9223372036854775809n + 2n ** 64n]],
  ["product([3LL,9007199254740993LL],/preserve_type)", [27021597764222979n]],
  ["product([[3LL,9007199254740993LL],[1LL,1LL]],1,/integer)", [27021597764222979n, 1n]],
  ["product([2b,200b],/preserve_type)", [144]],
  ["product([2U,3U],/integer)", [6n]],
  ["product([[2.,3],[4,5]],2)", [8, 15]],
]);

table("hexadecimal and octal numbers without a suffix may have all 64 bits", [
  ["'8000000000000000'x", [-9223372036854775808n]],
  ["'ffffffffffffffff'x", [-1n]],
  ["0xffffffffffffffff", [-1n]],
  ["'1777777777777777777777'o", [-1n]],
  ["'7fffffffffffffff'x", [9223372036854775807n]],
  ["'ffffffff'x", [4294967295n]],
  ["'80000000'x", [2147483648n]],
]);

table("texts, orders and runs at their edges", [
  ["strpos('abc','',2)", [2]],
  ["strpos('abc','',5)", [2]],
  ["strpos('abc','')", [0]],
  ["strpos('abc','',/reverse_search)", [2]],
  ["strpos('','')", [-1]],
  ["transpose([1,2,3],[0])", [1, 2, 3]],
  ["uniq([1,2,1])", [0, 1]],
  ["uniq([1,2,2,1])", [0, 2]],
  ["uniq([1,1,1])", [2]],
  ["uniq([3])", [0]],
  ["strmid('abcdef',2,2,/reverse_offset)", ["de"]],
  ["strmid('abcdef',2,/reverse_offset)", ["def"]],
  ["strmid('abcdef',9,2,/reverse_offset)", [""]],
  ["byte('a')", [97]],
  ["byte('')", [0]],
  ["total(lindgen(3,2), /integer)", [15n]],
  ["round(complex(2.5, 1))", [3]],
]);

table("FORMAT has tabs and C's codes", [
  ["string('abc','x',format='(a,t10,a)')", ["abc      x"]],
  ["string('abcdef','x',format='(a,t3,a)')", ["abxdef"]],
  ["string(1,2,format='(i2,tr3,i2)')", [" 1    2"]],
  ["string('abc','x',format='(a,tl2,a)')", ["axc"]],
  ["string(5,format='(%\"x %d y\")')", ["x 5 y"]],
  ["string(5,1.5,'x',format='(%\"%3d|%6.2f|%-4s|%%\")')", ["  5|  1.50|x   |%"]],
  ["string(255,-7,format='(%\"%x %04d\")')", ["ff -007"]],
]);

table("a box of SMOOTH has its own elements alone", [
  [
    "x=dblarr(10)+1 & x[3]=1d20 & return, (smooth(x,3))[[0,1,5,6,7,8,9]]",
    [1, 1, 1, 1, 1, 1, 1],
  ],
  ["x=findgen(7) & x[2]=!values.f_nan & return, (smooth(x,3))[[0,4,5,6]]", [0, 4, 5, 6]],
  ["x=findgen(7) & x[2]=!values.f_infinity & return, (smooth(x,3))[4:6]", [4, 5, 6]],
]);

Deno.test("a chain of operators may be as long as a command", () => {
  for (
    const [first, more, expected] of [["1", "+1", 30_001], ["1", "*1", 1], ["1", "&&1", 1]] as const
  ) {
    const session = new LanguageSession();
    const outcome = session.runSync(`return, ${first}${more.repeat(30_000 / more.length * 2)}`);
    assertEquals(outcome.ok, true, more);
    if (outcome.ok && more !== "+1") assertEquals(Number(outcome.returned?.data[0]), expected);
  }
});

table("REBIN and HISTOGRAM lose nothing of 64-bit integers that are near each other", [
  ["rebin([9007199254740993ll,9007199254740992ll,9007199254740995ll],6)", [
    ...[9007199254740993n, 9007199254740992n, 9007199254740992n],
    ...[9007199254740993n, 9007199254740995n, 9007199254740995n],
  ]],
  ["rebin([-9007199254740993ll,-9007199254740996ll],1)", [-9007199254740994n]],
  ["rebin([18446744073709551615ull,18446744073709551613ull],1)", [18446744073709551614n]],
  ["rebin([2ll,-5ll],1)", [-1n]],
  ["histogram([9007199254740993ll,9007199254740992ll,9007199254740995ll])", [1, 1, 0, 1]],
  [
    "histogram([9007199254740993ll,9007199254740995ll],min=9007199254740992ll," +
    "max=9007199254740996ll)",
    [0, 1, 0, 1, 0],
  ],
  ["histogram([18446744073709551615ull,18446744073709551613ull],binsize=2)", [1, 1]],
  ["histogram([5ll,7ll],min=4)", [0, 1, 0, 1]],
]);

Deno.test("HISTOGRAM tells where bins of 64-bit integers are", () => {
  const outcome = new LanguageSession().runSync(
    "h=histogram([9007199254740993ll,9007199254740995ll],locations=l,omin=a,omax=b) & return,[l,a,b]",
  );
  assertEquals(outcome.ok && [...outcome.returned!.data as BigInt64Array], [
    ...[9007199254740993n, 9007199254740994n, 9007199254740995n],
    ...[9007199254740993n, 9007199254740995n],
  ]);
});
