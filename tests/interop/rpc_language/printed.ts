/** Statements whose printed lines ours and GDL must agree on. */
export const PRINTED: readonly string[] = String.raw`
print, 1, 2.5, 'a', 'b', 3
print, [1,2,3], 5
print, 5, [1,2,3]
print, 1, indgen(3,2)
print, indgen(3,2), 1
print, indgen(2,2,2)
print, indgen(2,2,2,2)
print, findgen(12)
print, 'a', 1, 'b'
print, ['a','bc','d']
print, [['a','bc'],['d','e']]
print, bindgen(30)
print, 1d, 2d
print, complex(1,2), complex(3,4)
print, complex([1,2],[3,4])
print, strarr(3)
print, ''
print, 1LL, 2ULL
print, findgen(3)*1e10
print, [1.5,!values.f_nan]
print, 'x', indgen(2,2), 'y'
print, 1b, 2b
print, -1.5, -1d
print, [1e-5, 123456.7, 1e7]
print, complexarr(5)
print, 1.0, format='(f8.3)'
print, [1,2,3], format='(i3)'
print, [1,2,3,4,5], format='(2i3)'
print, 'ab', 5, format='(a,i3)'
print, indgen(40)
print, ['abc','def'], 5
print, 5, ['abc','def']
print, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'c'
print, dindgen(7)
help, 1, 2.5, 'abc', [1,2], ['a'], complex(1,2), 5b, 5LL, 5UL, 1d
print, reform(indgen(3),3,1)
print, reform(indgen(3),1,3)
print, 1e38*10, -1e38*10
print, 0.1, 0.12345678, 100.0, 99999.9, 999999.0, 1e6
print, 0.1d, 0.123456789012d, 1d8, 99999999d
print, 1.0/3, 2d/3
print, [1.0,-2.0], [3,4]
print, 100b, 200b
print
print, indgen(20), format='(10i4)'
print, 1.5, 2.5, format='(2f6.2)'
print, 'abc', format='(a5)'
print, [1.5,2.5,3.5], format='(f5.1,1x,f5.1)'
`.trim().split("\n");
