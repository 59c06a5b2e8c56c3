/** The colour tables that LOADCT chooses by number. */

import { FormatError } from "../../net/errors.ts";

/**
 * IDL's predefined tables as straight lines between knots: for red, green and blue
 * each a list of knots, two hexadecimal digits for the index and two for the value.
 * They are within 3 of the tables that GDL loads; the numbers left out are not made
 * of few lines.
 */
const KNOTS: ReadonlyMap<number, string> = new Map([
  [0, "0000ffff 0000ffff 0000ffff"],
  [1, "0000c000ffff 00006000ffff 0000bdffffff"],
  [2, "00001c0045f349fc9dc3dc94fdfdffff 000002480c6c1cfc21ea4800dc00fcfcffff 00004d03c8ffffff"],
  [3, "0000b1ffffff 00007901ffff 0000be00ffff"],
  [4, "00007000807890c8ffff 0000200050966195708c80649000ffff 0000306450647000ff00"],
  [
    5,
    "00002f0040514f4f65be6de96effa2ffaea3c0ffffff 00007100815591a3b0a3bfffffff 000031ff6000800091529f00b000ffff",
  ],
  [6, "000043ff8000ff00 0000400080ffbf00ff00 00007e00c0ffff00"],
  [7, "00001d5563bb9bfcfffe 00005004a115ae20d66ef0c0fcfcfffe 00001f07593c9e88d8d9fffe"],
  [8, "00006201ffff 0000ffff 0000b500ffff"],
  [9, "00018a369a42ffff 00008358ffff 0000b82fffff"],
  [10, "00007c009d9fbdfcffff 00000300084814b47b3ea200bc00fcfcffff 000017047dc79fbac0c3ffff"],
  [11, "00008000bfffffff 000004043fff40ff7f00ff00 000004043fffc0fffe00ff00"],
  [
    12,
    "00006f0070807f8080ffcfffd0dcdfdfe0dcefdcf0ffffff 000001540f5410a81fa820ff5fff6000cf00d0bedfbee0dcefdcf0ffffff 00002f0030543f5440a84fa850ff7fff80dc8fdc90b49fb4a080af80b040bf40c000cf00d0bedfbee0dcefdcf0ffffff",
  ],
  [
    13,
    "000010441d582a4c37213d009e00c3bfcfffffff 00003d006effcfffff00 00000b3038ff6eff78c798229e00ff00",
  ],
  [
    14,
    "00004000528e5ffc60006d0e7a2c88599fb2abdab6f4c5feffff 000006ff2000c401d324d628e24dea71f3abfbe5ffff 000020003fff4000525e5f9a6000d503d909e01ee94cee70f5abfad9ffff",
  ],
  [15, "00000efe3f004040ffff 0000ffff 000080ffbc00ffff"],
  [16, "00a701a702ff07f37c0c7d0d7e088104fefbfffb 0070017002d5831fffc3 00fff30bf40df509ff00"],
  [
    17,
    "0021210084028e119215983a9f4aae53fec1ffc1 000020033e415ea172ea7ff986df9c85a274ad64cf3de416fc00ff00 006072e87fd080958f289216a120b407c500ff00",
  ],
  [
    18,
    "00ff5eff81ba8200c200c302effeffff 00008100828c96ffeffffeaaffaa 0048034c5efe96ffc203c300ff00",
  ],
  [
    19,
    "00fb08fc2bed2de638ba45915078566d849eb0c8bed9d6ebfffb 000007040c090d0d0e080f0f3b4c576e649c71bf81ddbde4eef2fffa 0003010308300c490d510e540f5e199822c52beb2ded5ae182dd8fce9ec4aec4d5e2fefafffa",
  ],
  [
    20,
    "00fd15f232e748d459bf8597ac6cb781c4a4cfcbd7edfffe 00fc39d955c362c373cd81deb4e4d7eee0c9eb92f45df64ef843fe1bff1b 00fc1dee5ae081de8fc39ca2aa74ac6bbd58e129f50df608f70df808ff00",
  ],
  [
    21,
    "00ff2bff3daf4c7656565957adacbdd5cdf2d9ffffff 00000a090b0d0c0b565467a075d681fd85ffd8fee6f5f3f5fffb 00030103020d0417127221c82bfc2dff81ff92d4a1b8acabfffb",
  ],
  [
    22,
    "00ff2cfe3aeb48cf57a8ac54ad54bc87cabfd7fcd9ffffff 00fd56a95fb26cc97ae982ffd7ffdbedeb95fa38fe1dff1d 00fd0ff41df42eff81ff8be097b3a47cac56af51f50bf60df709ff02",
  ],
  [
    24,
    "00005d007e8c7f4c814c949d959da8dabcf0bd00ff00 00fb04f53b8040865cb65db67b0f7c0d7d047e00800093519451a7a2a8a2bbf3bc00ff00 00003b005b887c887d4c7f4c9200bb00ce51cf51e59fe69ffceffd00ff00",
  ],
  [
    25,
    "007c017c1c031d008e018f05900d910ec6fcc7ffffff 00001c001e0655fec6fec8f7fe05ff05 00ff55ff8e00ff00",
  ],
  [33, "00006200a2ffe2fffe83ff83 0000210061ffa2ffe200ff00 0083018320ff62ffa200ff00"],
  [
    34,
    "007c017c1c031d008e018f05900d910ec6fdcaffffff 00001c001e0655fec6ffceddfe05ff05 00ff55ff8e00ff00",
  ],
  [
    39,
    "00000e401a5723542e37302b370c39009200981d992aa461a56eb0a5b1b2bbe5bcf2c0ffffff 000039003f26464848595abb5dcb5ed866ffbfffc7d4c8c7d390d483df4ce03fea0ceb00fe00ffff 00000b300d3f34ff66ff69ee6ae175aa769d816682598c268d199200fe00ffff",
  ],
  [
    40,
    "00000e401a5723542e37302b370c39009200981d992aa461a56eb0a5b1b2bbe5bcf2c0fffeffff00 000039003f26464848595abb5dcb5ed866ffbfffc7d4c8c7d390d483df4ce03fea0ceb00ff00 00000b300d3f34ff66ff69ee6ae175aa769d816682598c268d199200ff00",
  ],
]);

/** The numbers of the tables that there are. */
export const COLOR_TABLES: readonly number[] = [...KNOTS.keys()];

/**
 * A colour table as 256 triples of red, green and blue.
 *
 * @param number Its number, as LOADCT takes it.
 * @throws {FormatError} If there is no such table here.
 */
export function colorTable(number: number): Uint8Array<ArrayBuffer> {
  const knots = KNOTS.get(number);
  if (knots === undefined) {
    throw new FormatError(
      `Cannot load the colour table ${number}: there are ${COLOR_TABLES.join(", ")}`,
    );
  }
  const table = new Uint8Array(256 * 3);
  for (const [channel, line] of knots.split(" ").entries()) drawLines(table, channel, line);
  return table;
}

function drawLines(table: Uint8Array, channel: number, line: string): void {
  const bytes = Uint8Array.fromHex(line);
  for (let at = 0; at + 3 < bytes.length; at += 2) {
    const [from, first, to, last] = bytes.subarray(at, at + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    for (let i = from; i <= to; i++) {
      table[i * 3 + channel] = first + (last - first) * (i - from) / (to - from) + 0.5;
    }
  }
}
