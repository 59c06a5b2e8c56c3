/** READFITS, HEADFITS and MRDFITS: files of the output folder, and files that came with a call. */

import { assertEquals, assertRejects } from "@std/assert";
import { encodeFits } from "../../../fits/write/write.ts";
import { tableHdu } from "../../../fits/table/output.ts";
import { Card } from "../../../fits/header/card.ts";
import { ArrayClient, CallError, serveArrays } from "../../../rpc/mod.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const TABLE = await encodeFits([
  tableHdu({
    name: "LINES",
    columns: [
      { name: "ion", values: ["Fe IX", "He II", "Fe XII"] },
      { name: "Wave", values: new Float64Array([171.07, 303.78, 193.5]) },
      { name: "flux (DN)", values: new Int16Array([1, 2, 3, 4, 5, 6]), shape: [2] },
      {
        name: "good",
        values: Uint8Array.of(1, 0, 1),
        type: "logical",
        nulls: Uint8Array.of(0, 0, 1),
      },
      { name: "wave", values: new Uint16Array([1, 65535, 3]) },
      {
        name: "level",
        values: [new Int16Array([1, 3]), new Int16Array([]), new Int16Array([1, 2, 4])],
      },
      { name: "z", values: new Float32Array([1, 2, 3, 4, 5, 6]), type: "complex64" },
    ],
  }),
]);

async function running(output?: string) {
  const server = await serveArrays({ port: 0, output, maxVariables: 64 * 1024 ** 2 });
  const client = await ArrayClient.connect(server.address);
  const lines: string[] = [];
  return {
    client,
    /** What a command prints. */
    async printed(command: string, arrays = {}): Promise<string[]> {
      lines.length = 0;
      await client.call(command, { arrays, onPrint: (line) => void lines.push(line) });
      return lines.map((line) => line.trim().replaceAll(/ +/g, " "));
    },
    /** The message of a command that fails. */
    async failure(command: string, arrays = {}): Promise<string> {
      return (await assertRejects(() => client.call(command, { arrays }), CallError)).message;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await server.shutdown();
    },
  };
}

Deno.test("READFITS reads what WRITEFITS wrote, with its header", async () => {
  await using folder = await temporaryFolder();
  await using session = await running(folder.path);
  assertEquals(
    await session.printed(
      "h = ['OBJECT  = ''Sun     '''] & writefits, 'a', [[1, 2, 3], [4, 5, 6]], h & " +
        "b = readfits('a.fits', g) & help, b & print, b & print, fxpar(g, 'OBJECT'), fxpar(g, 'NAXIS1')",
    ),
    ["B INT = Array[3, 2]", "1 2 3", "4 5 6", "Sun 3"],
  );
  assertEquals(
    await session.printed("print, fxpar(headfits('a'), 'BITPIX') & print, total(mrdfits('a'))"),
    ["16", "21.0000"],
  );
  assertEquals(
    await session.printed(
      "for i = 1, 3 do begin & writefits, 'b', i * [1., 2] & print, readfits('b')[1] & endfor",
    ),
    ["2.00000", "4.00000", "6.00000"],
  );
});

Deno.test("READFITS gives physical pixels, and stored ones with /NOSCALE", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(
    `${folder.path}/scaled.fits`,
    await encodeFits([{
      pixels: new Int16Array([0, 2, 4]),
      shape: [3],
      stored: true,
      header: [
        Card.parse("BSCALE  =                  0.5".padEnd(80)),
        Card.parse("BZERO   =                 10.0".padEnd(80)),
      ],
    }, { pixels: new Uint16Array([1, 65535]), shape: [2], name: "FLAT" }]),
  );
  await using session = await running(folder.path);
  assertEquals(
    await session.printed(
      "a = readfits('scaled') & help, a & print, a & b = readfits('scaled', /noscale) & help, b & print, b",
    ),
    ["A DOUBLE = Array[3]", "10.000000 11.000000 12.000000", "B INT = Array[3]", "0 2 4"],
  );
  assertEquals(
    await session.printed("c = readfits('scaled', exten_no='flat') & help, c & print, c"),
    ["C UINT = Array[2]", "1 65535"],
  );
});

Deno.test("MRDFITS gives a structure for each row, of a file in the folder and of bytes that came", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/lines.fits`, TABLE);
  await using session = await running(folder.path);
  for (const file of ["'lines'", "data"]) {
    assertEquals(
      await session.printed(
        `t = mrdfits(${file}, 1, h) & help, t & print, tag_names(t) & print, fxpar(h, 'EXTNAME') & ` +
          "print, t[1].ion, t[1].wave, t[2].flux__dn_ & print, t.good & help, t[0].good & " +
          "print, t.wave_2 & help, t.wave_2 & print, t.level & print, t[2].z",
        file === "data" ? { data: TABLE } : {},
      ),
      [
        "T STRUCT = -> <Anonymous> Array[3]",
        "ION WAVE FLUX__DN_ GOOD WAVE_2 LEVEL Z",
        "LINES",
        "He II 303.78000 5 6",
        "84 70 0",
        "<Expression> BYTE = 84",
        "1 65535 3",
        "<Expression> UINT = Array[3]",
        "1 3 0",
        "0 0 0",
        "1 2 4",
        "( 5.00000, 6.00000)",
      ],
    );
  }
  assertEquals(
    await session.printed(
      "t = mrdfits('lines', 'lines', range=[1, 2], columns=['WAVE', 'ION']) & help, t & " +
        "print, tag_names(t) & print, t.wave & u = mrdfits('lines', 1, range=1, columns=2) & print, u.wave",
    ),
    ["T STRUCT = -> <Anonymous> Array[2]", "WAVE ION", "303.78000 193.50000", "171.07000"],
  );
});

Deno.test("what commands may not read is refused by name, and the connection goes on", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/folder.fits`);
  await Deno.writeTextFile(`${folder.path}/text.fits`, "no FITS file");
  await Deno.writeFile(`${folder.path}/lines.fits`, TABLE);
  const large = await Deno.open(`${folder.path}/large.fits`, { write: true, createNew: true });
  await large.truncate(100 * 1024 ** 2);
  large.close();
  await using session = await running(folder.path);
  const name = 'expected a name of letters, digits, "_", "-" and ".", without a folder';
  for (
    const [command, message] of [
      ["a = readfits('../secret')", `READFITS: Cannot read "../secret": ${name}`],
      ["a = readfits('/etc/passwd')", `READFITS: Cannot read "/etc/passwd": ${name}`],
      ["a = readfits('folder')", "READFITS: Cannot read folder.fits: it is a folder"],
      [
        "a = readfits('none')",
        "READFITS: Cannot read none.fits: there is no such file in the output folder",
      ],
      ["a = readfits('lines')", "READFITS: Cannot read HDU 0 of lines.fits: it holds no image"],
      [
        "a = readfits('lines', exten_no=1)",
        "READFITS: Cannot read HDU 1 of lines.fits: it holds no image; MRDFITS reads tables",
      ],
      ["a = mrdfits('lines', -1)", "MRDFITS: Cannot read HDU -1: expected 0 or more"],
      ["a = mrdfits('lines', 7)", "MRDFITS: Cannot find HDU 7 in lines.fits: found 0, 1 LINES"],
      [
        "a = mrdfits('lines', 1, range=[2, 1])",
        "MRDFITS: Cannot read the rows 2 to 1: expected the first and the last one",
      ],
      [
        "a = mrdfits(findgen(3), 1)",
        "MRDFITS: Cannot read FLOAT[3]: expected the name of a file, or its bytes as BYTE",
      ],
    ] as const
  ) assertEquals(await session.failure(command), message);
  assertEquals(
    /Cannot .*(bytes|memory)/.test(await session.failure("a = readfits('large')")),
    true,
  );
  assertEquals(/FITS/.test(await session.failure("a = readfits('text')")), true);
  assertEquals(await session.printed("print, 1"), ["1"]);

  await using without = await running();
  assertEquals(
    await without.failure("a = readfits('lines')"),
    "READFITS: This server reads no files",
  );
  assertEquals(await without.printed("print, n_elements(mrdfits(data, 1))", { data: TABLE }), [
    "3",
  ]);
});
