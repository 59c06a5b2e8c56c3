import { assertEquals } from "@std/assert";
import { displayOf } from "../../../fits/table/display.ts";

Deno.test("displayOf() writes numbers as TDISPn asks, else with all their figures", () => {
  const cases: [display: string, stored: string, type: string, value: number | bigint, string][] = [
    ["", "float64", "float64", 2459000.123456789, "2459000.123456789"],
    ["", "float32", "float32", Math.fround(0.1), "0.1"],
    ["", "float32", "complex64", Math.fround(1 / 3), "0.33333334"],
    ["", "int16", "float64", 3 * 0.1, "0.3"],
    ["", "int64", "float64", 9007199254740994, "9007199254740994"],
    ["", "uint64", "uint64", 18446744073709551615n, "18446744073709551615"],
    ["", "float64", "float64", -0, "-0"],
    ["", "float64", "float64", NaN, "NaN"],
    ["F17.9", "float64", "float64", 2459000.123456789, "2459000.123456789"],
    ["F16.6", "float64", "float64", 501234567.89, "501234567.890000"],
    ["F3.1", "float64", "float64", 501234567.89, "501234567.9"],
    ["F5.2", "float64", "float64", 0.125, "0.12"],
    ["F5.2", "int16", "float64", 7, "7.00"],
    ["F5.2", "int64", "int64", 9007199254740993n, "9007199254740993.00"],
    ["F5.2", "float64", "float64", Infinity, "Infinity"],
    ["f8.1", "float64", "float64", 2.25, "2.2"],
    ["E12.3", "float64", "float64", 123456, "1.235E+05"],
    ["E12.3E4", "float64", "float64", -123456, "-1.235E+0005"],
    ["ES12.3", "float64", "float64", 0.5, "5.000E-01"],
    ["D25.17", "float64", "float64", 0.1, "1.00000000000000006E-01"],
    ["EN10.2", "float64", "float64", 123456, "123.46E+03"],
    ["EN10.1", "float64", "float64", 999999, "1.0E+06"],
    ["EN10.1", "float64", "float64", -0.00012, "-120.0E-06"],
    ["EN10.0", "float64", "float64", 5, "5E+00"],
    ["G15.7", "float64", "float64", 1234.5678, "1234.568"],
    ["G10.3", "float64", "float64", 123456, "1.23E+05"],
    ["I6", "int16", "int16", -42, "-42"],
    ["I6.4", "int16", "int16", -42, "-0042"],
    ["I6", "float64", "float64", 1.5, "1.5"],
    ["Z8", "int32", "int32", 255, "FF"],
    ["Z8.4", "int32", "int32", 255, "00FF"],
    ["Z8", "int16", "int16", -1, "FFFF"],
    ["Z16", "int64", "int64", -2n, "FFFFFFFFFFFFFFFE"],
    ["O4", "uint8", "uint8", 8, "10"],
    ["B8.8", "uint8", "uint8", 5, "00000101"],
    // What TDISPn cannot mean is passed over.
    ["A8", "int16", "int16", 5, "5"],
    ["F10.999", "float64", "float64", 0.5, "0.5"],
    ["Q10", "float64", "float64", 0.5, "0.5"],
    ["I6.999999999", "int16", "int16", 5, "5".padStart(100, "0")],
  ];
  for (const [display, storedType, type, value, text] of cases) {
    const write = displayOf({ display, storedType: storedType as "int16" }, type);
    assertEquals(write(value), text, `${display} of ${value}`);
  }
});
