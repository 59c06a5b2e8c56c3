import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ArrayClient } from "../../../../../rpc/client/array_client.ts";
import { isNumeric } from "../../../../../rpc/language/values/value.ts";
import { serveArrays } from "../../../../../rpc/server/array_server.ts";
import { failureOf, linesOf, valueOf } from "../../../../support/rpc/language.ts";

const DECAY = `pro decay, x, a, f, pder
  bx = exp(a[1] * x)
  f = a[0] * bx + a[2]
  if n_params() ge 4 then pder = [[bx], [a[0] * x * bx], [replicate(1d, n_elements(x))]]
end
`;
const DATA = "x = findgen(10) & y = [12., 11, 10.2, 9.4, 8.7, 8.1, 7.5, 6.9, 6.5, 6.1] & " +
  "w = 1 / y & a = [10., -0.1, 2]";
const FIT = "fit = curvefit(x, y, w, a, sigma, function_name='decay', tol=1d-9, chisq=c, status=s";

function numbersOf(command: string): number[] {
  const value = valueOf(command);
  assert(isNumeric(value), command);
  return Array.from(value.data, Number);
}

/** What scipy.optimize.curve_fit 1.10 finds for these data, sigma=sqrt(y), absolute_sigma=True. */
const SCIPY = [
  9.9111804,
  -0.10088355,
  2.07775001,
  23.54452876,
  0.39868983,
  25.07695439,
  1.6718571978956e-4,
  0,
];

Deno.test("CURVEFIT finds what scipy finds, with derivatives and without", () => {
  for (const keyword of ["", ", /noderivative"]) {
    const found = numbersOf(`${DECAY}${DATA} & ${FIT}${keyword}) & return, [a, sigma, c, s]`);
    assertEquals(found.length, SCIPY.length);
    for (const [i, expected] of SCIPY.entries()) {
      assertAlmostEquals(found[i]!, expected, 1e-4 * Math.max(1e-6, Math.abs(expected)), `${i}`);
    }
  }
});

Deno.test("CURVEFIT leaves the parameters alone that FITA does not name", () => {
  const found = numbersOf(`${DECAY}${DATA} & ${FIT}, fita=[1, 1, 0]) & return, [a, sigma]`);
  assertEquals([found[2], found[5]], [2, 0]);
  assert(found[3]! > 0 && found[4]! > 0);
});

Deno.test("CURVEFIT comes as near to the data as its rule for the end asks", () => {
  for (let i = 0; i < 50; i++) {
    const [height, rate, floor] = [5 + i % 7, -0.05 - 0.01 * (i % 5), 1 + i % 3];
    const [sum, limit] = numbersOf(
      `${DECAY}x = dindgen(20) & decay, x, [${height}d, ${rate}d, ${floor}d], y & ` +
        `w = replicate(1d, 20) & a = [8d, -0.1d, 2d] & fit = curvefit(x, y, w, a, ` +
        `function_name='decay', itmax=100, tol=1d-12) & ` +
        `return, [total((fit - y) ^ 2), total(abs(y)) / 1e7]`,
    );
    assert(sum! < limit!, `case ${i}: ${sum}, expected less than ${limit}`);
  }
});

Deno.test("CURVEFIT says what it lacks, and is the user's where the user defines one", () => {
  const cases: readonly (readonly [command: string, words: RegExp])[] = [
    [`${DATA} & f = curvefit(x, y, w, a)`, /There is no procedure FUNCT/],
    [`${DECAY}${DATA} & f = curvefit(x, y[0:1], w, a, function_name='decay')`, /Not enough data/],
    [
      `pro flat, x, a, f\nf = a[0] + 0 * x\nend\n${DATA} & ` +
      `f = curvefit(x, y, w, a, function_name='flat')`,
      /takes at most 3|gives no partial derivatives/,
    ],
    [`${DECAY}${DATA} & f = curvefit(x, y, w, a, wrong=1)`, /WRONG not allowed/],
  ];
  for (const [command, words] of cases) {
    const { message } = failureOf(command);
    assert(words.test(message), message);
  }
  assertEquals(linesOf("function curvefit, x\nreturn, x + 1\nend\nprint, curvefit(2)"), [
    "       3",
  ]);
});

Deno.test("a server fits by CURVEFIT in a worker, and ends one that does not end", async () => {
  await using server = await serveArrays({ port: 0, hostname: "127.0.0.1" });
  await using client = await ArrayClient.connect(server.address);
  const value = await client.call(`${DECAY}${DATA} & ${FIT}) & return, a`);
  assert(value !== undefined && isNumeric(value));
  assertAlmostEquals(Number(value.data[0]), 9.91118, 1e-3);
  const endless = "pro stuck, x, a, f\nwhile 1 do f = x\nend\n";
  const failure = await client.call(
    `${endless}${DATA} & f = curvefit(x, y, w, a, function_name='stuck', /noderivative)`,
    { deadline: 500 },
  ).then(() => "", (error) => `${error.message}`);
  assert(/has not ended after \d+ ms|deadline/i.test(failure), failure);
});
