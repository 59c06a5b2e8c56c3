/** axe-core, which finds what keeps people from using a page. */

import type { Page } from "./chromium.ts";
import { runDeno } from "./program.ts";

/** Fetched when it is needed: the lock file is of what the program itself imports. */
const PACKAGE = "npm:axe-core@4.10.3";

/** A fault that axe calls serious or critical. */
export interface AxeFault {
  readonly rule: string;
  readonly impact: string;
  /** The elements, as selectors, with what is wrong with each. */
  readonly places: readonly string[];
}

let source: Promise<string> | undefined;

async function axeSource(): Promise<string> {
  const program = `import axe from "${PACKAGE}"; console.log(axe.source);`;
  const words = ["eval", "--quiet", "--no-lock", "--no-config", program];
  const { code, stdout, stderr } = await runDeno(words);
  if (code !== 0) throw new Error(`Cannot fetch ${PACKAGE}: ${stderr}`);
  return stdout;
}

/** Looks at a page as it is now: its serious and critical faults. */
export async function axeFaults(page: Page): Promise<AxeFault[]> {
  source ??= axeSource();
  await page.send("Runtime.evaluate", { expression: await source });
  const { faults } = await page.until<{ faults: AxeFault[] }>(`axe.run(document, {
    resultTypes: ["violations"],
  }).then(({ violations }) => ({
    faults: violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, impact, nodes }) => ({
        rule: id,
        impact,
        places: nodes.map(({ target, failureSummary }) => target.join(" ") + ": " + failureSummary),
      })),
  }))`);
  return faults;
}
