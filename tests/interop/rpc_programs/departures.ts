/** Where GDL 1.0.1 departs from IDL's manual in programs, and the manual wins. */

/** One kind of program on which ours and GDL disagree. */
export interface ProgramDeparture {
  /** What such a program has in it. */
  readonly pattern: RegExp;
  /** What GDL does instead. */
  readonly gdl: string;
  /** What the manual says. */
  readonly reason: string;
}

/** Every departure. */
export const DEPARTURES: readonly ProgramDeparture[] = [];
