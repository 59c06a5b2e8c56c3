/**
 * Makes the npm package: `deno task pack` writes `out/npm/heliograph-VERSION.tgz`.
 *
 * The package has the TypeScript sources as they are, which Deno runs from where npm puts them,
 * and a program of a few lines that starts Deno, its one dependency. The functions of the
 * standard library that `deps.ts` names are carried along, so that the first start needs no
 * network. For bundlers and pages it has the browser entry of the FITS module once more, as
 * JavaScript with declarations of its types: no other tool reads TypeScript in `node_modules`.
 *
 * @module
 */

/**
 * TypeScript's compiler, of the version that Deno has. No import that can be seen without running
 * it, as in `tools/mutants/compiler.ts`; `tools/pack.lock` has its hash.
 */
const COMPILER: string = "npm:typescript@6.0.3";

const ROOT: URL = new URL("../", import.meta.url);
const OUTPUT: URL = new URL("out/npm/", ROOT);
const FOLDER: URL = new URL("package/", OUTPUT);
/** What a page imports. */
const BROWSER_ENTRY = "fits/browser.ts";
/** Files that the program reads: sources, kernels, and what its pages consist of. */
const SOURCE_NAME = /(?<!\.as)\.ts$|\.(wasm|html|css|js|svg|txt)$/;
/** What a module imports by a relative path. */
const RELATIVE = /(\bfrom\s*"|\bimport\s*\(?\s*"|\bnew URL\(")(\.[^"]+)"/g;

/** A method with a symbol for its name, which the compiler declares as a property, too. */
const TWICE = /^ {4}\[Symbol\.\w+\]: \(\) => .*;\n/gm;

/** The licence of the standard library, whose files name it. */
const STD_LICENCE = `The files of this folder are from the Deno standard library, built for npm as
deno-std (https://github.com/oscarotero/std).

${
  (await Deno.readTextFile(new URL("LICENSE", ROOT))).replace(
    /Copyright .*/,
    "Copyright 2018-2026 the Deno authors",
  )
}`;

interface Compiler {
  readonly ScriptTarget: { readonly ESNext: number };
  readonly ModuleKind: { readonly ESNext: number };
  transpileModule(text: string, options: unknown): { outputText: string };
  transpileDeclaration(
    text: string,
    options: unknown,
  ): { outputText: string; diagnostics?: readonly unknown[] };
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  const file = new URL(path, FOLDER);
  await Deno.mkdir(new URL("./", file), { recursive: true });
  if (typeof content === "string") await Deno.writeTextFile(file, content);
  else await Deno.writeFile(file, content);
}

/** Examples in comments import what is not needed. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, "");
}

/** Copies the files of the folders that are published, and those beside them. */
async function copySources(): Promise<void> {
  const { publish } = JSON.parse(await Deno.readTextFile(new URL("jsr.json", ROOT)));
  const folders = publish.include.filter((path: string) =>
    /\/$/.test(path) && path !== "examples/"
  );
  const copy = async (path: string) => {
    for await (const { name, isDirectory } of Deno.readDir(new URL(path, ROOT))) {
      if (isDirectory) await copy(`${path}${name}/`);
      else if (SOURCE_NAME.test(name)) {
        await write(path + name, await Deno.readFile(new URL(path + name, ROOT)));
      }
    }
  };
  for (const folder of folders) await copy(folder);
  for (const name of ["cli.ts", "mod.ts", "LICENSE", "README.md"]) {
    await write(name, await Deno.readFile(new URL(name, ROOT)));
  }
  for (const name of ["package.json", "bin/heliograph.cjs"]) {
    await write(name, await Deno.readFile(new URL(`npm/${name}`, ROOT)));
  }
}

/** Writes deps.ts with the files of its packages beside it, and these. */
async function carryDependencies(): Promise<void> {
  const text = await Deno.readTextFile(new URL("deps.ts", ROOT));
  const carried = new Set<string>();
  const carry = async (url: URL, path: string) => {
    if (carried.has(path)) return;
    carried.add(path);
    const code = await Deno.readTextFile(url);
    await write(path, code);
    for (const [, , target] of withoutComments(code).matchAll(RELATIVE)) {
      const { pathname } = new URL(target!, `file:///${path}`);
      await carry(new URL(target!, url), pathname.slice(1));
    }
  };
  const specifier = /"npm:deno-std@[\d.]+\/([^"]+)"/g;
  for (const [quoted, file] of text.matchAll(specifier)) {
    const url = new URL(import.meta.resolve(quoted.slice(1, -1)));
    await carry(url, `vendor/deno-std/${file}`);
  }
  const rewritten = text.replace(specifier, '"./vendor/deno-std/$1"');
  if (/"npm:/.test(rewritten)) throw new Error("deps.ts has a package that is not carried");
  await write("deps.ts", rewritten);
  await write("vendor/deno-std/LICENSE", STD_LICENCE);
}

/** Writes what a page imports as JavaScript, and the types that can be seen from outside. */
async function compileForBrowsers(): Promise<void> {
  const ts: Compiler = (await import(COMPILER)).default;
  const compilerOptions = {
    ...{ target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
    ...{ verbatimModuleSyntax: true, isolatedDeclarations: true, declaration: true },
    ...{ strict: true, rewriteRelativeImportExtensions: true },
  };
  const scripts = new Set([BROWSER_ENTRY]);
  const declarations = new Set([BROWSER_ENTRY]);
  const follow = (text: string, path: string, found: Set<string>) => {
    for (const [, , target] of text.matchAll(RELATIVE)) {
      const { pathname } = new URL(target!, `file:///${path}`);
      found.add(pathname.slice(1).replace(/(\.d)?\.js$/, ".ts"));
    }
  };
  for (const path of scripts) {
    const file = new URL(path, ROOT);
    if (!path.endsWith(".ts")) {
      await write(`browser/${path}`, await Deno.readFile(file));
      continue;
    }
    const options = { compilerOptions, fileName: path };
    const { outputText } = ts.transpileModule(await Deno.readTextFile(file), options);
    await write(`browser/${path.replace(/\.ts$/, ".js")}`, outputText);
    follow(withoutComments(outputText), path, scripts);
  }
  for (const path of declarations) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const options = { compilerOptions, fileName: path, reportDiagnostics: true };
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(text, options);
    if (diagnostics.length > 0) throw new Error(`${path} has types that are not written out`);
    const code = outputText.replace(RELATIVE, (_, before, target) => {
      return `${before}${target.replace(/\.ts$/, ".js")}"`;
    }).replace(TWICE, "").replaceAll(
      "@heliograph/heliograph/fits/browser",
      "heliograph/fits/browser",
    );
    await write(`browser/${path.replace(/\.ts$/, ".d.ts")}`, code);
    follow(withoutComments(code), path, declarations);
  }
}

/** Lets npm make the archive. */
async function makeArchive(): Promise<string> {
  const command = new Deno.Command("npm", {
    args: ["pack", "--json", "--ignore-scripts", "--pack-destination", OUTPUT.pathname],
    cwd: FOLDER,
    stdout: "piped",
  });
  const { success, stdout } = await command.output();
  if (!success) throw new Error("npm pack failed");
  const [{ filename }] = JSON.parse(new TextDecoder().decode(stdout));
  return `${OUTPUT.pathname}${filename}`;
}

if (import.meta.main) {
  await Deno.remove(OUTPUT, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await copySources();
  await carryDependencies();
  await compileForBrowsers();
  const archive = await makeArchive();
  console.log(`${archive}: ${(await Deno.stat(archive)).size} bytes`);
}
