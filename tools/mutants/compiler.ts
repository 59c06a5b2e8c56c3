/**
 * What the mutation run uses of TypeScript's compiler: its parser, to find places that can be
 * changed, and its language service, to see whether a change still is a program.
 *
 * @module
 */

/**
 * The compiler, of the version that Deno has. No import that can be seen without running it: what
 * the project's own lock file names, every program of the project fetches.
 * `tools/mutants.lock` has its hash.
 */
const COMPILER: string = "npm:typescript@6.0.3";

/** A node of the syntax tree, with the fields of the kinds that are looked at. */
export interface Node {
  readonly kind: number;
  readonly end: number;
  readonly parent: Node;
  readonly operatorToken?: Node;
  readonly operator?: number;
  readonly operand?: Node;
  readonly left?: Node;
  readonly right?: Node;
  readonly expression?: Node;
  readonly condition?: Node;
  readonly arguments?: readonly Node[];
  getStart(): number;
  getText(): string;
  forEachChild(visit: (child: Node) => void): void;
}

/** The language service. */
interface LanguageService {
  getSemanticDiagnostics(file: string): readonly { code: number; start: number }[];
}

/** TypeScript's module. */
export interface Compiler {
  readonly SyntaxKind: Record<string, number> & Record<number, string>;
  readonly ScriptTarget: { readonly ESNext: number };
  readonly ModuleKind: { readonly ESNext: number };
  readonly ModuleResolutionKind: { readonly Bundler: number };
  readonly ScriptSnapshot: { fromString(text: string): unknown };
  isTypeNode(node: Node): boolean;
  tokenToString(kind: number): string | undefined;
  createSourceFile(name: string, text: string, target: number, parents: boolean): Node;
  createLanguageService(host: unknown): LanguageService;
  getDefaultLibFilePath(options: unknown): string;
}

/** Loads the compiler. */
export async function loadCompiler(): Promise<Compiler> {
  return (await import(COMPILER)).default;
}

/** Says whether changed files are programs still, one at a time, without looking at the others. */
export class TypeCheck {
  readonly #service: LanguageService;
  readonly #changed = new Map<string, string>();
  #version = 0;

  /**
   * @param ts The compiler.
   * @param root The folder of the checkout, which ends in a slash.
   * @param declarations Deno's own types, as `deno types` prints them.
   */
  constructor(ts: Compiler, root: string, declarations: string) {
    const types = `${root}deno.d.ts`;
    const deno = declarations.replace(/^\/\/\/ <reference.*$/gm, "");
    const options = {
      ...JSON.parse(Deno.readTextFileSync(`${root}deno.json`)).compilerOptions,
      ...{ noEmit: true, allowImportingTsExtensions: true, skipLibCheck: true, types: [] },
      lib: ["lib.esnext.d.ts"],
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    };
    const roots = new Set([types]);
    const readFile = (name: string) =>
      name === types ? deno : this.#changed.get(name) ?? readIfThere(name);
    this.#service = ts.createLanguageService({
      getScriptFileNames: () => [...roots],
      // Files that are not changed keep their version, and so their tree and their types.
      getScriptVersion: (name: string) => this.#changed.has(name) ? String(this.#version) : "0",
      getScriptSnapshot(name: string) {
        const text = readFile(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getCompilationSettings: () => options,
      getDefaultLibFileName: (settings: unknown) => ts.getDefaultLibFilePath(settings),
      fileExists: (name: string) => readFile(name) !== undefined,
      readFile,
    });
    this.#addRoot = (name) => roots.add(name);
  }

  readonly #addRoot: (name: string) => void;

  /**
   * The number of type errors of a file. Exported names have their types written out
   * (`isolatedDeclarations`), so that no other file can have new ones.
   *
   * @param path The file's absolute path.
   * @param text Its text, if it is not the one on the disk.
   */
  errors(path: string, text?: string): number {
    this.#addRoot(path);
    this.#version++;
    if (text !== undefined) this.#changed.set(path, text);
    const { length } = this.#service.getSemanticDiagnostics(path);
    this.#changed.delete(path);
    return length;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.IsADirectory) return;
    if (error instanceof Deno.errors.NotADirectory) return;
    throw error;
  }
}
