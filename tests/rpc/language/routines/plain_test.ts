import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../../net/errors.ts";
import {
  ArrayClient,
  idlArray,
  IdlType,
  LanguageSession,
  serveArrays,
} from "../../../../rpc/mod.ts";
import type { LanguageFunction } from "../../../../rpc/mod.ts";
import type { IdlNumericData } from "../../../../rpc/language/values/value.ts";

Deno.test("idlArray() names the type of every typed array and keeps shape and memory", () => {
  const cases: [data: IdlNumericData, type: number][] = [
    [new Uint8Array(6), IdlType.BYTE],
    [new Int16Array(6), IdlType.INT],
    [new Uint16Array(6), IdlType.UINT],
    [new Int32Array(6), IdlType.LONG],
    [new Uint32Array(6), IdlType.ULONG],
    [new Float32Array(6), IdlType.FLOAT],
    [new Float64Array(6), IdlType.DOUBLE],
    [new BigInt64Array(6), IdlType.LONG64],
    [new BigUint64Array(6), IdlType.ULONG64],
  ];
  for (const [data, type] of cases) {
    const value = idlArray(data, [3, 2]);
    assertEquals([value.type, value.shape, value.data === data], [type, [3, 2], true]);
  }
});

Deno.test("idlArray() refuses a shape that the elements do not fill, and types that IDL has not", () => {
  for (const shape of [[5], [3, 3], []]) {
    assertThrows(
      () => idlArray(new Float32Array(6), shape),
      FormatError,
      `6 elements and the shape [${shape.join(", ")}]`,
    );
  }
  const strange = new Int8Array(6) as unknown as IdlNumericData;
  assertThrows(() => idlArray(strange, [6]), FormatError, "a Int8Array");
});

Deno.test("an array that a function returns keeps its shape, and one without a shape is an error", async () => {
  const ramp = Float32Array.of(0, 1, 2, 3, 4, 5);
  await using server = await serveArrays({
    port: 0,
    functions: { ramp: () => idlArray(ramp.slice(), [3, 2]), later: async () => await shaped() },
  });
  const shaped = () => Promise.resolve(idlArray(ramp.slice(), [2, 3]));
  await using client = await ArrayClient.connect(server.address);
  const [now, later] = [await client.call("ramp()"), await client.call("later()")];
  assertEquals([now?.shape, now?.data, later?.shape], [[3, 2], ramp, [2, 3]]);

  const wrong: [returned: unknown, message: string][] = [
    [ramp, "a Float32Array without a shape, expected idlArray(data, shape)"],
    [new Int8Array(2), "a Int8Array without a shape, expected a value of IDL"],
    [new DataView(new ArrayBuffer(2)), "a DataView without a shape, expected a value of IDL"],
    [{ shape: [6], data: ramp }, "a Object, expected a value of IDL"],
    [null, "a null, expected a value of IDL"],
  ];
  for (const [returned, message] of wrong) {
    for (const given of [returned, Promise.resolve(returned)]) {
      const functions = { wrong: (() => given) as LanguageFunction };
      const outcome = await new LanguageSession({ functions }).run("return, wrong()");
      assertEquals(outcome.ok, false);
      if (!outcome.ok) assertEquals(outcome.error.message.includes(message), true, message);
    }
  }
});
