/**
 * Small WebAssembly modules, assembled from constants: loops over vectors, which the engine's
 * loops over typed arrays do not have, in a memory of their own.
 *
 * Sections are those of the WebAssembly core specification 2.0.
 *
 * @module
 */

/** Types of values (section 5.3). */
export const I32 = 0x7f, F64 = 0x7c;
const V128 = 0x7b, FUNCTION_TYPE = 0x60;

/** Instructions (section 5.4). */
export const END = 0x0b,
  BLOCK = 0x02,
  LOOP = 0x03,
  BRANCH_IF = 0x0d,
  LOCAL_GET = 0x20,
  LOCAL_SET = 0x21,
  LOCAL_TEE = 0x22,
  I32_LESS = 0x49,
  I32_ADD = 0x6a,
  I32_SUB = 0x6b,
  F64_ADD = 0xa0;
/** The type of a block or a loop that leaves no value. */
export const NO_VALUE = 0x40;

const I32_CONST = 0x41, VECTOR = 0xfd;
const PAGE_BYTES = 65_536;

/** A function of a module. */
export interface WasmFunction {
  /** The name under which it is exported. */
  readonly name: string;
  /** How many parameters it has, each an i32: locals from 0 on. */
  readonly parameters: number;
  /** The type of its result, if it has one. */
  readonly result?: typeof I32 | typeof F64 | undefined;
  /** How many vectors it has: the locals behind its parameters. */
  readonly vectors: number;
  /** Its instructions, without the last END. */
  readonly body: readonly number[];
}

/** A number from 0 on as an unsigned LEB128 (section 5.2.2). */
function leb(value: number): number[] {
  const rest = value >>> 7;
  return rest === 0 ? [value] : [value & 0x7f | 0x80, ...leb(rest)];
}

/** Pushes a number from 0 to 8191, as a signed LEB128. */
export function constant(value: number): number[] {
  return [I32_CONST, ...(value < 64 ? [value] : [value & 0x7f | 0x80, value >> 7])];
}

/**
 * An instruction for vectors (section 5.4.9).
 *
 * @param code Its number.
 * @param immediate The bytes that follow it.
 */
export function vector(code: number, ...immediate: readonly number[]): number[] {
  return [VECTOR, ...leb(code), ...immediate];
}

/**
 * An instruction that loads or stores a vector.
 *
 * @param code Its number.
 * @param offset The place, from the address on the stack on.
 */
export function vectorAt(code: number, offset: number): number[] {
  return vector(code, 0, ...leb(offset));
}

/**
 * Makes a module.
 *
 * @param bytes How large its memory is, at least.
 * @param functions What it exports.
 * @returns The memory, which never grows, and the functions.
 */
export function makeWasm(
  bytes: number,
  functions: readonly WasmFunction[],
): { memory: ArrayBuffer; functions: WebAssembly.Exports } {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const module = new WebAssembly.Module(assemble(pages, functions));
  const exports = new WebAssembly.Instance(module).exports;
  return {
    memory: (exports["memory"] as WebAssembly.Memory).buffer as ArrayBuffer,
    functions: exports,
  };
}

/** Section 5.5: one type for each function. */
function assemble(pages: number, functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, result }) => [
    FUNCTION_TYPE,
    ...leb(parameters),
    ...new Array<number>(parameters).fill(I32),
    ...(result === undefined ? [0] : [1, result]),
  ]);
  const exports = functions.map(({ name }, i) => [...text(name), 0, ...leb(i)]);
  const bodies = functions.map(({ vectors, body }) => {
    const locals = vectors === 0 ? [0] : [1, ...leb(vectors), V128];
    return [...leb(locals.length + body.length + 1), ...locals, ...body, END];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(3, functions.map((_, i) => leb(i))),
    ...section(5, [[1, ...leb(pages), ...leb(pages)]]),
    ...section(7, [[...text("memory"), 2, 0], ...exports]),
    ...section(10, bodies),
  ]);
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = [...leb(items.length), ...items.flat()];
  return [id, ...leb(content.length), ...content];
}

function text(name: string): number[] {
  const bytes = new TextEncoder().encode(name);
  return [...leb(bytes.length), ...bytes];
}
