/** The expressions that ours and GDL must agree on, by family. */

/** How near the values must be. */
export type Nearness =
  /** The same bits; of floating-point numbers one unit in the last place. */
  | "operation"
  /** 1e-6 of the value. */
  | "function"
  /** 1e-6 of the largest value of the array, which rounding errors are shared out over. */
  | "transform";

/** Expressions of one family. */
export interface Family {
  readonly name: string;
  readonly nearness: Nearness;
  /** Statements joined by ` & `, of which the last is an expression. */
  readonly cases: readonly string[];
}

function family(name: string, nearness: Nearness, text: string): Family {
  return { name, nearness, cases: text.trim().split("\n") };
}

/** Every family. */
export const FAMILIES: readonly Family[] = [
  family(
    "literals",
    "operation",
    String.raw`
5
40000
3000000000
5b
5s
5L
5LL
5U
5UL
5ULL
1.5
1.5d
1e3
1d3
.5
5.
'FF'x
'FFFF'x
'FFFFFFFF'x
'17'o
'101'b
'FF'xUL
'7FFF'x
'8000'x
"text"
'it''s'
!pi
!dpi
!dtor
!radeg
!values.f_nan
!values.d_infinity
`,
  ),
  family(
    "operators",
    "operation",
    String.raw`
[1,2,3]
[[1,2,3],[4,5,6]]
[1,2.5]
[1b,2L]
[[1,2],[3,4]]*2.0
2+3*4
7 mod 3
-7 mod 3
7 mod (-3)
7.5 mod 2
-7.5 mod 2
7/2
(-7)/2
7.0/2
1 lt 2
1 + 2 lt 4
not 1
not 0
not 1b
not 1.0
not 0.0
not 1 + 2
~1
~0
~5
~[0,1,2]
1 and 3
5 or 2
5 xor 3
1.0 and 2.0
0.0 and 2.0
0.0 or 2.0
2.5 xor 1.5
1 && 0
2 && 1
0 || 4
1 gt 2 ? 5 : 6
2 ? 5 : 6
1 ? 5 : 6
1 < 2
3 > 2.5
[1,5,3] < 4
[1,5,3] > 2.0
1 + 2 < 2
255b + 1b
200b * 2b
32767 + 1
32767S * 2
2147483647L + 1L
65535U + 1U
4294967295UL + 1UL
2147483647L * 2L
123456789L * 987654321L
9223372036854775807LL + 1LL
18446744073709551615ULL + 1ULL
1b - 2b
1U - 2U
5 - 6U
5L - 6U
5L - 6UL
5U + 70000L
1b + 1
1 + 1L
1L + 1.0
1LL + 1.0
1ULL + 1
1.0 + 1d
-5b
-5U
-[1.5,0.0]
[1,2,3] + [10,20]
[1,2,3] + [[1,2,3],[4,5,6]]
[[1,2,3],[4,5,6]] + [1,2,3,4,5,6]
[1,2,3,4,5,6] + [[1,2,3],[4,5,6]]
[1] + [1,2,3]
1 + [1]
[5] + 1
5/0
5 mod 0
5L/0L
5b/0b
5.0/0
-5.0/0
0.0/0
5LL/0LL
1/0.
7.5 mod 0
'abc' + 'def'
'5' + 5
'5' * 2
'abc' eq 'abc'
'abc' lt 'abd'
['a','b'] + 'c'
['a','b'] + ['c','d']
'abc' < 'abd'
'abc' > 'abd'
'5' eq 5
'5' lt 6
'a' and 'b'
[1,2,3] # [1,2,3]
[1,2,3] ## [1,2,3]
[1.,2,3] # [4.,5]
[1.,2,3] ## [4.,5]
[[1,2],[3,4]] # [[5,6],[7,8]]
[[1,2],[3,4]] ## [[5,6],[7,8]]
[[1,2],[3,4],[5,6]] # [1,2,3]
[[1,2],[3,4],[5,6]] ## [1,2]
[1,2] # [[1,2],[3,4],[5,6]]
[1,2,3] ## [[1,2],[3,4],[5,6]]
[[1b,2b],[3b,4b]] # [[5b,6b],[7b,8b]]
[1,2,3] # transpose([1,2,3])
transpose([1,2,3]) # [1,2,3]
transpose([1,2,3]) ## [1,2,3]
[1,2,3] ## transpose([1,2,3])
[1d,2] # [1,2]
3 # [1,2]
16777217L eq 16777216.0
16777217L + 0.0
1e10 + 1
1L eq 1.0
[1,2,3] eq 2
[1,2,3] eq [1,5,3]
[[],1]
[!null,1,2]
1.5 mod 0.4
1e30 * 1e30
-1e30*1e30
1 eq 1 eq 1
1 or 2 and 0
3 and 5 or 8
1 + 1 eq 2 and 3 gt 2
5 gt 3 < 2
not [1,2,3]
not 5L
not 5UL
not 5LL
not 5ULL
1 le 2 && 3 le 4
1.0 ? 2 : 3
2.5 ? 2 : 3
0.5 ? 2 : 3
'' ? 2 : 3
'a' ? 2 : 3
'' && 1
'a' || 0
~'a'
~''
0b ? 1 : 2
3LL && 1LL
'5' eq '5'
`,
  ),
  family(
    "complex operators and powers",
    "function",
    String.raw`
-2^2
2^3^2
2^(-1)
2^0
(-1)^(-3)
2.0^3
2^3.0
2^0.5
complex(1,2) + 1d
complex(1,2) + 1
complex(1,2) * complex(3,4)
complex(1,2) / complex(3,4)
complex(1,2) ^ 2
complex(1,2) ^ 0.5
dcomplex(1,2) ^ complex(1,1)
2 ^ complex(1,1)
complex(1,2) eq complex(1,2)
-complex(1,2)
complex(1,2) # complex(3,4)
2b^8
2b^7b
2^15
2^14
2L^31
2LL^40
3U^11
(-2)^3
(-2.0)^3
(-8.0)^(1.0/3)
0^0
0.0^0
10^(-2)
2^[1,2,3]
[1,2,3]^2
[1.,2,3]^2
[1.,2,3]^0.5
2.^(-1)
2d^(-2L)
complex(0,1) && 1
`,
  ),
  family(
    "promotion of types",
    "operation",
    String.raw`
3b + 2b
3b + 2s
3b + 2L
3b + 2.0
3b + 2d
3b + 2U
3b + 2UL
3b + 2LL
3b + 2ULL
3s + 2b
3s + 2s
3s + 2L
3s + 2.0
3s + 2d
3s + 2U
3s + 2UL
3s + 2LL
3s + 2ULL
3L + 2b
3L + 2s
3L + 2L
3L + 2.0
3L + 2d
3L + 2U
3L + 2UL
3L + 2LL
3L + 2ULL
3.0 + 2b
3.0 + 2s
3.0 + 2L
3.0 + 2.0
3.0 + 2d
3.0 + 2U
3.0 + 2UL
3.0 + 2LL
3.0 + 2ULL
3d + 2b
3d + 2s
3d + 2L
3d + 2.0
3d + 2d
3d + 2U
3d + 2UL
3d + 2LL
3d + 2ULL
3U + 2b
3U + 2s
3U + 2L
3U + 2.0
3U + 2d
3U + 2U
3U + 2UL
3U + 2LL
3U + 2ULL
3UL + 2b
3UL + 2s
3UL + 2L
3UL + 2.0
3UL + 2d
3UL + 2U
3UL + 2UL
3UL + 2LL
3UL + 2ULL
3LL + 2b
3LL + 2s
3LL + 2L
3LL + 2.0
3LL + 2d
3LL + 2U
3LL + 2UL
3LL + 2LL
3LL + 2ULL
3ULL + 2b
3ULL + 2s
3ULL + 2L
3ULL + 2.0
3ULL + 2d
3ULL + 2U
3ULL + 2UL
3ULL + 2LL
3ULL + 2ULL
3b ^ 2b
3b ^ 2s
3b ^ 2L
3b ^ 2.0
3b ^ 2d
3b ^ 2U
3b ^ 2UL
3b ^ 2LL
3b ^ 2ULL
3s ^ 2b
3s ^ 2s
3s ^ 2L
3s ^ 2.0
3s ^ 2d
3s ^ 2U
3s ^ 2UL
3s ^ 2LL
3s ^ 2ULL
3L ^ 2b
3L ^ 2s
3L ^ 2L
3L ^ 2.0
3L ^ 2d
3L ^ 2U
3L ^ 2UL
3L ^ 2LL
3L ^ 2ULL
3.0 ^ 2b
3.0 ^ 2s
3.0 ^ 2L
3.0 ^ 2.0
3.0 ^ 2d
3.0 ^ 2U
3.0 ^ 2UL
3.0 ^ 2LL
3.0 ^ 2ULL
3d ^ 2b
3d ^ 2s
3d ^ 2L
3d ^ 2.0
3d ^ 2d
3d ^ 2U
3d ^ 2UL
3d ^ 2LL
3d ^ 2ULL
3U ^ 2b
3U ^ 2s
3U ^ 2L
3U ^ 2.0
3U ^ 2d
3U ^ 2U
3U ^ 2UL
3U ^ 2LL
3U ^ 2ULL
3UL ^ 2b
3UL ^ 2s
3UL ^ 2L
3UL ^ 2.0
3UL ^ 2d
3UL ^ 2U
3UL ^ 2UL
3UL ^ 2LL
3UL ^ 2ULL
3LL ^ 2b
3LL ^ 2s
3LL ^ 2L
3LL ^ 2.0
3LL ^ 2d
3LL ^ 2U
3LL ^ 2UL
3LL ^ 2LL
3LL ^ 2ULL
3ULL ^ 2b
3ULL ^ 2s
3ULL ^ 2L
3ULL ^ 2.0
3ULL ^ 2d
3ULL ^ 2U
3ULL ^ 2UL
3ULL ^ 2LL
3ULL ^ 2ULL
3b mod 2b
3b mod 2s
3b mod 2L
3b mod 2.0
3b mod 2d
3b mod 2U
3b mod 2UL
3b mod 2LL
3b mod 2ULL
3s mod 2b
3s mod 2s
3s mod 2L
3s mod 2.0
3s mod 2d
3s mod 2U
3s mod 2UL
3s mod 2LL
3s mod 2ULL
3L mod 2b
3L mod 2s
3L mod 2L
3L mod 2.0
3L mod 2d
3L mod 2U
3L mod 2UL
3L mod 2LL
3L mod 2ULL
3.0 mod 2b
3.0 mod 2s
3.0 mod 2L
3.0 mod 2.0
3.0 mod 2d
3.0 mod 2U
3.0 mod 2UL
3.0 mod 2LL
3.0 mod 2ULL
3d mod 2b
3d mod 2s
3d mod 2L
3d mod 2.0
3d mod 2d
3d mod 2U
3d mod 2UL
3d mod 2LL
3d mod 2ULL
3U mod 2b
3U mod 2s
3U mod 2L
3U mod 2.0
3U mod 2d
3U mod 2U
3U mod 2UL
3U mod 2LL
3U mod 2ULL
3UL mod 2b
3UL mod 2s
3UL mod 2L
3UL mod 2.0
3UL mod 2d
3UL mod 2U
3UL mod 2UL
3UL mod 2LL
3UL mod 2ULL
3LL mod 2b
3LL mod 2s
3LL mod 2L
3LL mod 2.0
3LL mod 2d
3LL mod 2U
3LL mod 2UL
3LL mod 2LL
3LL mod 2ULL
3ULL mod 2b
3ULL mod 2s
3ULL mod 2L
3ULL mod 2.0
3ULL mod 2d
3ULL mod 2U
3ULL mod 2UL
3ULL mod 2LL
3ULL mod 2ULL
3b < 2b
3b < 2s
3b < 2L
3b < 2.0
3b < 2d
3b < 2U
3b < 2UL
3b < 2LL
3b < 2ULL
3s < 2b
3s < 2s
3s < 2L
3s < 2.0
3s < 2d
3s < 2U
3s < 2UL
3s < 2LL
3s < 2ULL
3L < 2b
3L < 2s
3L < 2L
3L < 2.0
3L < 2d
3L < 2U
3L < 2UL
3L < 2LL
3L < 2ULL
3.0 < 2b
3.0 < 2s
3.0 < 2L
3.0 < 2.0
3.0 < 2d
3.0 < 2U
3.0 < 2UL
3.0 < 2LL
3.0 < 2ULL
3d < 2b
3d < 2s
3d < 2L
3d < 2.0
3d < 2d
3d < 2U
3d < 2UL
3d < 2LL
3d < 2ULL
3U < 2b
3U < 2s
3U < 2L
3U < 2.0
3U < 2d
3U < 2U
3U < 2UL
3U < 2LL
3U < 2ULL
3UL < 2b
3UL < 2s
3UL < 2L
3UL < 2.0
3UL < 2d
3UL < 2U
3UL < 2UL
3UL < 2LL
3UL < 2ULL
3LL < 2b
3LL < 2s
3LL < 2L
3LL < 2.0
3LL < 2d
3LL < 2U
3LL < 2UL
3LL < 2LL
3LL < 2ULL
3ULL < 2b
3ULL < 2s
3ULL < 2L
3ULL < 2.0
3ULL < 2d
3ULL < 2U
3ULL < 2UL
3ULL < 2LL
3ULL < 2ULL
3b and 2b
3b and 2s
3b and 2L
3b and 2.0
3b and 2d
3b and 2U
3b and 2UL
3b and 2LL
3b and 2ULL
3s and 2b
3s and 2s
3s and 2L
3s and 2.0
3s and 2d
3s and 2U
3s and 2UL
3s and 2LL
3s and 2ULL
3L and 2b
3L and 2s
3L and 2L
3L and 2.0
3L and 2d
3L and 2U
3L and 2UL
3L and 2LL
3L and 2ULL
3.0 and 2b
3.0 and 2s
3.0 and 2L
3.0 and 2.0
3.0 and 2d
3.0 and 2U
3.0 and 2UL
3.0 and 2LL
3.0 and 2ULL
3d and 2b
3d and 2s
3d and 2L
3d and 2.0
3d and 2d
3d and 2U
3d and 2UL
3d and 2LL
3d and 2ULL
3U and 2b
3U and 2s
3U and 2L
3U and 2.0
3U and 2d
3U and 2U
3U and 2UL
3U and 2LL
3U and 2ULL
3UL and 2b
3UL and 2s
3UL and 2L
3UL and 2.0
3UL and 2d
3UL and 2U
3UL and 2UL
3UL and 2LL
3UL and 2ULL
3LL and 2b
3LL and 2s
3LL and 2L
3LL and 2.0
3LL and 2d
3LL and 2U
3LL and 2UL
3LL and 2LL
3LL and 2ULL
3ULL and 2b
3ULL and 2s
3ULL and 2L
3ULL and 2.0
3ULL and 2d
3ULL and 2U
3ULL and 2UL
3ULL and 2LL
3ULL and 2ULL
3b eq 2b
3b eq 2s
3b eq 2L
3b eq 2.0
3b eq 2d
3b eq 2U
3b eq 2UL
3b eq 2LL
3b eq 2ULL
3s eq 2b
3s eq 2s
3s eq 2L
3s eq 2.0
3s eq 2d
3s eq 2U
3s eq 2UL
3s eq 2LL
3s eq 2ULL
3L eq 2b
3L eq 2s
3L eq 2L
3L eq 2.0
3L eq 2d
3L eq 2U
3L eq 2UL
3L eq 2LL
3L eq 2ULL
3.0 eq 2b
3.0 eq 2s
3.0 eq 2L
3.0 eq 2.0
3.0 eq 2d
3.0 eq 2U
3.0 eq 2UL
3.0 eq 2LL
3.0 eq 2ULL
3d eq 2b
3d eq 2s
3d eq 2L
3d eq 2.0
3d eq 2d
3d eq 2U
3d eq 2UL
3d eq 2LL
3d eq 2ULL
3U eq 2b
3U eq 2s
3U eq 2L
3U eq 2.0
3U eq 2d
3U eq 2U
3U eq 2UL
3U eq 2LL
3U eq 2ULL
3UL eq 2b
3UL eq 2s
3UL eq 2L
3UL eq 2.0
3UL eq 2d
3UL eq 2U
3UL eq 2UL
3UL eq 2LL
3UL eq 2ULL
3LL eq 2b
3LL eq 2s
3LL eq 2L
3LL eq 2.0
3LL eq 2d
3LL eq 2U
3LL eq 2UL
3LL eq 2LL
3LL eq 2ULL
3ULL eq 2b
3ULL eq 2s
3ULL eq 2L
3ULL eq 2.0
3ULL eq 2d
3ULL eq 2U
3ULL eq 2UL
3ULL eq 2LL
3ULL eq 2ULL
3b # 2b
3b # 2s
3b # 2L
3b # 2.0
3b # 2d
3b # 2U
3b # 2UL
3b # 2LL
3b # 2ULL
3s # 2b
3s # 2s
3s # 2L
3s # 2.0
3s # 2d
3s # 2U
3s # 2UL
3s # 2LL
3s # 2ULL
3L # 2b
3L # 2s
3L # 2L
3L # 2.0
3L # 2d
3L # 2U
3L # 2UL
3L # 2LL
3L # 2ULL
3.0 # 2b
3.0 # 2s
3.0 # 2L
3.0 # 2.0
3.0 # 2d
3.0 # 2U
3.0 # 2UL
3.0 # 2LL
3.0 # 2ULL
3d # 2b
3d # 2s
3d # 2L
3d # 2.0
3d # 2d
3d # 2U
3d # 2UL
3d # 2LL
3d # 2ULL
3U # 2b
3U # 2s
3U # 2L
3U # 2.0
3U # 2d
3U # 2U
3U # 2UL
3U # 2LL
3U # 2ULL
3UL # 2b
3UL # 2s
3UL # 2L
3UL # 2.0
3UL # 2d
3UL # 2U
3UL # 2UL
3UL # 2LL
3UL # 2ULL
3LL # 2b
3LL # 2s
3LL # 2L
3LL # 2.0
3LL # 2d
3LL # 2U
3LL # 2UL
3LL # 2LL
3LL # 2ULL
3ULL # 2b
3ULL # 2s
3ULL # 2L
3ULL # 2.0
3ULL # 2d
3ULL # 2U
3ULL # 2UL
3ULL # 2LL
3ULL # 2ULL
[3b,3b]
[3b,3s]
[3b,3L]
[3b,3.0]
[3b,3d]
[3b,3U]
[3b,3UL]
[3b,3LL]
[3b,3ULL]
[3s,3b]
[3s,3s]
[3s,3L]
[3s,3.0]
[3s,3d]
[3s,3U]
[3s,3UL]
[3s,3LL]
[3s,3ULL]
[3L,3b]
[3L,3s]
[3L,3L]
[3L,3.0]
[3L,3d]
[3L,3U]
[3L,3UL]
[3L,3LL]
[3L,3ULL]
[3.0,3b]
[3.0,3s]
[3.0,3L]
[3.0,3.0]
[3.0,3d]
[3.0,3U]
[3.0,3UL]
[3.0,3LL]
[3.0,3ULL]
[3d,3b]
[3d,3s]
[3d,3L]
[3d,3.0]
[3d,3d]
[3d,3U]
[3d,3UL]
[3d,3LL]
[3d,3ULL]
[3U,3b]
[3U,3s]
[3U,3L]
[3U,3.0]
[3U,3d]
[3U,3U]
[3U,3UL]
[3U,3LL]
[3U,3ULL]
[3UL,3b]
[3UL,3s]
[3UL,3L]
[3UL,3.0]
[3UL,3d]
[3UL,3U]
[3UL,3UL]
[3UL,3LL]
[3UL,3ULL]
[3LL,3b]
[3LL,3s]
[3LL,3L]
[3LL,3.0]
[3LL,3d]
[3LL,3U]
[3LL,3UL]
[3LL,3LL]
[3LL,3ULL]
[3ULL,3b]
[3ULL,3s]
[3ULL,3L]
[3ULL,3.0]
[3ULL,3d]
[3ULL,3U]
[3ULL,3UL]
[3ULL,3LL]
[3ULL,3ULL]
`,
  ),
  family(
    "subscripts and concatenation",
    "operation",
    String.raw`
a=indgen(5) & a[2]
a=indgen(5) & a[-1]
a=indgen(5) & a[5]
a=indgen(5) & a[-6]
a=indgen(5) & a[1:3]
a=indgen(5) & a[1:*]
a=indgen(5) & a[*]
a=indgen(5) & a[0:4:2]
a=indgen(5) & a[1:*:2]
a=indgen(5) & a[-3:-1]
a=indgen(5) & a[[0,2,4]]
a=indgen(5) & a[[0,7,-1]]
a=indgen(5) & a[[[0,1],[2,3]]]
a=indgen(5) & a[2:2]
a=indgen(5) & a[3:1]
a=indgen(5) & a[1.7]
a=indgen(4,3) & a[1,2]
a=indgen(4,3) & a[5]
a=indgen(4,3) & a[*,1]
a=indgen(4,3) & a[1,*]
a=indgen(4,3) & a[1:2,0:1]
a=indgen(4,3) & a[*]
a=indgen(4,3) & a[*,*]
a=indgen(4,3) & a[[0,1],*]
a=indgen(4,3) & a[*,[0,2]]
a=indgen(4,3) & a[[0,1],1]
a=indgen(4,3) & a[1,[0,2]]
a=indgen(4,3) & a[0:2,[0,2]]
a=indgen(4,3) & a[0:0,1:1]
a=indgen(4,3) & a[1:1,*]
a=indgen(4,3) & a[3:5]
a=indgen(4,3) & a[-1,-1]
a=indgen(4,3) & a[0,0,0]
a=indgen(4,3) & a[1,1,1]
a=indgen(4,3) & a[*,1,0]
a=indgen(2,3,4) & a[1,2]
a=indgen(2,3,4) & a[*,2,1]
a=indgen(2,3,4) & a[1,*,2]
a=indgen(2,3,4) & a[*,*,0]
a=indgen(2,3,4) & a[0,*,*]
a=indgen(2,3,4) & a[1,0:1,1:2]
a=indgen(2,3,4) & a[*,[0,1],[0,1]]
a=5 & a[0]
a=5 & a[-1]
a=5 & a[*]
a=5 & a[0:0]
a=5 & a[[0,0]]
a=indgen(5) & a(2)
a=indgen(5) & a(1:2)
a=indgen(4,3) & a(0:1,*)
a=['x','y'] & a[1]
a=['x','y','z'] & a[0:1]
a=indgen(5) & a[2]=7 & a
a=indgen(5) & a[1:2]=9 & a
a=indgen(5) & a[1:2]=[8,9] & a
a=indgen(5) & a[[0,4]]=[8,9] & a
a=indgen(5) & a[2]=[8,9] & a
a=indgen(5) & a[*]=1 & a
a=indgen(5) & a[0]=1.7 & a
a=bytarr(3) & a[1]=300 & a
a=indgen(4,3) & a[1,*]=0 & a
a=indgen(4,3) & a[*,1]=[9,8,7,6] & a
a=indgen(4,3) & a[1,1]=[[1,2],[3,4]] & a
a=indgen(4,3) & a[0:1,0:1]=[[7,8],[9,10]] & a
a=indgen(4,3) & a[5]=99 & a
a=indgen(4,3) & a[where(a gt 5)]=0 & a
a=indgen(5) & a[-1]=7 & a
a=indgen(5) & a[3]=[1,2,3] & a
a=indgen(5) & a[0:2]=[1,2] & a
a=indgen(5) & a[0:*:2]=5 & a
a=indgen(5) & a += 2 & a
a=indgen(5) & a *= 2.0 & a
a=5 & a -= 1 & a
a=8 & a /= 3 & a
a=2 & a ^= 3 & a
a=indgen(3) & b=a & b[0]=5 & a
a=complexarr(2) & a[1]=complex(1,2) & a
a=strarr(2) & a[1]='x' & a
(indgen(5))[2]
(indgen(4,3))[1,*]
a=indgen(5) & a[[1]]
a=indgen(4,3) & a[[1],2]
a=indgen(4,3) & a[[1],*]
a=indgen(4,3) & a[[[0,1],[2,3]],*]
a=indgen(4,3) & a[[0,1,2],[0,1]]
a=indgen(5) & a[[0.5,1.9]]
a=indgen(5) & a[3b]
a=indgen(5) & a[2LL]
a=indgen(5) & a['1']
a=indgen(5) & a[1:1.9]
a=lindgen(5) & a[0:2]=[1.5,2.5,3.5] & a
a=indgen(3,2) & a[*,0]=5 & a
a=indgen(3,2) & a[*,0]=[1,2] & a
a=findgen(3) & a[1]=!values.f_nan & a
[[1,2],[3,4]]
[[[1,2],[3,4]],[[5,6],[7,8]]]
[indgen(2),5]
[[indgen(2)],[indgen(2)]]
[indgen(2,2),indgen(1,2)]
[[indgen(2,2)],[indgen(2)]]
[indgen(2),indgen(2,2)]
[[1,2],[3]]
[[1,2],3]
[1,[2,3]]
[1,[2,3],[4,5]]
[[1],[2]]
[[[1]],[[2]]]
[[indgen(2,2)],[[indgen(2,2)]]]
[[[indgen(2,2)]],[[indgen(2,2)]]]
['a','bc']
[1.0]
[[1,2,3]]
[[[1,2,3]]]
[[indgen(3)]]
[(1),(2)]
[1,2,3,4.5d]
[complex(1,2),3]
[5,indgen(2,2)]
[indgen(2,2),indgen(2,2)]
[reform(indgen(2),1,2),reform(indgen(2),1,2)]
[transpose([1,2]),transpose([3,4])]
[1b,2s,3L,4LL]
`,
  ),
  family(
    "making arrays",
    "operation",
    String.raw`
bindgen(5)
indgen(3,2)
lindgen(4)
findgen(2,3,2)
dindgen(3)
cindgen(2)
uindgen(3)
ulindgen(3)
l64indgen(3)
ul64indgen(3)
bytarr(3)
fltarr(3,1)
intarr(1,3)
lonarr(2,2)
dblarr(2)
complexarr(2)
strarr(2)
make_array(3)
make_array(3,2,/int)
make_array(3,value=5)
make_array(3,value=5,type=4)
make_array(dimension=[2,3],/byte)
make_array(3,/index)
make_array(size=size(findgen(2,3)))
replicate(5,3)
replicate('a',2,2)
replicate(1.5,2,1)
bindgen(300)
findgen(3,start=2)
findgen(3,increment=0.5)
a=findgen(3) & b=temporary(a) & b
`,
  ),
  family(
    "types",
    "operation",
    String.raw`
byte(300)
byte('abc')
byte(['abc','de'])
byte(-1)
byte(3.9)
fix(3.9)
fix(-3.9)
fix(70000L)
fix(70000.0)
fix('12')
fix(3,type=5)
uint(-1)
long(3e9)
long(-3e9)
ulong(-1)
long64(3e9)
ulong64(-1)
float('1.5e3')
float(5)
double(1.1)
double('1d3')
complex(1,2)
complex(1)
complex([1,2],3)
complex(1,2,/double)
dcomplex(1,2)
real_part(complex(1,2))
real_part(5)
imaginary(complex(1,2))
imaginary(5)
imaginary(5d)
conj(complex(1,2))
conj(5)
conj(5d)
long('  42 ')
float('-1.5')
double('3.25')
fix(1e5)
byte(256.7)
uint(70000.)
fix(-1.5d)
byte(-3.7)
uint(-3.7)
ulong(-3.7)
fix(!values.f_nan)
long(!values.f_nan)
byte([1.5,2.5,255.9])
float(16777217L)
float(16777217d)
long(complex(3.7,1))
float([1,2,3],4,1)
byte(1L,0,4)
fix([1L,2L],2,2)
`,
  ),
  family(
    "text",
    "operation",
    String.raw`
string(5)
string(5b)
string([65b,66b])
string(1.5)
string(1.5d)
string([1,2])
strtrim(5,2)
strtrim(' ab ')
strtrim(' ab ',1)
strtrim(1.5,2)
string(1e10)
string(123456789L)
string(1e-5)
string(123456.0)
string(1234567.0)
string(0.0001)
string(100000d)
string(1d10)
string(1d100)
string(-1.5)
string(!values.f_nan)
string(!values.d_infinity)
string(12345LL)
string(7U)
string(findgen(2,2))
string(3.14159,format='(f8.3)')
string(42,format='(i5)')
string([1,2,3],format='(3i4)')
string(1.5,format='(e12.4)')
string(1.5,format='(g12.4)')
string('ab',format='(a5)')
string(255,format='(z4)')
string(5,format='(i4.3)')
string(1,2,format='(i2,1x,i2)')
string(1.5,format='("x=",f4.1)')
string(12345,format='(i3)')
string(42,format='(i0)')
string(3.5,format='(f0)')
string(7,format='(i04)')
string(1.5,format='(f08.2)')
string(1e10,format='(f5.1)')
string([1.5,2.5],format='(2(f5.1,","))')
string([1,2,3,4],format='(2i3)')
string(255,format='(o)')
string(255,format='(z)')
string(1.5,format='(f)')
string(1.5d,format='(e)')
string(1.5,format='(g)')
string(5,format='(i)')
string(5b,format='(b)')
strlen('abc')
strlen(['a','bcd'])
strupcase('abC')
strlowcase('aBC')
strmid('abcdef',2,3)
strmid('abcdef',2)
strpos('abcabc','c')
strpos('abcabc','c',3)
strpos('abcabc','x')
strpos('abcabc','c',/reverse_search)
strcompress('a  b   c')
strcompress(' a b ',/remove_all)
strjoin(['a','b'],'-')
strjoin(['a','b'])
strtrim([1,2],2)
`,
  ),
  family(
    "elementary functions",
    "function",
    String.raw`
abs(-5)
abs(-5.5)
abs(complex(3,4))
abs(-5b)
abs(-5L)
abs([-1,2])
abs(-5LL)
abs(-32768s)
sqrt(4)
sqrt(2d)
sqrt(-1)
sqrt(complex(-1,0))
sqrt(complex(3,4))
exp(1)
exp(complex(1,2))
alog(10)
alog(complex(1,2))
alog10(1000)
alog10(complex(1,2))
sin(1)
sin(1d)
sin(complex(1,2))
cos(complex(1,2))
tan(complex(1,2))
cos([0,1])
tan(1.0)
asin(0.5)
acos(0.5)
atan(1)
atan(1,2)
atan([1,2],[3,4])
atan(complex(1,2),/phase)
atan(1d,2)
sinh(1)
cosh(1.0)
tanh(0.5d)
sinh(complex(1,2))
cosh(complex(1,2))
tanh(complex(1,2))
asin(complex(0.5,0.2))
acos(complex(0.5,0.2))
atan(complex(0.5,0.2))
floor(2.7)
floor(-2.7)
ceil(2.1)
ceil(-2.1d)
round(2.5)
round(-2.5)
round(3.5d)
round(2.4)
floor(5)
round(5b)
floor(2.5,/l64)
round(3e9)
round(complex(2.5,1))
floor(complex(2.5,1))
sqrt('4')
`,
  ),
  family(
    "moving elements",
    "operation",
    String.raw`
reform(findgen(1,3))
reform(findgen(6),2,3)
reform(findgen(3),3,1)
reform(findgen(6),[3,2])
reform(5)
transpose(indgen(3,2))
transpose([1,2,3])
transpose(indgen(2,3,4))
transpose(indgen(2,3,4),[1,0,2])
transpose(indgen(2,3,4),[2,0,1])
reverse([1,2,3])
reverse(indgen(3,2))
reverse(indgen(3,2),2)
reverse(indgen(2,2,2),3)
rotate(indgen(3,2),0)
rotate(indgen(3,2),1)
rotate(indgen(3,2),2)
rotate(indgen(3,2),3)
rotate(indgen(3,2),4)
rotate(indgen(3,2),5)
rotate(indgen(3,2),6)
rotate(indgen(3,2),7)
rotate([1,2,3],1)
rotate([1,2,3],2)
rotate([1,2,3],4)
shift([1,2,3,4],1)
shift([1,2,3,4],-1)
shift(indgen(3,2),1,1)
shift(indgen(3,2),1)
shift(indgen(3,2),[1,1])
shift([1,2,3],7)
array_indices(findgen(3,2),4)
array_indices(findgen(3,2),[4,5])
`,
  ),
  family(
    "asking",
    "operation",
    String.raw`
size(findgen(3,4))
size(5)
size(5,/type)
size([1,2],/dimensions)
size(5,/dimensions)
size([[1,2],[3,4]],/n_elements)
size('a',/tname)
size(findgen(3),/n_dimensions)
n_elements(findgen(3,4))
array_equal([1,2],[1,2])
array_equal([1,2],[1,3])
array_equal([1,1],1)
keyword_set(5)
keyword_set(0)
keyword_set([0])
`,
  ),
  family(
    "other sizes",
    "function",
    String.raw`
rebin([1,2,3],6)
rebin([1.,2,3],6)
rebin(findgen(4,4),2,2)
rebin(indgen(4,4),2,2)
rebin(findgen(2,2),4,4)
rebin(indgen(2,2),4,4)
rebin([1,2,3],6,/sample)
rebin(findgen(4,4),2,2,/sample)
rebin(findgen(4),2,3)
rebin([1,2,3],3,2)
rebin(findgen(2,2,2),4,2,1)
rebin(findgen(6),3,1)
rebin(bindgen(4),2)
rebin([1,2,4],9)
rebin([10,3],8)
congrid(findgen(4),8)
congrid(findgen(4),3)
congrid(findgen(4),7,/interp)
congrid(findgen(4,4),8,8)
congrid(findgen(4,4),3,3)
congrid(findgen(4,4),6,6,/interp)
congrid(findgen(4,4),6,6,/interp,/minus_one)
congrid(findgen(4,4),2,2,/center)
congrid(findgen(4),7,/interp,/minus_one)
congrid(indgen(4,4),3,5)
congrid(findgen(2,2,2),4,4,4)
congrid(findgen(4),8,/center)
congrid(findgen(2,2,2),3,3,3,/interp)
rebin([-1,-2,-4,-3],4,2)
rebin([-1.,-2,-4,-3],2)
rebin([-10,3],8)
congrid(findgen(5),3)
congrid(findgen(5,5),3,3)
congrid(findgen(5,5),12,7)
congrid(findgen(7),3,/interp)
`,
  ),
  family(
    "reductions",
    "function",
    String.raw`
total([1,2,3])
total([1,2,3],1)
total(indgen(3,2),1)
total(indgen(3,2),2)
total(indgen(2,3,4),2)
total(indgen(2,3,4),3)
total([1d,2])
total([1,2],/double)
total([1,!values.f_nan,2],/nan)
total([1,!values.f_infinity,2],/nan)
total(complex([1,2],[3,4]))
total([1,2,3],/cumulative)
total(findgen(3,2),1,/cumulative)
total(findgen(3,2),2,/cumulative)
total([1,2,3],/integer)
total([1b,255b],/preserve_type)
total([1b,255b],/integer)
total(5)
total(lindgen(10)*100000L)
total([1LL,2LL])
total(complex([[1,2],[3,4]],1),1)
total('5')
mean([1,2,3])
mean(findgen(3,2),dimension=1)
mean(findgen(3,2),dimension=2)
mean([1d,2])
mean([1,!values.f_nan,3],/nan)
mean([1,2,3],/double)
mean(5)
median([3,1,2])
median([3,1,2,4])
median([3,1,2,4],/even)
median([3.,1,2])
median([3d,1,2])
median([3b,1b,2b,9b])
median([3L,1L,2L])
median(findgen(3,3))
median(findgen(3,2),dimension=1)
median(findgen(3,2),dimension=2,/even)
median([1,!values.f_nan,3])
min([3,1,2])
max([3,1,2])
max(findgen(3,2),dimension=1)
max(findgen(3,2),dimension=2)
max([1,!values.f_nan,3],/nan)
max([-5,3],/absolute)
min([-5,3],/absolute)
max([3LL,5LL])
max([3b,200b])
max(5)
max(complex([1,3],[5,1]))
variance([1,2,3,4])
variance([1d,2,4])
stddev([1,2,3,4])
stddev(findgen(3,2),dimension=1)
variance(findgen(3,2),dimension=2)
moment([1,2,3,4,10])
moment([1d,2,3,4,10])
product([1,2,3])
product(findgen(3,2)+1,1)
product([1.5,2])
total(findgen(10)^2)
max(findgen(10)*sin(findgen(10)))
total([[1,2],[3,4]],1)
total(bindgen(10))
mean(indgen(4,4),dim=1)
max(indgen(4,3),dim=1)
total(findgen(1000))
mean(complex([1,2],[3,4]))
stddev([1d,2,3])
variance([1.,!values.f_nan,3],/nan)
median([5])
median(bytarr(3)+5b)
total(ul64indgen(5))
min(lindgen(5)-3)
max([1.,!values.f_nan,2.])
min([1.,!values.f_nan,2.])
m=max([3,1,2],i) & i
m=min([3,1,2],i) & i
m=min([3,1,2],max=m2) & m2
m=max([3,1,2],min=m2) & m2
m=max(findgen(3,2),i,dimension=2) & i
m=min(findgen(3,2),i,dimension=1) & i
m=max([1,5,5],i) & i
m=min([1,5,1],i) & i
m=max([1,5,5],subscript_min=i) & i
m=moment([1,2,3,4,10],sdev=s) & s
m=moment([1,2,3,4,10],mdev=s) & s
max([1b,7b])
total(complex([1,2],[3,4]),/double)
total([[1LL,2LL],[3LL,4LL]],1)
total([1b,2b],/integer)
`,
  ),
  family(
    "searching and scaling",
    "function",
    String.raw`
histogram([1,2,2,3,5])
histogram([1b,2b,2b])
histogram([1.5,2.5,2.7])
histogram([1,2,2,3,5],binsize=2)
histogram([1,2,2,3,5],nbins=3)
histogram([1,2,2,3,5],min=0,max=6)
histogram([1,2,2,3,5],min=2)
histogram([1,2,2,3,5],max=3)
histogram([1.,2,2,3,5],nbins=4)
histogram([1,2,2,3,5],input=[1,1,1,1,1])
histogram([1.,2,2,3,5],binsize=0.5)
histogram([1,2,2,3,5],binsize=2,nbins=2)
histogram([-3,2,2],binsize=2)
histogram([5,5,5])
histogram([5.,5,5],nbins=3)
histogram([1L,100000L],binsize=50000L)
histogram([0.1,0.2,0.3,0.4],binsize=0.1,min=0.1)
histogram([0,1,2,3,4,5,6,7,8,9],nbins=5,max=9)
where([0,1,0,1])
where([0,0])
where([0.0,0.5])
where(indgen(3,2) gt 2)
where(1)
where(0)
where([0,0],/null)
where(['','a'])
finite([1.,!values.f_nan,!values.f_infinity])
finite([1.,!values.f_nan,!values.f_infinity],/nan)
finite([1.,!values.f_nan,!values.f_infinity],/infinity)
finite([-!values.f_infinity,!values.f_infinity],/infinity,sign=1)
finite(5)
finite([1,2])
finite(complex(1,!values.f_nan))
finite(!values.d_infinity)
bytscl([0.,1,2])
bytscl([0,1,2])
bytscl([0,10,20],min=5)
bytscl([0.,10,20],max=15)
bytscl([0,10,20],top=100)
bytscl([0.,10,20],min=2,max=15,top=200)
bytscl([0.,!values.f_nan,20],/nan)
bytscl(findgen(10))
bytscl(indgen(10))
bytscl([5,5,5])
bytscl([5.,5])
bytscl([1b,100b])
bytscl(lindgen(10)*1000)
bytscl(dindgen(10))
bytscl(findgen(5),2,3)
smooth([1.,5,3,8,2],3)
smooth([1,5,3,8,2],3)
smooth([1.,5,3,8,2],3,/edge_truncate)
smooth([1.,5,3,8,2],3,/edge_wrap)
smooth([1.,5,3,8,2],3,/edge_mirror)
smooth([1.,5,3,8,2],3,/edge_zero)
smooth([1.,5,3,8,2],2)
smooth(findgen(5,5)^2,3,/edge_truncate)
smooth(findgen(5,5)^2,[3,1])
smooth([1.,5,!values.f_nan,8,2],3,/nan)
smooth([10b,50b,30b],3)
smooth(indgen(5)^2,3,/edge_truncate)
smooth([1.,5,3,8,2],5,/edge_mirror)
smooth([1.,5,3,8,2],5,/edge_wrap)
sort([3,1,2])
sort([3.,1,2,1])
sort(['b','a'])
uniq([1,1,2,2,3])
uniq([1,2,1],sort([1,2,1]))
smooth(dindgen(6),3)
h=histogram([1.,2,2,3,5],nbins=4,locations=l) & l
h=histogram([1.,2,2,3,5],nbins=4,min=0,max=10,locations=l) & l
h=histogram([1,2,2,3,5],reverse_indices=r) & r
h=histogram([1,2,2,3,5],omin=o) & o
h=histogram([1,2,2,3,5],omax=o) & o
h=histogram([1,2,2,3,5],binsize=2,omax=o) & o
h=histogram([1.,2,2,3,5],omax=o,nbins=3) & o
h=histogram([1,2,2,3,5],binsize=2,locations=l) & l
w=where([0,1,1],n) & n
w=where([0,1,1],complement=c) & c
w=where([1,1,1],complement=c) & c
w=where([0,1,1],ncomplement=c) & c
w=where([0,1,1],n,complement=c) & [n,c]
w=where([0,0],n,complement=c,ncomplement=nc) & [n,nc,c]
histogram([1b,2b,2b],max=4)
smooth(findgen(6)^2,4)
smooth(findgen(4,4)^2,3,/edge_wrap)
smooth(findgen(4,4)^2,3,/edge_mirror)
smooth(findgen(4,4)^2,3,/edge_zero)
smooth(bindgen(7),3)
smooth(indgen(7)^2,3)
`,
  ),
  family(
    "Fourier transform",
    "transform",
    String.raw`
fft([1.,2,3,4])
fft([1.,2,3,4],1)
fft([1.,2,3,4],/inverse)
fft([1.,2,3])
fft(findgen(7))
fft(dindgen(6))
fft(findgen(4,3))
fft(findgen(4,3),dimension=1)
fft(findgen(4,3),dimension=2)
fft(complex([1,2],[3,4]))
fft([1.,2,3,4],-1)
fft(findgen(4,4),1)
fft(dindgen(5),/double)
fft(5)
fft([1.,2,3,4,5,6],1)
fft(findgen(12))
`,
  ),
];
