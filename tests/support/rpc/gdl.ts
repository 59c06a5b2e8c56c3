/**
 * What GDL takes from its environment: the width of its lines and the shell that
 * SPAWN runs, so that both are the same on every machine.
 */
export const GDL_ENVIRONMENT: Record<string, string> = { TERM: "xterm", SHELL: "/bin/sh" };
