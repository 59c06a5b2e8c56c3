/** A file for each thing that verifyFits() finds: what it says, how grave it is, and nothing else. */

import { assertEquals } from "../../support/assert.ts";
import { verifyFits } from "../../../mod.ts";
import { type FitsSource, MemorySource } from "../../../fits/source/source.ts";
import { HeliographError } from "../../../net/errors.ts";

/** The cards of a header by their keywords; the value is the rest of the record from byte 9 on. */
type Cards = Readonly<Record<string, string>>;

const int = (value: number) => `= ${String(value).padStart(20)}`;
const text = (value: string) => `= '${value.padEnd(8)}'`;

const PRIMARY: Cards = {
  SIMPLE: `= ${"T".padStart(20)}`,
  BITPIX: int(8),
  NAXIS: int(1),
  NAXIS1: int(3),
  EXTEND: `= ${"T".padStart(20)}`,
};
const IMAGE: Cards = {
  XTENSION: text("IMAGE"),
  BITPIX: int(8),
  NAXIS: int(1),
  NAXIS1: int(3),
  PCOUNT: int(0),
  GCOUNT: int(1),
};
const BINTABLE: Cards = {
  XTENSION: text("BINTABLE"),
  BITPIX: int(8),
  NAXIS: int(2),
  NAXIS1: int(8),
  NAXIS2: int(2),
  PCOUNT: int(0),
  GCOUNT: int(1),
  TFIELDS: int(2),
  TTYPE1: text("A"),
  TFORM1: text("1J"),
  TTYPE2: text("B"),
  TFORM2: text("4A"),
};
const TABLE: Cards = {
  XTENSION: text("TABLE"),
  BITPIX: int(8),
  NAXIS: int(2),
  NAXIS1: int(8),
  NAXIS2: int(2),
  PCOUNT: int(0),
  GCOUNT: int(1),
  TFIELDS: int(2),
  TTYPE1: text("A"),
  TBCOL1: int(1),
  TFORM1: text("I4"),
  TTYPE2: text("B"),
  TBCOL2: int(5),
  TFORM2: text("A4"),
};
const HEAP: Cards = {
  XTENSION: text("BINTABLE"),
  BITPIX: int(8),
  NAXIS: int(2),
  NAXIS1: int(8),
  NAXIS2: int(1),
  PCOUNT: int(4),
  GCOUNT: int(1),
  TFIELDS: int(1),
  TTYPE1: text("A"),
  TFORM1: text("1PB(4)"),
};
const GROUPS: Cards = {
  SIMPLE: `= ${"T".padStart(20)}`,
  BITPIX: int(8),
  NAXIS: int(2),
  NAXIS1: int(0),
  NAXIS2: int(2),
  GROUPS: `= ${"T".padStart(20)}`,
  PCOUNT: int(1),
  GCOUNT: int(3),
  PTYPE1: text("U"),
};

/** A file of one kind, and how it differs from a right one. */
interface Wrong {
  readonly base: Cards;
  /** Cards that are changed (undefined: left out) or added. */
  readonly cards?: Readonly<Record<string, string | undefined>>;
  /** Whole records at the end of the header. */
  readonly records?: readonly string[];
  /** The bytes of the data. */
  readonly data?: readonly number[];
  /** What stands after the END card, and after the data. */
  readonly afterEnd?: string;
  readonly fill?: number;
  /** What follows the file. */
  readonly behind?: readonly number[];
}

const DATA = new Map<Cards, readonly number[]>([
  [PRIMARY, [1, 2, 3]],
  [IMAGE, [1, 2, 3]],
  [BINTABLE, [0, 0, 0, 1, 65, 66, 0, 0, 0, 0, 0, 2, 67, 0, 0, 0]],
  [TABLE, [...new TextEncoder().encode("  12abcd  -3ef  ")]],
  [HEAP, [0, 0, 0, 4, 0, 0, 0, 0, 1, 2, 3, 4]],
  [GROUPS, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
]);

function block(bytes: Uint8Array, fill: number): Uint8Array {
  const blocks = new Uint8Array(Math.ceil(bytes.length / 2880) * 2880).fill(fill);
  blocks.set(bytes);
  return blocks;
}

function hduBytes(
  { base, cards = {}, records = [], data, afterEnd = "", fill }: Wrong,
): Uint8Array[] {
  const all = Object.entries({ ...base, ...cards }).filter(([, value]) => value !== undefined);
  const lines = [...all.map(([keyword, value]) => keyword.padEnd(8) + value), ...records];
  const header = lines.map((line) => line.padEnd(80)).join("") + "END" + afterEnd;
  const bytes = Uint8Array.from(header, (character) => character.charCodeAt(0));
  const blank = base === TABLE ? 0x20 : 0;
  return [block(bytes, 0x20), block(Uint8Array.from(data ?? DATA.get(base)!), fill ?? blank)];
}

/** The file: an extension stands behind an empty primary. */
function fileOf(wrong: Wrong): Uint8Array {
  const primary = wrong.base === PRIMARY || wrong.base === GROUPS;
  const empty = { base: PRIMARY, cards: { NAXIS: int(0), NAXIS1: undefined }, data: [] };
  const parts = [...primary ? [] : hduBytes(empty), ...hduBytes(wrong)];
  return new Uint8Array(
    parts.concat(Uint8Array.from(wrong.behind ?? [])).flatMap((part) => [...part]),
  );
}

/** What is found: `!` before an error, `?` before a warning. */
async function found(wrong: Wrong): Promise<string[]> {
  const findings = await verifyFits(fileOf(wrong));
  return findings.map(({ severity, message }) => (severity === "error" ? "! " : "? ") + message);
}

Deno.test("verifyFits() finds nothing in a right file of each kind", async () => {
  for (const base of DATA.keys()) assertEquals(await found({ base }), []);
});

const CASES: readonly (readonly [wrong: Wrong, messages: readonly string[]])[] = [
  [{ base: PRIMARY, cards: { BITPIX: undefined } }, [
    "! there is no BITPIX, expected in record 2",
    "! NAXIS is not in record 3",
    "! NAXIS1 is not in record 4",
    "! Cannot tell the size of the data from BITPIX: found no such card, expected 8, 16, 32, 64, -32, -64",
    "! there are bytes after the last HDU",
  ]],
  [{ base: PRIMARY, cards: { NAXIS1: `= ${"3".padStart(19)} ` } }, [
    "! NAXIS1 is no integer right-justified in bytes 11 to 30 (section 4.2.3)",
  ]],
  [{ base: PRIMARY, cards: { SIMPLE: "= T" } }, [
    "! SIMPLE is no logical value in byte 30",
  ]],
  [{ base: PRIMARY, cards: { SIMPLE: `= ${"F".padStart(20)}` } }, [
    "? SIMPLE says that the file is no standard FITS",
  ]],
  [{ base: IMAGE, cards: { XTENSION: "= 'IMAGE'" } }, [
    "! XTENSION its string does not begin in byte 11 or is shorter than 8 characters",
  ]],
  [{
    base: IMAGE,
    cards: {
      BITPIX: undefined,
      NAXIS: undefined,
      NAXIS1: undefined,
      PCOUNT: undefined,
      GCOUNT: undefined,
    },
    records: [
      `NAXIS   ${int(1)}`,
      `BITPIX  ${int(8)}`,
      `NAXIS1  ${int(3)}`,
      `PCOUNT  ${int(0)}`,
      `GCOUNT  ${int(1)}`,
    ],
  }, [
    "! BITPIX is not in record 2",
    "! NAXIS is not in record 3",
  ]],
  [{ base: PRIMARY, records: [`NAXIS1  ${int(3)}`] }, [
    "! NAXIS1 is mandatory and stands more than once",
    "? NAXIS1 stands in record 4 already",
  ]],
  [{ base: PRIMARY, cards: { EXTEND: text("T") } }, [
    "! EXTEND has a string, expected a logical",
  ]],
  [{ base: PRIMARY, cards: { EXTEND: "=T" } }, [
    "? EXTEND no blank after the equals sign, so the card has no value",
    "! EXTEND has no '= ' in bytes 9 and 10, expected a value",
  ]],
  [{ base: PRIMARY, cards: { EXTEND: "=" } }, [
    "! EXTEND has no value, expected a logical",
  ]],
  [{ base: BINTABLE, records: [`TFORM1  ${text("1E")}`] }, [
    "! TFORM1 stands in record 10 already, expected it once",
  ]],
  [{ base: BINTABLE, records: [`TFORM1  ${text("1J")}`] }, [
    "? TFORM1 stands in record 10 already",
  ]],
  [{ base: BINTABLE, records: [`GCOUNT  ${int(1)}`] }, [
    "! GCOUNT stands in record 7 already, expected it once",
  ]],
  [{ base: IMAGE, cards: { WCSAXES: int(2), CRPIX3: int(1), CRPIX2: int(1) } }, [
    "! CRPIX3 has the axis 3, WCSAXES says that there are 2",
  ]],
  [{ base: IMAGE, cards: { WCSAXES: int(2), WCSAXESA: int(3), PC1_3A: int(1), PC0_1: int(1) } }, [
    "! PC0_1 has the axis 0, WCSAXES says that there are 2",
  ]],
  [{ base: IMAGE, cards: { CRPIX3: int(1) } }, []],
  [{ base: IMAGE, cards: { PC1_1: int(1), CROTA2: int(30) } }, [
    "! CROTA2 stands beside PC1_1 in record 7, expected PCi_j or CROTAi alone (section 8.1)",
  ]],
  [{ base: IMAGE, cards: { CROTA1: int(30), PC1_1: int(1) } }, [
    "! PC1_1 stands beside CROTA1 in record 7, expected PCi_j or CROTAi alone (section 8.1)",
  ]],
  [{ base: IMAGE, cards: { CD1_1: int(1), CROTA2: int(30), PC1_1A: int(1) } }, []],
  [{ base: IMAGE, cards: { TCTYP1: text("RA") } }, [
    "! TCTYP1 is a keyword of tables, not allowed in an array",
  ]],
  [{ base: BINTABLE, cards: { TCRVL3: int(1) } }, [
    "! TCRVL3 has the index 3, there are 2 columns",
  ]],
  [{ base: BINTABLE, cards: { TFORM1: text("1I"), TFORM2: text("6A"), TNULL1: int(32_768) } }, [
    "? TNULL1 is 32768, the integers stored are -32768 to 32767",
  ]],
  [{ base: PRIMARY, cards: { CHECKSUM: int(0) } }, [
    "? CHECKSUM has an integer, expected a string",
  ]],
  [{ base: TABLE, cards: { TFORM1: text("I4.2") } }, [
    "! TFORM1 has the format 'I4.2', which is none of an ASCII table",
  ]],
  [{ base: IMAGE, cards: { XTENSION: text("CUBE") } }, [
    "! XTENSION has the type 'CUBE', which is not registered",
  ]],
  [{ base: IMAGE, cards: { GCOUNT: int(2) }, data: [1, 2, 3, 4, 5, 6] }, [
    "! GCOUNT is 2, expected 1 in this kind of HDU",
  ]],
  [{ base: IMAGE, cards: { PCOUNT: int(1) }, data: [1, 2, 3, 4] }, [
    "! PCOUNT is 1, expected 0 in this kind of HDU",
  ]],
  [{ base: BINTABLE, cards: { BITPIX: int(16) }, data: Array(32).fill(0) }, [
    "! BITPIX is 16, expected 8 in this kind of HDU",
  ]],
  [{ base: BINTABLE, cards: { NAXIS: int(1), NAXIS1: int(8), NAXIS2: undefined } }, [
    "! NAXIS is 1, expected 2 in this kind of HDU",
    "! byte 2 after the data, expected 0 to the end of the block",
  ]],
  [{ base: BINTABLE, cards: { TFIELDS: int(-1) } }, [
    "! TFIELDS is -1, expected 0 to 999",
    "! TTYPE1 has the index 1, there are -1 columns",
    "! TFORM1 has the index 1, there are -1 columns",
    "! TTYPE2 has the index 2, there are -1 columns",
    "! TFORM2 has the index 2, there are -1 columns",
    "! NAXIS1 is 8, expected 0 bytes as the columns need",
  ]],
  [{ base: GROUPS, cards: { PCOUNT: "= '1       '" } }, [
    "! PCOUNT is string, expected an integer",
    "! PTYPE1 has the index 1, there are 0 parameters",
    "! byte 7 after the data, expected 0 to the end of the block",
  ]],
  [{ base: GROUPS, cards: { GCOUNT: undefined } }, [
    "! GCOUNT is missing, expected an integer",
    "! byte 4 after the data, expected 0 to the end of the block",
  ]],
  [{ base: PRIMARY, cards: { XTENSION: text("IMAGE") } }, [
    "! XTENSION is not allowed in a primary HDU",
  ]],
  [{ base: PRIMARY, cards: { GCOUNT: int(1) } }, [
    "! GCOUNT is not allowed in a primary array",
  ]],
  [{ base: IMAGE, cards: { EXTEND: `= ${"T".padStart(20)}` } }, [
    "! EXTEND is not allowed in an extension",
  ]],
  [{ base: IMAGE, cards: { NAXIS2: int(1) } }, [
    "! NAXIS2 is not allowed: NAXIS is 1",
  ]],
  [{ base: PRIMARY, cards: { PTYPE1: text("U") } }, [
    "! PTYPE1 is allowed only in random groups",
  ]],
  [{ base: GROUPS, cards: { PTYPE2: text("V") } }, [
    "! PTYPE2 has the index 2, there are 1 parameters",
  ]],
  [{ base: GROUPS, cards: { GCOUNT: int(0) } }, [
    "! PTYPE1 has the index 1, more than the 0 groups: right by section 6.1.2, refused by fitsverify",
    "! found '..............................' after the last HDU, expected XTENSION or the end of the file",
  ]],
  [{ base: BINTABLE, cards: { BSCALE: "= 2.0" } }, [
    "! BSCALE is not allowed in a table",
  ]],
  [{ base: IMAGE, cards: { TFORM1: text("1J") } }, [
    "! TFORM1 is a keyword of tables, not allowed in an array",
  ]],
  [{ base: PRIMARY, cards: { BITPIX: int(-32), BLANK: int(1) }, data: Array(12).fill(0) }, [
    "! BLANK is not allowed with floating-point pixels (section 4.4.2.5)",
  ]],
  [{ base: BINTABLE, cards: { TFORM1: undefined } }, [
    "! there is no TFORM1",
  ]],
  [{ base: BINTABLE, cards: { TFORM1: text("1Y") } }, [
    "! TFORM1 has the format '1Y', which is none of a binary table",
  ]],
  [{ base: BINTABLE, cards: { TFORM1: text("2PJ") } }, [
    "! TFORM1 has the format '2PJ', which is none of a binary table",
  ]],
  [{ base: BINTABLE, cards: { TFORM1: text(" 1J") } }, [
    "! TFORM1 has a blank before the format ' 1J'",
  ]],
  [{ base: BINTABLE, cards: { TFORM1: text("1j") } }, [
    "! TFORM1 has the format '1j' in lower case",
  ]],
  [{ base: TABLE, cards: { TFORM1: undefined } }, [
    "! there is no TFORM1",
  ]],
  [{ base: TABLE, cards: { TFORM1: text("J4") } }, [
    "! TFORM1 has the format 'J4', which is none of an ASCII table",
  ]],
  [{ base: TABLE, cards: { TBCOL1: undefined } }, [
    "! there is no TBCOL1",
  ]],
  [{ base: TABLE, cards: { TBCOL1: int(0) } }, [
    "! TBCOL1 is 0, expected 1 or more",
  ]],
  [{ base: TABLE, cards: { TBCOL1: text("x") } }, [
    "! TBCOL1 has a string, expected an integer",
    "! TBCOL1 is x, expected 1 or more",
  ]],
  [{ base: TABLE, cards: { TNULL1: int(5) } }, [
    "! TNULL1 is no string, as it must be in an ASCII table",
  ]],
  [{ base: BINTABLE, cards: { TNULL2: int(5) } }, [
    "! TNULL2 is not allowed in a column of type A",
  ]],
  [{ base: BINTABLE, cards: { TNULL1: text("5") } }, [
    "! TNULL1 is no integer",
  ]],
  [{ base: BINTABLE, cards: { TSCAL2: "= 2.0" } }, [
    "! TSCAL2 is not allowed in a column of type A",
  ]],
  [{ base: BINTABLE, cards: { TZERO2: "= 2.0" } }, [
    "! TZERO2 is not allowed in a column of type A",
  ]],
  [{ base: BINTABLE, cards: { TDIM2: text("(2,3)") } }, [
    "! TDIM2 has the shape '(2,3)', expected one of 4 elements",
  ]],
  [{ base: BINTABLE, cards: { TDIM2: text("2x2") } }, [
    "! TDIM2 has the shape '2x2', expected one of 4 elements",
  ]],
  [{ base: BINTABLE, cards: { TDISP1: text("Q8") } }, [
    "! TDISP1 has the format 'Q8', which is none of section 7.3.4",
  ]],
  [{ base: BINTABLE, cards: { TDISP2: text("A0") } }, [
    "! TDISP2 has the format 'A0', which is none of section 7.3.4",
  ]],
  [{ base: BINTABLE, cards: { TTYPE0: text("x") } }, [
    "! TTYPE0 has the index 0, columns are counted from 1",
  ]],
  [{ base: BINTABLE, cards: { PCOUNT: int(-1) } }, [
    "! PCOUNT is -1, expected 0 or more",
  ]],
  [{ base: BINTABLE, cards: { TFORM1: text("J/") } }, [
    "! TFORM1 has a sign in the format 'J/'",
  ]],
  [{ base: BINTABLE, cards: { TFORM1: text("PE/2)") } }, [
    "! TFORM1 has the format 'PE/2)', which is none of a binary table",
  ]],
  [{ base: BINTABLE, cards: { TDISP1: text("A8") } }, [
    "! TDISP1 has the format 'A8' in a column of type J",
  ]],
  [{ base: BINTABLE, cards: { TDISP2: text("I8") } }, [
    "! TDISP2 has the format 'I8' in a column of type A",
  ]],
  [{ base: BINTABLE, cards: { TTYPE3: text("C") } }, [
    "! TTYPE3 has the index 3, there are 2 columns",
  ]],
  [{ base: BINTABLE, cards: { TBCOL1: int(1) } }, [
    "! TBCOL1 is not allowed in a binary table",
  ]],
  [{ base: TABLE, cards: { TDIM1: text("(4)") } }, [
    "! TDIM1 is not allowed in an ASCII table",
  ]],
  [{ base: BINTABLE, cards: { TTYPE1: undefined } }, [
    "? column 1 has no name",
  ]],
  [{ base: BINTABLE, cards: { TTYPE1: text("A-B") } }, [
    "? TTYPE1 has '-', expected letters, digits and underscore",
  ]],
  [{ base: BINTABLE, cards: { TTYPE2: text("a") } }, [
    "? TTYPE2 has the name of column 1",
  ]],
  [{ base: TABLE, cards: { TFORM2: text("A5") } }, [
    "! column 2 ends beyond the 8 bytes of a row",
  ]],
  [{ base: BINTABLE, cards: { THEAP: int(16) } }, [
    "! THEAP is not allowed where PCOUNT is 0",
  ]],
  [{ base: HEAP, cards: { THEAP: int(4) } }, [
    "! THEAP is 4, expected at least 8",
  ]],
  [{
    base: HEAP,
    cards: { THEAP: int(8 + 2880), PCOUNT: int(4 + 2880) },
    data: [0, 0, 0, 4, 0, 0, 0, 0, ...Array(2880).fill(0), 1, 2, 3, 4],
  }, [
    "! THEAP leaves a gap of 2880 bytes: right by section 7.3.2, but CFITSIO counts it twice and fitsverify refuses the file",
  ]],
  [{ base: BINTABLE, cards: { TFORM2: text("3A") } }, [
    "! NAXIS1 is 8, expected 7 bytes as the columns need",
  ]],
  [{ base: BINTABLE, cards: { END: "= 5" } }, [
    "! END stands within the header",
  ]],
  [{ base: PRIMARY, records: [" OBJECT = 'Sun     '"] }, [
    "!  OBJECT the keyword ' OBJECT ' has a character outside A-Z 0-9 _ -, or a blank inside",
    "!  OBJECT the keyword is not left-justified",
  ]],
  [{ base: PRIMARY, records: ["CONTINUE  'more'"] }, [
    "? CONTINUE a CONTINUE card that continues no string",
  ]],
  [{ base: PRIMARY, cards: { OBJECT: "  Sun" } }, [
    "! OBJECT has no '= ' in bytes 9 and 10, expected a string",
  ]],
  [{ base: PRIMARY, cards: { DATASUM: "='5'" } }, [
    "? DATASUM no blank after the equals sign, so the card has no value",
    "? DATASUM has no '= ' in bytes 9 and 10, expected a value",
  ]],
  [{ base: PRIMARY, cards: { DATASUM: "  5" } }, [
    "! DATASUM has no '= ' in bytes 9 and 10, expected a value",
  ]],
  [{ base: PRIMARY, cards: { CDELT1: "= 0.0" } }, [
    "! CDELT1 the step of an axis may not be zero",
  ]],
  [{ base: PRIMARY, cards: { CRPIX1: "= 1.0", WCSAXES: int(1) } }, [
    "! WCSAXES stands after CRPIX1 in record 6, expected before all keywords of these coordinates (section 8.2)",
  ]],
  [{ base: PRIMARY, cards: { OBJECT: "=" } }, [
    "! OBJECT has no value, expected a string",
  ]],
  [{ base: PRIMARY, cards: { CHECKSUM: "=" } }, [
    "! CHECKSUM has no value, expected a string",
  ]],
  [{ base: PRIMARY, cards: { MINE: "=" } }, [
    "? MINE has no value",
  ]],
  [{ base: PRIMARY, cards: { OBJECT: int(5) } }, [
    "! OBJECT has an integer, expected a string",
  ]],
  [{ base: PRIMARY, cards: { EXTVER: "= 1.5" } }, [
    "! EXTVER has a real, expected an integer",
  ]],
  [{ base: PRIMARY, cards: { EPOCH: "= 1950.0" } }, [
    "? EPOCH is deprecated, EQUINOX takes its place",
  ]],
  [{ base: PRIMARY, cards: { BLOCKED: `= ${"T".padStart(20)}` } }, [
    "? BLOCKED is deprecated",
  ]],
  [{ base: PRIMARY, cards: { BSCALE: "= 0.0" } }, [
    "? BSCALE is zero, so every value becomes the same",
  ]],
  [{ base: PRIMARY, cards: { DATE: text("2020-02-30") } }, [
    "! DATE has the date '2020-02-30', expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss (section 4.4.2.1)",
  ]],
  [{ base: PRIMARY, cards: { DATE: text("2020-02-29T24:00:00") } }, [
    "! DATE has the date '2020-02-29T24:00:00', expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss (section 4.4.2.1)",
  ]],
  [{ base: PRIMARY, cards: { DATE: text("2020-02-28T10:00:00.5Z") } }, [
    "? DATE has the date '2020-02-28T10:00:00.5Z' with a Z, which the standard does not have",
  ]],
  [{ base: PRIMARY, cards: { DATE: text("28/02/05") } }, [
    "? DATE has the date '28/02/05', which means 1905",
  ]],
  [
    {
      base: PRIMARY,
      records: ["MINE    =                    1", "MINE    =                    2"],
    },
    [
      "? MINE stands in record 6 already",
    ],
  ],
  [{ base: PRIMARY, records: ["MINE    = 'one&'", "CONTINUE  'two'"] }, [
    "? MINE is a long string in a header without LONGSTRN",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= '\xe9'" } }, [
    "! MINE a byte outside ASCII 32 to 126",
  ]],
  [{ base: PRIMARY, cards: { MINE: "=5" } }, [
    "? MINE no blank after the equals sign, so the card has no value",
  ]],
  [{ base: PRIMARY, cards: { mine: "= 5" } }, [
    "! MINE the keyword 'mine    ' has a character outside A-Z 0-9 _ -, or a blank inside",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= 'no end" } }, [
    "! MINE the string has no closing quote",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= 'a' b" } }, [
    "! MINE the text 'b' after the string has no slash before it",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= (1, b)" } }, [
    "! MINE the value (1, b) is no complex number",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= 1 2" } }, [
    "! MINE the text '2' after the number has no slash",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= 12 x" } }, [
    "! MINE the text 'x' after the number has no slash",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= 1.5e3" } }, [
    "! MINE the exponent of '1.5e3' is in lower case",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= 1E999" } }, [
    "? MINE '1E999' is beyond the range of a double",
    "? MINE has no value",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= NaN" } }, [
    "! MINE 'NaN' is no value of FITS",
    "? MINE has no value",
  ]],
  [{ base: PRIMARY, cards: { MINE: "= yes" } }, [
    "! MINE 'yes' is no value of any kind",
  ]],
  [{ base: PRIMARY, afterEnd: " x" }, [
    "! byte 120 after the END card, expected blanks",
  ]],
  [{ base: PRIMARY, fill: 7 }, [
    "! byte 7 after the data, expected 0 to the end of the block",
  ]],
  [{ base: TABLE, fill: 0 }, [
    "! byte 0 after the data, expected 32 to the end of the block",
  ]],
  [{ base: PRIMARY, behind: [...new TextEncoder().encode("XTENSIO")] }, [
    "! found 'XTENSIO' after the last HDU, expected XTENSION or the end of the file",
  ]],
  [{ base: PRIMARY, behind: Array(2880).fill(0) }, [
    "! found zero bytes after the last HDU, expected XTENSION or the end of the file",
  ]],
  [{ base: PRIMARY, cards: { DATASUM: text("5") } }, [
    "? DATASUM is not the sum of the data",
  ]],
  [{ base: PRIMARY, cards: { CHECKSUM: text("0123456789012345") } }, [
    "? CHECKSUM is not that of the HDU",
  ]],
  [{
    base: BINTABLE,
    cards: { TFORM1: text("4L") },
    data: [84, 70, 0, 1, 65, 66, 0, 0, 84, 84, 84, 84, 67, 0, 0, 0],
  }, [
    "! row 1, column 1: the logical value 1 is none of T, F and 0",
  ]],
  [{ base: BINTABLE, data: [0, 0, 0, 1, 9, 66, 0, 0, 0, 0, 0, 2, 67, 0, 7, 0] }, [
    "! row 1, column 2: the string has the byte 9, which is no ASCII text",
  ]],
  [{
    base: BINTABLE,
    cards: { TFORM1: text("30X") },
    data: [0, 0, 0, 4, 65, 66, 0, 0, 0, 0, 0, 1, 67, 0, 0, 0],
  }, [
    "! row 2, column 1: there are bits beyond the last of 30",
  ]],
  [{ base: HEAP, data: [0, 0, 0, 5, 0, 0, 0, 0, 1, 2, 3, 4] }, [
    "! row 1, column 1: the heap array has 5 elements, expected 0 to 4",
  ]],
  [{ base: HEAP, cards: { TFORM1: text("1PB") }, data: [0, 0, 0, 4, 0, 0, 0, 1, 1, 2, 3, 4] }, [
    "! row 1, column 1: the heap array has 4 bytes at offset 1 of a heap of 4",
  ]],
  [{ base: HEAP, cards: { TFORM1: text("1PJ(4)") } }, [
    "! row 1, column 1: the heap array has 16 bytes at offset 0 of a heap of 4",
  ]],
  [{ base: TABLE, data: [...new TextEncoder().encode("  x2abcd  -3ef  ")] }, [
    "! row 1, column 1: 'x2' is no number",
  ]],
  [{ base: TABLE, cards: { TFORM1: text("F4.1") } }, [
    "! row 1, column 1: the number '12' has no decimal point",
    "! row 2, column 1: the number '-3' has no decimal point",
  ]],
  [{
    base: TABLE,
    data: [...new TextEncoder().encode("  12abc"), 200, ...new TextEncoder().encode("  -3ef  ")],
  }, [
    "! row 1, column 2: the string has the byte 200, which is no ASCII text",
    "! rows from 1 on have bytes that are not ASCII",
  ]],
  [{
    base: BINTABLE,
    cards: { NAXIS2: int(5) },
    data: Array.from({ length: 5 }, () => [0, 0, 0, 1, 1, 1, 1, 1]).flat(),
  }, [
    "! row 1, column 2: the string has the byte 1, which is no ASCII text",
    "! row 2, column 2: the string has the byte 1, which is no ASCII text",
    "! row 3, column 2: the string has the byte 1, which is no ASCII text",
    "! column 2: the string has the byte #, which is no ASCII text: 5 rows in all",
  ]],
  [
    { base: HEAP, cards: { TFORM1: text("1PL(4)") }, data: [0, 0, 0, 4, 0, 0, 0, 0, 84, 70, 0, 1] },
    [
      "! row 1, column 1: the logical value 1 is none of T, F and 0",
    ],
  ],
  [
    { base: HEAP, cards: { TFORM1: text("1PA(4)") }, data: [0, 0, 0, 4, 0, 0, 0, 0, 65, 66, 7, 0] },
    [
      "! row 1, column 1: the string has the byte 7, which is no ASCII text",
    ],
  ],
  [{
    base: HEAP,
    cards: { NAXIS1: int(16), TFORM1: text("1QL(4)") },
    data: [0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 84, 2, 70, 84],
  }, ["! row 1, column 1: the logical value 2 is none of T, F and 0"]],
  [{ base: PRIMARY, cards: { PC1_1: "= 1.0", CD1_1: "= 1.0" } }, [
    "! CD1_1 stands beside PC1_1 in record 6, expected PCi_j or CDi_j alone (section 8.1)",
  ]],
  [{ base: PRIMARY, cards: { CD1_1A: "= 1.0", PC1_1: "= 1.0", PC1_1A: "= 1.0" } }, [
    "! PC1_1A stands beside CD1_1A in record 6, expected PCi_j or CDi_j alone (section 8.1)",
  ]],
  [{ base: BINTABLE, cards: { TDISP1: text("E8") } }, [
    "! TDISP1 has the format 'E8', which is none of section 7.3.4",
  ]],
];

Deno.test("verifyFits() says what is wrong, and nothing else", async () => {
  for (const [wrong, messages] of CASES) assertEquals(await found(wrong), [...messages]);
});

Deno.test("verifyFits() takes what columns and coordinates may have", async () => {
  const right: Wrong[] = [
    { base: PRIMARY, cards: { CD1_1A: "= 1.0", PC1_1: "= 1.0", PC1_1B: "= 1.0" } },
    {
      base: HEAP,
      cards: { TFORM1: text("1PL(4)") },
      data: [0, 0, 0, 4, 0, 0, 0, 0, 84, 70, 0, 84],
    },
    { base: HEAP, cards: { TFORM1: text("1PA(4)") }, data: [0, 0, 0, 4, 0, 0, 0, 0, 65, 66, 0, 7] },
    { base: HEAP, cards: { TFORM1: text("0PL(4)"), NAXIS1: int(0) }, data: [1, 2, 3, 4] },
    ...["E8.2", "E8.2E3", "I8", "I8.4", "Z8", "B8", "F8.0", "G8.3", "EN8.2", "D8.2"].map((
      format,
    ) => ({
      base: BINTABLE,
      cards: { TDISP1: text(format) },
    })),
  ];
  for (const file of right) assertEquals(await found(file), [], JSON.stringify(file.cards));
});

Deno.test("verifyFits() warns of extensions where EXTEND is F", async () => {
  const no = `= ${"F".padStart(20)}`;
  const empty = {
    base: PRIMARY,
    cards: { NAXIS: int(0), NAXIS1: undefined, EXTEND: no },
    data: [],
  };
  const parts = [...hduBytes(empty), ...hduBytes({ base: IMAGE })];
  const file = new Uint8Array(parts.flatMap((part) => [...part]));
  assertEquals(await verifyFits(file), [{
    severity: "warning",
    message: "EXTEND is F, and there are extensions",
    hdu: 0,
    keyword: "EXTEND",
    record: 4,
    offset: 240,
  }]);
  assertEquals(await verifyFits(file.slice(0, 2880)), []);
});

Deno.test("verifyFits() counts columns to 999 and says that there are more", async () => {
  const messages = await found({ base: BINTABLE, cards: { TFIELDS: int(1000) } });
  assertEquals(messages.slice(0, 2), [
    "! TFIELDS is 1000, expected 0 to 999",
    "! there is no TFORM3",
  ]);
  assertEquals(messages.filter((message) => /no TFORM/.test(message)).length, 997);
});

Deno.test("verifyFits() fails where the source fails: that is no finding", async () => {
  const file = fileOf({ base: IMAGE });
  for (const failure of [new HeliographError("the line is cut"), new TypeError("no")]) {
    const source: FitsSource = {
      ...new MemorySource(file),
      name: "far.fits",
      size: file.length,
      read: (offset, length) =>
        offset < 5760
          ? Promise.resolve(file.slice(offset, offset + length))
          : Promise.reject(failure),
      readInto: () => Promise.reject(failure),
      readRuns: () => Promise.reject(failure),
      close: () => Promise.resolve(),
    };
    assertEquals(await verifyFits(source).catch((error) => error), failure);
  }
  const early = { base: IMAGE, data: [] };
  assertEquals(await found(early), [
    "! the file ends 2877 bytes before the end of the last block",
    "! the file ends 3 bytes before the end of the data",
  ]);
});
