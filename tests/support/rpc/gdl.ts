/**
 * What GDL takes from its environment: the width of its lines, the shell that
 * SPAWN runs, and how many threads sum, so that all are the same on every machine.
 */
export const GDL_ENVIRONMENT: Record<string, string> = {
  TERM: "xterm",
  SHELL: "/bin/sh",
  OMP_NUM_THREADS: "1",
};
