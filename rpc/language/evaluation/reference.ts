/**
 * The reference of all routines, made of their descriptions.
 *
 * @module
 */

import { signatureOf } from "../routines/define.ts";
import { FAMILIES } from "../functions/mod.ts";
import { systemNames } from "../state/system_variables.ts";

/**
 * Every built-in routine with its signature, and the system variables, as
 * Markdown. `docs/rpc-language.md` holds this text; a test compares the two.
 */
export function routineReference(): string {
  const sections = FAMILIES.map(({ title, routines }) => {
    const entries = routines.map(([name, routine]) => {
      const departs = routine.departs === undefined ? "" : `\n    Not as IDL: ${routine.departs}`;
      return `${signatureOf(name, routine)}\n    ${routine.summary}${departs}`;
    });
    return `### ${title}\n\n\`\`\`text\n${entries.join("\n")}\n\`\`\`\n`;
  });
  const variables = systemNames().map((name) => name.toLowerCase());
  return `${sections.join("\n")}\n### System variables\n\n\`\`\`text\n${
    variables.join("\n")
  }\n\`\`\`\n`;
}
