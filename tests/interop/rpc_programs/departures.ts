/** Where GDL 1.0.1 departs from IDL's manual in programs, and the manual wins. */

/** One kind of line or program on which ours and GDL disagree, and how they are compared there. */
export interface ProgramDeparture {
  /** What GDL does. */
  readonly gdl: string;
  /** Why that is not followed. */
  readonly reason: string;
  /** A line that GDL printed, as it is printed here. */
  readonly line?: (line: string) => string;
  /** How GDL is asked again: in words that mean the same, on which it must agree. */
  readonly wording?: "absolute values of sums";
}

/** Every departure. */
export const DEPARTURES: readonly ProgramDeparture[] = [
  {
    gdl: "prints the sign of a NaN",
    reason: "IEEE 754 gives that sign no meaning, and JavaScript does not show it",
    line: (line) => line.replaceAll(/-NaN/g, " NaN"),
  },
  {
    gdl: "abs((c ? x : y)) hands out a value whose memory is free already, where x or y is a " +
      "variable: others show up in it, and at times the process ends by a segmentation fault",
    reason: "a value is its own",
    wording: "absolute values of sums",
  },
  {
    gdl: "abs(-0.0) is -0.0",
    reason: "IDL manual, ABS: the absolute value, whose sign is that of no negative number",
    wording: "absolute values of sums",
  },
];
