import { assertEquals } from "@std/assert";
import { matchingTests, usersOf } from "../../../tools/mutants/matching_tests.ts";
import { runDeno } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const SOURCE = `import { a } from "./a.ts";
/** 1 < 2 */
export function f(list: readonly (0 | 1)[], most = 2000): number {
  // 3 < 4
  if (list.length < most && a(list, most)) throw new RangeError(\`\${1 + 2} is "3"\`);
  list.at(7);
  return true ? list.length++ : g ?? "5 < 6".length;
}
`;

/** Every change that can be made to it. */
const MUTATIONS: readonly string[] = [
  "3  constant  most = 2000  ->  most = 4000",
  "3  constant  most = 2000  ->  most = 1000",
  "5  logic  list.length < most && a(list, most)  ->  list.length < most || a(list, most)",
  "5  condition  list.length < most && a(list, most)  ->  !(list.length < most && a(list, most))",
  "5  comparison  list.length < most  ->  list.length <= most",
  "5  comparison  list.length < most  ->  list.length >= most",
  "5  arguments  a(list, most)  ->  a(most, list)",
  "6  statement  list.at(7);  ->  ;",
  "6  constant  list.at(7)  ->  list.at(8)",
  "6  constant  list.at(7)  ->  list.at(6)",
  '7  constant  true ? list.length++ : g ?? "5 < 6".length' +
  '  ->  false ? list.length++ : g ?? "5 < 6".length',
  "7  arithmetic  list.length++  ->  list.length--",
  '7  logic  g ?? "5 < 6".length  ->  g',
];

/** What the seed 5 chooses among them, in its order. */
const CHOSEN: readonly string[] = [
  "5  condition  list.length < most && a(list, most)  ->  !(list.length < most && a(list, most))",
  "7  arithmetic  list.length++  ->  list.length--",
  "5  comparison  list.length < most  ->  list.length >= most",
  "6  statement  list.at(7);  ->  ;",
];

async function listed(...words: string[]): Promise<string[]> {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/source.ts`;
  await Deno.writeTextFile(path, SOURCE);
  const variables = "TSC_*,NODE_ENV,NODE_INSPECTOR_IPC,VSCODE_INSPECTOR_OPTIONS";
  const { code, stdout, stderr } = await runDeno([
    ...["run", "--quiet", "--no-prompt", "--lock=tools/mutants.lock", "--frozen"],
    ...["--allow-read=.", `--allow-env=${variables}`],
    ...["tools/mutants/mutants.ts", "--text", path, ...words],
  ]);
  assertEquals([code, stderr], [0, ""]);
  return stdout.trimEnd().split("\n").map((line) => line.replace(`${path}:`, ""));
}

Deno.test("mutants.ts changes code, and no comment, string, type, import or word of an error", async () => {
  assertEquals((await listed()).toSorted(), MUTATIONS.toSorted());
});

Deno.test("mutants.ts chooses the same changes by the same seed", async () => {
  assertEquals(await listed("--seed", "5", "--count", "4"), CHOSEN);
  const another = await listed("--seed", "6", "--count", "4");
  assertEquals([another.length, another[0]], [4, MUTATIONS[0]]);
});

Deno.test("matchingTests() has the mirror of a file, then what reaches it from the nearest folder", () => {
  const users = usersOf(
    new Map([
      ["a/b/one.ts", ""],
      ["a/two.ts", `import { one } from "./b/one.ts";`],
      ["cli.ts", `const load = () => import("./a/two.ts");`],
      ["tests/a/b/one_test.ts", `import "../../../a/two.ts"; import "constructor";`],
      ["tests/a/b/three_test.ts", `new Worker(new URL("../../../cli.ts", import.meta.url));`],
      ["tests/a/two_test.ts", `import { two } from "@name/two";`],
      ["tests/support/program.ts", "const PROGRAM = `${ROOT}cli.ts`;"],
      ["tests/c/four_test.ts", `import "../support/program.ts";`],
      ["tests/c/five_test.ts", `import "../../a/b/one.ts";`],
      ["tests/interop/six_test.ts", `import "../../a/b/one.ts";`],
      ["tests/c/seven_test.ts", `import "./other.ts";`],
    ]),
    { "@name/two": "./a/two.ts" },
  );
  assertEquals(matchingTests("a/b/one.ts", users, 9), [
    "tests/a/b/one_test.ts",
    "tests/a/b/three_test.ts",
    "tests/a/two_test.ts",
    "tests/c/five_test.ts",
    "tests/c/four_test.ts",
  ]);
  assertEquals(matchingTests("a/b/one.ts", users, 2).length, 2);
});
