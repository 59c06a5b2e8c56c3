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
    "operation",
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
  family(
    "functions by types",
    "function",
    String.raw`
smooth(findgen(4,5,6)^2,3,/edge_truncate)
smooth(findgen(40,50)^2,[5,3],/edge_wrap)
smooth(findgen(70,4),3,/edge_mirror)
rebin(findgen(6,4,2),3,2,2)
rebin(findgen(4,6),2,12)
variance(findgen(40,50)^2)
abs(bindgen(6))
abs(indgen(6))
abs(lindgen(6))
abs(findgen(6))
abs(dindgen(6))
abs(cindgen(6))
abs(dcindgen(6))
abs(uindgen(6))
abs(ulindgen(6))
abs(l64indgen(6))
abs(ul64indgen(6))
sqrt(bindgen(6))
sqrt(indgen(6))
sqrt(lindgen(6))
sqrt(findgen(6))
sqrt(dindgen(6))
sqrt(cindgen(6))
sqrt(dcindgen(6))
sqrt(uindgen(6))
sqrt(ulindgen(6))
sqrt(l64indgen(6))
sqrt(ul64indgen(6))
exp(bindgen(6))
exp(indgen(6))
exp(lindgen(6))
exp(findgen(6))
exp(dindgen(6))
exp(cindgen(6))
exp(dcindgen(6))
exp(uindgen(6))
exp(ulindgen(6))
exp(l64indgen(6))
exp(ul64indgen(6))
alog(bindgen(6))
alog(indgen(6))
alog(lindgen(6))
alog(findgen(6))
alog(dindgen(6))
alog(cindgen(6))
alog(dcindgen(6))
alog(uindgen(6))
alog(ulindgen(6))
alog(l64indgen(6))
alog(ul64indgen(6))
alog10(bindgen(6))
alog10(indgen(6))
alog10(lindgen(6))
alog10(findgen(6))
alog10(dindgen(6))
alog10(cindgen(6))
alog10(dcindgen(6))
alog10(uindgen(6))
alog10(ulindgen(6))
alog10(l64indgen(6))
alog10(ul64indgen(6))
sin(bindgen(6))
sin(indgen(6))
sin(lindgen(6))
sin(findgen(6))
sin(dindgen(6))
sin(cindgen(6))
sin(dcindgen(6))
sin(uindgen(6))
sin(ulindgen(6))
sin(l64indgen(6))
sin(ul64indgen(6))
cos(bindgen(6))
cos(indgen(6))
cos(lindgen(6))
cos(findgen(6))
cos(dindgen(6))
cos(cindgen(6))
cos(dcindgen(6))
cos(uindgen(6))
cos(ulindgen(6))
cos(l64indgen(6))
cos(ul64indgen(6))
tan((bindgen(6)/7))
tan((indgen(6)/7))
tan((lindgen(6)/7))
tan((findgen(6)/7))
tan((dindgen(6)/7))
tan((cindgen(6)/7))
tan((dcindgen(6)/7))
tan((uindgen(6)/7))
tan((ulindgen(6)/7))
tan((l64indgen(6)/7))
tan((ul64indgen(6)/7))
asin((bindgen(6)/7))
asin((indgen(6)/7))
asin((lindgen(6)/7))
asin((findgen(6)/7))
asin((dindgen(6)/7))
asin((cindgen(6)/7))
asin((dcindgen(6)/7))
asin((uindgen(6)/7))
asin((ulindgen(6)/7))
asin((l64indgen(6)/7))
asin((ul64indgen(6)/7))
acos((bindgen(6)/7))
acos((indgen(6)/7))
acos((lindgen(6)/7))
acos((findgen(6)/7))
acos((dindgen(6)/7))
acos((cindgen(6)/7))
acos((dcindgen(6)/7))
acos((uindgen(6)/7))
acos((ulindgen(6)/7))
acos((l64indgen(6)/7))
acos((ul64indgen(6)/7))
atan((bindgen(6)/7))
atan((indgen(6)/7))
atan((lindgen(6)/7))
atan((findgen(6)/7))
atan((dindgen(6)/7))
atan((cindgen(6)/7))
atan((dcindgen(6)/7))
atan((uindgen(6)/7))
atan((ulindgen(6)/7))
atan((l64indgen(6)/7))
atan((ul64indgen(6)/7))
sinh(bindgen(6))
sinh(indgen(6))
sinh(lindgen(6))
sinh(findgen(6))
sinh(dindgen(6))
sinh(cindgen(6))
sinh(dcindgen(6))
sinh(uindgen(6))
sinh(ulindgen(6))
sinh(l64indgen(6))
sinh(ul64indgen(6))
cosh(bindgen(6))
cosh(indgen(6))
cosh(lindgen(6))
cosh(findgen(6))
cosh(dindgen(6))
cosh(cindgen(6))
cosh(dcindgen(6))
cosh(uindgen(6))
cosh(ulindgen(6))
cosh(l64indgen(6))
cosh(ul64indgen(6))
tanh((bindgen(6)/7))
tanh((indgen(6)/7))
tanh((lindgen(6)/7))
tanh((findgen(6)/7))
tanh((dindgen(6)/7))
tanh((cindgen(6)/7))
tanh((dcindgen(6)/7))
tanh((uindgen(6)/7))
tanh((ulindgen(6)/7))
tanh((l64indgen(6)/7))
tanh((ul64indgen(6)/7))
floor(bindgen(6))
floor(indgen(6))
floor(lindgen(6))
floor(findgen(6))
floor(dindgen(6))
floor(cindgen(6))
floor(dcindgen(6))
floor(uindgen(6))
floor(ulindgen(6))
floor(l64indgen(6))
floor(ul64indgen(6))
ceil(bindgen(6))
ceil(indgen(6))
ceil(lindgen(6))
ceil(findgen(6))
ceil(dindgen(6))
ceil(cindgen(6))
ceil(dcindgen(6))
ceil(uindgen(6))
ceil(ulindgen(6))
ceil(l64indgen(6))
ceil(ul64indgen(6))
round(bindgen(6))
round(indgen(6))
round(lindgen(6))
round(findgen(6))
round(dindgen(6))
round(cindgen(6))
round(dcindgen(6))
round(uindgen(6))
round(ulindgen(6))
round(l64indgen(6))
round(ul64indgen(6))
total(bindgen(6))
total(indgen(6))
total(lindgen(6))
total(findgen(6))
total(dindgen(6))
total(cindgen(6))
total(dcindgen(6))
total(uindgen(6))
total(ulindgen(6))
total(l64indgen(6))
total(ul64indgen(6))
product(bindgen(6))
product(indgen(6))
product(lindgen(6))
product(findgen(6))
product(dindgen(6))
product(cindgen(6))
product(dcindgen(6))
product(uindgen(6))
product(ulindgen(6))
product(l64indgen(6))
product(ul64indgen(6))
mean(bindgen(6))
mean(indgen(6))
mean(lindgen(6))
mean(findgen(6))
mean(dindgen(6))
mean(cindgen(6))
mean(dcindgen(6))
mean(uindgen(6))
mean(ulindgen(6))
mean(l64indgen(6))
mean(ul64indgen(6))
max(bindgen(6))
max(indgen(6))
max(lindgen(6))
max(findgen(6))
max(dindgen(6))
max(cindgen(6))
max(dcindgen(6))
max(uindgen(6))
max(ulindgen(6))
max(l64indgen(6))
max(ul64indgen(6))
min(bindgen(6))
min(indgen(6))
min(lindgen(6))
min(findgen(6))
min(dindgen(6))
min(cindgen(6))
min(dcindgen(6))
min(uindgen(6))
min(ulindgen(6))
min(l64indgen(6))
min(ul64indgen(6))
variance(bindgen(6))
variance(indgen(6))
variance(lindgen(6))
variance(findgen(6))
variance(dindgen(6))
variance(uindgen(6))
variance(ulindgen(6))
variance(l64indgen(6))
variance(ul64indgen(6))
stddev(bindgen(6))
stddev(indgen(6))
stddev(lindgen(6))
stddev(findgen(6))
stddev(dindgen(6))
stddev(uindgen(6))
stddev(ulindgen(6))
stddev(l64indgen(6))
stddev(ul64indgen(6))
moment(bindgen(6))
moment(indgen(6))
moment(lindgen(6))
moment(findgen(6))
moment(dindgen(6))
moment(uindgen(6))
moment(ulindgen(6))
moment(l64indgen(6))
moment(ul64indgen(6))
median(bindgen(6))
median(indgen(6))
median(lindgen(6))
median(findgen(6))
median(dindgen(6))
median(uindgen(6))
median(ulindgen(6))
median(l64indgen(6))
median(ul64indgen(6))
finite(bindgen(6))
finite(indgen(6))
finite(lindgen(6))
finite(findgen(6))
finite(dindgen(6))
finite(cindgen(6))
finite(dcindgen(6))
finite(uindgen(6))
finite(ulindgen(6))
finite(l64indgen(6))
finite(ul64indgen(6))
bytscl(bindgen(6))
bytscl(indgen(6))
bytscl(lindgen(6))
bytscl(findgen(6))
bytscl(dindgen(6))
bytscl(uindgen(6))
bytscl(ulindgen(6))
bytscl(l64indgen(6))
bytscl(ul64indgen(6))
reverse(bindgen(6))
reverse(indgen(6))
reverse(lindgen(6))
reverse(findgen(6))
reverse(dindgen(6))
reverse(cindgen(6))
reverse(dcindgen(6))
reverse(uindgen(6))
reverse(ulindgen(6))
reverse(l64indgen(6))
reverse(ul64indgen(6))
fft(bindgen(6))
fft(indgen(6))
fft(lindgen(6))
fft(findgen(6))
fft(dindgen(6))
fft(cindgen(6))
fft(dcindgen(6))
fft(uindgen(6))
fft(ulindgen(6))
fft(l64indgen(6))
fft(ul64indgen(6))
string(indgen(6))
string(lindgen(6))
string(findgen(6))
string(dindgen(6))
string(uindgen(6))
string(ulindgen(6))
string(l64indgen(6))
string(ul64indgen(6))
byte(bindgen(6))
byte(indgen(6))
byte(lindgen(6))
byte(findgen(6))
byte(dindgen(6))
byte(cindgen(6))
byte(dcindgen(6))
byte(uindgen(6))
byte(ulindgen(6))
byte(l64indgen(6))
byte(ul64indgen(6))
fix(bindgen(6))
fix(indgen(6))
fix(lindgen(6))
fix(findgen(6))
fix(dindgen(6))
fix(cindgen(6))
fix(dcindgen(6))
fix(uindgen(6))
fix(ulindgen(6))
fix(l64indgen(6))
fix(ul64indgen(6))
uint(bindgen(6))
uint(indgen(6))
uint(lindgen(6))
uint(findgen(6))
uint(dindgen(6))
uint(cindgen(6))
uint(dcindgen(6))
uint(uindgen(6))
uint(ulindgen(6))
uint(l64indgen(6))
uint(ul64indgen(6))
long(bindgen(6))
long(indgen(6))
long(lindgen(6))
long(findgen(6))
long(dindgen(6))
long(cindgen(6))
long(dcindgen(6))
long(uindgen(6))
long(ulindgen(6))
long(l64indgen(6))
long(ul64indgen(6))
ulong(bindgen(6))
ulong(indgen(6))
ulong(lindgen(6))
ulong(findgen(6))
ulong(dindgen(6))
ulong(cindgen(6))
ulong(dcindgen(6))
ulong(uindgen(6))
ulong(ulindgen(6))
ulong(l64indgen(6))
ulong(ul64indgen(6))
long64(bindgen(6))
long64(indgen(6))
long64(lindgen(6))
long64(findgen(6))
long64(dindgen(6))
long64(cindgen(6))
long64(dcindgen(6))
long64(uindgen(6))
long64(ulindgen(6))
long64(l64indgen(6))
long64(ul64indgen(6))
ulong64(bindgen(6))
ulong64(indgen(6))
ulong64(lindgen(6))
ulong64(findgen(6))
ulong64(dindgen(6))
ulong64(cindgen(6))
ulong64(dcindgen(6))
ulong64(uindgen(6))
ulong64(ulindgen(6))
ulong64(l64indgen(6))
ulong64(ul64indgen(6))
float(bindgen(6))
float(indgen(6))
float(lindgen(6))
float(findgen(6))
float(dindgen(6))
float(cindgen(6))
float(dcindgen(6))
float(uindgen(6))
float(ulindgen(6))
float(l64indgen(6))
float(ul64indgen(6))
double(bindgen(6))
double(indgen(6))
double(lindgen(6))
double(findgen(6))
double(dindgen(6))
double(cindgen(6))
double(dcindgen(6))
double(uindgen(6))
double(ulindgen(6))
double(l64indgen(6))
double(ul64indgen(6))
complex(bindgen(6))
complex(indgen(6))
complex(lindgen(6))
complex(findgen(6))
complex(dindgen(6))
complex(cindgen(6))
complex(dcindgen(6))
complex(uindgen(6))
complex(ulindgen(6))
complex(l64indgen(6))
complex(ul64indgen(6))
dcomplex(bindgen(6))
dcomplex(indgen(6))
dcomplex(lindgen(6))
dcomplex(findgen(6))
dcomplex(dindgen(6))
dcomplex(cindgen(6))
dcomplex(dcindgen(6))
dcomplex(uindgen(6))
dcomplex(ulindgen(6))
dcomplex(l64indgen(6))
dcomplex(ul64indgen(6))
real_part(bindgen(6))
real_part(indgen(6))
real_part(lindgen(6))
real_part(findgen(6))
real_part(dindgen(6))
real_part(cindgen(6))
real_part(dcindgen(6))
real_part(uindgen(6))
real_part(ulindgen(6))
real_part(l64indgen(6))
real_part(ul64indgen(6))
imaginary(bindgen(6))
imaginary(indgen(6))
imaginary(lindgen(6))
imaginary(findgen(6))
imaginary(dindgen(6))
imaginary(cindgen(6))
imaginary(dcindgen(6))
imaginary(uindgen(6))
imaginary(ulindgen(6))
imaginary(l64indgen(6))
imaginary(ul64indgen(6))
conj(bindgen(6))
conj(indgen(6))
conj(lindgen(6))
conj(findgen(6))
conj(dindgen(6))
conj(cindgen(6))
conj(dcindgen(6))
conj(uindgen(6))
conj(ulindgen(6))
conj(l64indgen(6))
conj(ul64indgen(6))
where(bindgen(6))
where(indgen(6))
where(lindgen(6))
where(findgen(6))
where(dindgen(6))
where(uindgen(6))
where(ulindgen(6))
where(l64indgen(6))
where(ul64indgen(6))
sort(bindgen(6))
sort(indgen(6))
sort(lindgen(6))
sort(findgen(6))
sort(dindgen(6))
sort(uindgen(6))
sort(ulindgen(6))
sort(l64indgen(6))
sort(ul64indgen(6))
uniq(bindgen(6))
uniq(indgen(6))
uniq(lindgen(6))
uniq(findgen(6))
uniq(dindgen(6))
uniq(uindgen(6))
uniq(ulindgen(6))
uniq(l64indgen(6))
uniq(ul64indgen(6))
transpose(bindgen(6))
transpose(indgen(6))
transpose(lindgen(6))
transpose(findgen(6))
transpose(dindgen(6))
transpose(cindgen(6))
transpose(dcindgen(6))
transpose(uindgen(6))
transpose(ulindgen(6))
transpose(l64indgen(6))
transpose(ul64indgen(6))
histogram(bindgen(6))
histogram(indgen(6))
histogram(lindgen(6))
histogram(findgen(6))
histogram(dindgen(6))
histogram(cindgen(6))
histogram(dcindgen(6))
histogram(uindgen(6))
histogram(ulindgen(6))
histogram(l64indgen(6))
histogram(ul64indgen(6))
strtrim(indgen(6))
strtrim(lindgen(6))
strtrim(findgen(6))
strtrim(dindgen(6))
strtrim(uindgen(6))
strtrim(ulindgen(6))
strtrim(l64indgen(6))
strtrim(ul64indgen(6))
-bindgen(6)
-indgen(6)
-lindgen(6)
-findgen(6)
-dindgen(6)
-cindgen(6)
-dcindgen(6)
-uindgen(6)
-ulindgen(6)
-l64indgen(6)
-ul64indgen(6)
not bindgen(6)
not indgen(6)
not lindgen(6)
not findgen(6)
not dindgen(6)
not cindgen(6)
not dcindgen(6)
not uindgen(6)
not ulindgen(6)
not l64indgen(6)
not ul64indgen(6)
~bindgen(6)
~indgen(6)
~lindgen(6)
~findgen(6)
~dindgen(6)
~cindgen(6)
~dcindgen(6)
~uindgen(6)
~ulindgen(6)
~l64indgen(6)
~ul64indgen(6)
rebin(bindgen(6),3)
rebin(bindgen(6),12)
congrid(bindgen(6),4)
smooth(bindgen(6),3)
shift(bindgen(6),2)
reform(bindgen(6),2,3)
rotate(bindgen(6),3)
total(bindgen(6),/double)
total(bindgen(6),/integer)
total(bindgen(6),/preserve_type)
total(bindgen(6),/cumulative)
(bindgen(6))#(bindgen(6))
mean(reform(bindgen(6),2,3),dimension=1)
max(reform(bindgen(6),2,3),dimension=2)
median(reform(bindgen(6),2,3),dimension=1)
total(reform(bindgen(6),2,3),1)
atan(bindgen(6),2)
make_array(3,value=(bindgen(6))[2])
replicate((bindgen(6))[1],2)
a=bindgen(6) & a[2]=7.7 & a
a=bindgen(6) & a[1:2]=-3 & a
[(bindgen(6))[1:2],5]
stddev(bindgen(6),/double)
round(bindgen(6),/l64)
rebin(indgen(6),3)
rebin(indgen(6),12)
congrid(indgen(6),4)
smooth(indgen(6),3)
shift(indgen(6),2)
reform(indgen(6),2,3)
rotate(indgen(6),3)
total(indgen(6),/double)
total(indgen(6),/integer)
total(indgen(6),/preserve_type)
total(indgen(6),/cumulative)
(indgen(6))#(indgen(6))
mean(reform(indgen(6),2,3),dimension=1)
max(reform(indgen(6),2,3),dimension=2)
median(reform(indgen(6),2,3),dimension=1)
total(reform(indgen(6),2,3),1)
atan(indgen(6),2)
make_array(3,value=(indgen(6))[2])
replicate((indgen(6))[1],2)
a=indgen(6) & a[2]=7.7 & a
a=indgen(6) & a[1:2]=-3 & a
[(indgen(6))[1:2],5]
stddev(indgen(6),/double)
round(indgen(6),/l64)
rebin(lindgen(6),3)
rebin(lindgen(6),12)
congrid(lindgen(6),4)
smooth(lindgen(6),3)
shift(lindgen(6),2)
reform(lindgen(6),2,3)
rotate(lindgen(6),3)
total(lindgen(6),/double)
total(lindgen(6),/integer)
total(lindgen(6),/preserve_type)
total(lindgen(6),/cumulative)
(lindgen(6))#(lindgen(6))
mean(reform(lindgen(6),2,3),dimension=1)
max(reform(lindgen(6),2,3),dimension=2)
median(reform(lindgen(6),2,3),dimension=1)
total(reform(lindgen(6),2,3),1)
atan(lindgen(6),2)
make_array(3,value=(lindgen(6))[2])
replicate((lindgen(6))[1],2)
a=lindgen(6) & a[2]=7.7 & a
a=lindgen(6) & a[1:2]=-3 & a
[(lindgen(6))[1:2],5]
stddev(lindgen(6),/double)
round(lindgen(6),/l64)
rebin(findgen(6),3)
rebin(findgen(6),12)
congrid(findgen(6),4)
smooth(findgen(6),3)
shift(findgen(6),2)
reform(findgen(6),2,3)
rotate(findgen(6),3)
total(findgen(6),/double)
total(findgen(6),/integer)
total(findgen(6),/preserve_type)
total(findgen(6),/cumulative)
(findgen(6))#(findgen(6))
mean(reform(findgen(6),2,3),dimension=1)
max(reform(findgen(6),2,3),dimension=2)
median(reform(findgen(6),2,3),dimension=1)
total(reform(findgen(6),2,3),1)
atan(findgen(6),2)
make_array(3,value=(findgen(6))[2])
replicate((findgen(6))[1],2)
a=findgen(6) & a[2]=7.7 & a
a=findgen(6) & a[1:2]=-3 & a
[(findgen(6))[1:2],5]
stddev(findgen(6),/double)
round(findgen(6),/l64)
rebin(dindgen(6),3)
rebin(dindgen(6),12)
congrid(dindgen(6),4)
smooth(dindgen(6),3)
shift(dindgen(6),2)
reform(dindgen(6),2,3)
rotate(dindgen(6),3)
total(dindgen(6),/double)
total(dindgen(6),/integer)
total(dindgen(6),/preserve_type)
total(dindgen(6),/cumulative)
(dindgen(6))#(dindgen(6))
mean(reform(dindgen(6),2,3),dimension=1)
max(reform(dindgen(6),2,3),dimension=2)
median(reform(dindgen(6),2,3),dimension=1)
total(reform(dindgen(6),2,3),1)
atan(dindgen(6),2)
make_array(3,value=(dindgen(6))[2])
replicate((dindgen(6))[1],2)
a=dindgen(6) & a[2]=7.7 & a
a=dindgen(6) & a[1:2]=-3 & a
[(dindgen(6))[1:2],5]
stddev(dindgen(6),/double)
round(dindgen(6),/l64)
shift(cindgen(6),2)
reform(cindgen(6),2,3)
rotate(cindgen(6),3)
total(cindgen(6),/double)
total(cindgen(6),/integer)
total(cindgen(6),/preserve_type)
total(cindgen(6),/cumulative)
(cindgen(6))#(cindgen(6))
mean(reform(cindgen(6),2,3),dimension=1)
max(reform(cindgen(6),2,3),dimension=2)
total(reform(cindgen(6),2,3),1)
make_array(3,value=(cindgen(6))[2])
replicate((cindgen(6))[1],2)
a=cindgen(6) & a[2]=7.7 & a
a=cindgen(6) & a[1:2]=-3 & a
[(cindgen(6))[1:2],5]
round(cindgen(6),/l64)
shift(dcindgen(6),2)
reform(dcindgen(6),2,3)
rotate(dcindgen(6),3)
total(dcindgen(6),/double)
total(dcindgen(6),/integer)
total(dcindgen(6),/preserve_type)
total(dcindgen(6),/cumulative)
(dcindgen(6))#(dcindgen(6))
mean(reform(dcindgen(6),2,3),dimension=1)
max(reform(dcindgen(6),2,3),dimension=2)
total(reform(dcindgen(6),2,3),1)
make_array(3,value=(dcindgen(6))[2])
replicate((dcindgen(6))[1],2)
a=dcindgen(6) & a[2]=7.7 & a
a=dcindgen(6) & a[1:2]=-3 & a
[(dcindgen(6))[1:2],5]
round(dcindgen(6),/l64)
rebin(uindgen(6),3)
rebin(uindgen(6),12)
congrid(uindgen(6),4)
smooth(uindgen(6),3)
shift(uindgen(6),2)
reform(uindgen(6),2,3)
rotate(uindgen(6),3)
total(uindgen(6),/double)
total(uindgen(6),/integer)
total(uindgen(6),/preserve_type)
total(uindgen(6),/cumulative)
(uindgen(6))#(uindgen(6))
mean(reform(uindgen(6),2,3),dimension=1)
max(reform(uindgen(6),2,3),dimension=2)
median(reform(uindgen(6),2,3),dimension=1)
total(reform(uindgen(6),2,3),1)
atan(uindgen(6),2)
make_array(3,value=(uindgen(6))[2])
replicate((uindgen(6))[1],2)
a=uindgen(6) & a[2]=7.7 & a
a=uindgen(6) & a[1:2]=-3 & a
[(uindgen(6))[1:2],5]
stddev(uindgen(6),/double)
round(uindgen(6),/l64)
rebin(ulindgen(6),3)
rebin(ulindgen(6),12)
congrid(ulindgen(6),4)
smooth(ulindgen(6),3)
shift(ulindgen(6),2)
reform(ulindgen(6),2,3)
rotate(ulindgen(6),3)
total(ulindgen(6),/double)
total(ulindgen(6),/integer)
total(ulindgen(6),/preserve_type)
total(ulindgen(6),/cumulative)
(ulindgen(6))#(ulindgen(6))
mean(reform(ulindgen(6),2,3),dimension=1)
max(reform(ulindgen(6),2,3),dimension=2)
median(reform(ulindgen(6),2,3),dimension=1)
total(reform(ulindgen(6),2,3),1)
atan(ulindgen(6),2)
make_array(3,value=(ulindgen(6))[2])
replicate((ulindgen(6))[1],2)
a=ulindgen(6) & a[2]=7.7 & a
a=ulindgen(6) & a[1:2]=-3 & a
[(ulindgen(6))[1:2],5]
stddev(ulindgen(6),/double)
round(ulindgen(6),/l64)
rebin(l64indgen(6),3)
rebin(l64indgen(6),12)
congrid(l64indgen(6),4)
smooth(l64indgen(6),3)
shift(l64indgen(6),2)
reform(l64indgen(6),2,3)
rotate(l64indgen(6),3)
total(l64indgen(6),/double)
total(l64indgen(6),/integer)
total(l64indgen(6),/preserve_type)
total(l64indgen(6),/cumulative)
(l64indgen(6))#(l64indgen(6))
mean(reform(l64indgen(6),2,3),dimension=1)
max(reform(l64indgen(6),2,3),dimension=2)
median(reform(l64indgen(6),2,3),dimension=1)
total(reform(l64indgen(6),2,3),1)
atan(l64indgen(6),2)
make_array(3,value=(l64indgen(6))[2])
replicate((l64indgen(6))[1],2)
a=l64indgen(6) & a[2]=7.7 & a
a=l64indgen(6) & a[1:2]=-3 & a
[(l64indgen(6))[1:2],5]
stddev(l64indgen(6),/double)
round(l64indgen(6),/l64)
rebin(ul64indgen(6),3)
rebin(ul64indgen(6),12)
congrid(ul64indgen(6),4)
smooth(ul64indgen(6),3)
shift(ul64indgen(6),2)
reform(ul64indgen(6),2,3)
rotate(ul64indgen(6),3)
total(ul64indgen(6),/double)
total(ul64indgen(6),/integer)
total(ul64indgen(6),/preserve_type)
total(ul64indgen(6),/cumulative)
(ul64indgen(6))#(ul64indgen(6))
mean(reform(ul64indgen(6),2,3),dimension=1)
max(reform(ul64indgen(6),2,3),dimension=2)
median(reform(ul64indgen(6),2,3),dimension=1)
total(reform(ul64indgen(6),2,3),1)
atan(ul64indgen(6),2)
make_array(3,value=(ul64indgen(6))[2])
replicate((ul64indgen(6))[1],2)
a=ul64indgen(6) & a[2]=7.7 & a
a=ul64indgen(6) & a[1:2]=-3 & a
[(ul64indgen(6))[1:2],5]
stddev(ul64indgen(6),/double)
round(ul64indgen(6),/l64)
`,
  ),
  family(
    "DIST",
    "operation",
    String.raw`
dist(5)
dist(4,3)
dist(1)
dist(6,1)
`,
  ),
  family(
    "signed and unsigned integers that meet",
    "operation",
    String.raw`
5U + (-2)
5U - (-2)
5U * (-2)
5U / (-2)
5U mod (-2)
5U < (-2)
5U > (-2)
5U eq (-2)
5U ne (-2)
5U lt (-2)
5U le (-2)
5U gt (-2)
5U ge (-2)
5U and (-2)
5U or (-2)
5U xor (-2)
(-2) + 5U
(-2) - 5U
(-2) * 5U
(-2) / 5U
(-2) mod 5U
(-2) < 5U
(-2) > 5U
(-2) eq 5U
(-2) ne 5U
(-2) lt 5U
(-2) le 5U
(-2) gt 5U
(-2) ge 5U
(-2) and 5U
(-2) or 5U
(-2) xor 5U
(-1) + 40000U
(-1) - 40000U
(-1) * 40000U
(-1) / 40000U
(-1) mod 40000U
(-1) < 40000U
(-1) > 40000U
(-1) eq 40000U
(-1) ne 40000U
(-1) lt 40000U
(-1) le 40000U
(-1) gt 40000U
(-1) ge 40000U
(-1) and 40000U
(-1) or 40000U
(-1) xor 40000U
40000U + (-1)
40000U - (-1)
40000U * (-1)
40000U / (-1)
40000U mod (-1)
40000U < (-1)
40000U > (-1)
40000U eq (-1)
40000U ne (-1)
40000U lt (-1)
40000U le (-1)
40000U gt (-1)
40000U ge (-1)
40000U and (-1)
40000U or (-1)
40000U xor (-1)
5UL + (-2)
5UL - (-2)
5UL * (-2)
5UL / (-2)
5UL mod (-2)
5UL < (-2)
5UL > (-2)
5UL eq (-2)
5UL ne (-2)
5UL lt (-2)
5UL le (-2)
5UL gt (-2)
5UL ge (-2)
5UL and (-2)
5UL or (-2)
5UL xor (-2)
(-2) + 5UL
(-2) - 5UL
(-2) * 5UL
(-2) / 5UL
(-2) mod 5UL
(-2) < 5UL
(-2) > 5UL
(-2) eq 5UL
(-2) ne 5UL
(-2) lt 5UL
(-2) le 5UL
(-2) gt 5UL
(-2) ge 5UL
(-2) and 5UL
(-2) or 5UL
(-2) xor 5UL
5UL + (-2L)
5UL - (-2L)
5UL * (-2L)
5UL / (-2L)
5UL mod (-2L)
5UL < (-2L)
5UL > (-2L)
5UL eq (-2L)
5UL ne (-2L)
5UL lt (-2L)
5UL le (-2L)
5UL gt (-2L)
5UL ge (-2L)
5UL and (-2L)
5UL or (-2L)
5UL xor (-2L)
(-2L) + 4000000000UL
(-2L) - 4000000000UL
(-2L) * 4000000000UL
(-2L) / 4000000000UL
(-2L) mod 4000000000UL
(-2L) < 4000000000UL
(-2L) > 4000000000UL
(-2L) eq 4000000000UL
(-2L) ne 4000000000UL
(-2L) lt 4000000000UL
(-2L) le 4000000000UL
(-2L) gt 4000000000UL
(-2L) ge 4000000000UL
(-2L) and 4000000000UL
(-2L) or 4000000000UL
(-2L) xor 4000000000UL
65535U + (-1)
65535U - (-1)
65535U * (-1)
65535U / (-1)
65535U mod (-1)
65535U < (-1)
65535U > (-1)
65535U eq (-1)
65535U ne (-1)
65535U lt (-1)
65535U le (-1)
65535U gt (-1)
65535U ge (-1)
65535U and (-1)
65535U or (-1)
65535U xor (-1)
(-1L) + 4294967295UL
(-1L) - 4294967295UL
(-1L) * 4294967295UL
(-1L) / 4294967295UL
(-1L) mod 4294967295UL
(-1L) < 4294967295UL
(-1L) > 4294967295UL
(-1L) eq 4294967295UL
(-1L) ne 4294967295UL
(-1L) lt 4294967295UL
(-1L) le 4294967295UL
(-1L) gt 4294967295UL
(-1L) ge 4294967295UL
(-1L) and 4294967295UL
(-1L) or 4294967295UL
(-1L) xor 4294967295UL
5ULL + (-2)
5ULL - (-2)
5ULL * (-2)
5ULL / (-2)
5ULL mod (-2)
5ULL < (-2)
5ULL > (-2)
5ULL eq (-2)
5ULL ne (-2)
5ULL lt (-2)
5ULL le (-2)
5ULL gt (-2)
5ULL ge (-2)
5ULL and (-2)
5ULL or (-2)
5ULL xor (-2)
(-2LL) + 5ULL
(-2LL) - 5ULL
(-2LL) * 5ULL
(-2LL) / 5ULL
(-2LL) mod 5ULL
(-2LL) < 5ULL
(-2LL) > 5ULL
(-2LL) eq 5ULL
(-2LL) ne 5ULL
(-2LL) lt 5ULL
(-2LL) le 5ULL
(-2LL) gt 5ULL
(-2LL) ge 5ULL
(-2LL) and 5ULL
(-2LL) or 5ULL
(-2LL) xor 5ULL
[7U,1U] + ([-2,3])
[7U,1U] - ([-2,3])
[7U,1U] * ([-2,3])
[7U,1U] / ([-2,3])
[7U,1U] mod ([-2,3])
[7U,1U] < ([-2,3])
[7U,1U] > ([-2,3])
[7U,1U] eq ([-2,3])
[7U,1U] ne ([-2,3])
[7U,1U] lt ([-2,3])
[7U,1U] le ([-2,3])
[7U,1U] gt ([-2,3])
[7U,1U] ge ([-2,3])
[7U,1U] and ([-2,3])
[7U,1U] or ([-2,3])
[7U,1U] xor ([-2,3])
([-7L,5L]) + 2UL
([-7L,5L]) - 2UL
([-7L,5L]) * 2UL
([-7L,5L]) / 2UL
([-7L,5L]) mod 2UL
([-7L,5L]) < 2UL
([-7L,5L]) > 2UL
([-7L,5L]) eq 2UL
([-7L,5L]) ne 2UL
([-7L,5L]) lt 2UL
([-7L,5L]) le 2UL
([-7L,5L]) gt 2UL
([-7L,5L]) ge 2UL
([-7L,5L]) and 2UL
([-7L,5L]) or 2UL
([-7L,5L]) xor 2UL
total(uintarr(5000) gt (intarr(5000)-1))
total((intarr(5000)-1) lt uintarr(5000))
total((lindgen(5000)-9) lt ulindgen(5000))
max((lindgen(5000)-9)/(ulindgen(5000)+1))
`,
  ),
  family(
    "what random expressions found",
    "operation",
    String.raw`
uniq([5,5])
uniq([5,5],[1,0])
uniq([5])
uniq([1,2,2])
array_equal(complex(1,2),complex(1,2))
array_equal([1,0],complex([1,0],[0,1]))
array_equal(complex([1,2]),[1,2])
array_equal([complex(1,1),complex(1,1)],complex(1,1))
-'5'
-['1','2']
+'5'
`,
  ),
];
