import { assertEquals, assertThrows } from "@std/assert";
import { stripTypes } from "../../../station/web/strip_types.ts";

Deno.test("stripTypes() leaves JavaScript with every character where it was", () => {
  const source = [
    'import { type A, b } from "./b.ts";',
    "export interface C extends A {}",
    "export class D<T extends C> {",
    "  readonly #e: T | undefined;",
    "  constructor(e?: T) {",
    "    this.#e = e satisfies T | undefined;",
    "  }",
    "  f(): number { return this.#e! as unknown as number + b; }",
    "}",
  ];
  const lines = stripTypes(source.join("\n")).split("\n");
  assertEquals(lines.map((line) => line.length), source.map((line) => line.length));
  assertEquals(lines.map((line) => line.trimEnd().replace(/ +/g, " ")), [
    'import { b } from "./b.ts";',
    "",
    "export class D {",
    " #e ;",
    " constructor(e ) {",
    " this.#e = e ;",
    " }",
    " f() { return this.#e + b; }",
    "}",
  ]);
});

Deno.test("stripTypes() refuses what is more than types", () => {
  for (
    const source of ["enum A { B }", "class A { constructor(readonly b: number) {} }", "let a:"]
  ) {
    assertThrows(() => stripTypes(source), SyntaxError);
  }
});
