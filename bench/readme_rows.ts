/** Which figures of the benchmarks stand in README.md, and how they are called there. */

/** One row of README's table, or one for each peer. */
export interface Row {
  /** The work, in README's words. */
  readonly work: string;
  /** Titles of the tables that the figures come from; several stand in one cell. */
  readonly titles: readonly string[];
  /** What the peers are called there, by their names in the tables. */
  readonly peers: Readonly<Record<string, string>>;
  /** Which of our rows is meant; the first if absent. */
  readonly ours?: string | undefined;
}

const NGINX = { "nginx, 1 worker": "nginx, one worker" };
const STREAMS = { "Deno.serve, opens and streams": "`Deno.serve` that opens and streams" };
const BUILT_IN = { "Deno's built-in": "Deno's built-in" };
const IN_MEMORY = { "astropy, memmap=False": "astropy, read into memory" };
const MAPPED = { "astropy, memory-mapped": "astropy, memory-mapped" };
const NUMPY = { numpy: "numpy" };
const SIZES = [1, 4, 16];

/** The rows of README's table. */
export const ROWS: readonly Row[] = [
  {
    work: "start, `--help`",
    titles: ["Start to end of a process"],
    peers: { "an empty program": "an empty Deno program" },
  },
  {
    work: "serve a file of 1 KiB, 32 connections",
    titles: ["1 KiB, 32 connections, access log off"],
    peers: { ...NGINX, ...STREAMS },
  },
  { work: "serve 64 KiB", titles: ["64 KiB, 32 connections, access log off"], peers: NGINX },
  {
    work: "serve 256 MiB",
    titles: ["256 MiB, 4 connections, access log off"],
    peers: { "nginx, 1 worker": "nginx with sendfile", ...STREAMS },
  },
  { work: "answer 304", titles: ["304, 32 connections, access log off"], peers: NGINX },
  {
    work: "parse a request head of 5 fields",
    titles: ["GET, 5 fields (curl), 169 bytes"],
    peers: { "llhttp, in Node": "llhttp in Node" },
  },
  {
    work: "fetch 200 files of 64 KiB, one after the other",
    titles: ["200 files of 64 KiB, one after the other"],
    peers: { fetch: "the platform's fetch", "curl, read through a pipe": "curl" },
  },
  {
    work: "fetch 200 files of 1 MiB",
    titles: ["200 files of 1 MiB"],
    peers: { curl: "curl", "aria2c -j8": "aria2c", parfive: "parfive" },
  },
  {
    work: "fetch a file of 2 GiB",
    titles: ["one file of 2 GiB"],
    peers: { curl: "curl", "aria2c -x1": "aria2c -x1", "aria2c -x4 -s4": "aria2c -x4" },
  },
  {
    work: "fetch 2,000 files of 4 KiB",
    titles: ["2,000 files of 4 KiB"],
    peers: { "curl -Z": "`curl -Z`", "aria2c -j8": "aria2c -j8", "aria2c -j16": "aria2c -j16" },
  },
  {
    work: "walk over 101 HDUs",
    titles: ["Header walk over 101 HDUs"],
    peers: { astropy: "astropy" },
  },
  {
    work: "read a 4096 x 4096 image, int16 / float32",
    titles: ["4096 x 4096 int16 to a native array", "4096 x 4096 float32 to a native array"],
    peers: { ...IN_MEMORY, ...MAPPED },
  },
  {
    work: "the same into memory of the caller",
    titles: ["4096 x 4096 int16 to a native array", "4096 x 4096 float32 to a native array"],
    peers: { ...IN_MEMORY, ...MAPPED },
    ours: "heliograph, into memory of the caller",
  },
  {
    work: "scale a 4096 x 4096 image to float32",
    titles: ["4096 x 4096 int16 scaled to float32"],
    peers: IN_MEMORY,
  },
  {
    work: "decompress Rice, int16, 4096 x 4096",
    titles: ["RICE_1, int16, 4096 x 4096, a tile a row"],
    peers: { "astropy, open and read": "astropy" },
    ours: "heliograph, image() with new memory",
  },
  {
    work: "compress it, the library",
    titles: ["4096 x 4096 int16, Rice, file to file"],
    peers: { fpack: "fpack" },
  },
  {
    work: "compress it, the command",
    titles: ["4096 x 4096 int16, Rice, file to file"],
    peers: { fpack: "fpack" },
    ours: "heliograph fits compress",
  },
  {
    work: "read one float32 / float64 / int16 column of a 1,000,000 x 20 table",
    titles: ["float32", "float64", "int16"].map((type) =>
      `One ${type} column of 1,000,000 rows x 20 columns, to native order`
    ),
    peers: { ...IN_MEMORY, ...MAPPED },
  },
  {
    work: "read all columns of a 1,000,000 x 20 table",
    titles: ["All 20 columns of 1,000,000 rows"],
    peers: { astropy: "astropy" },
  },
  { work: "write it", titles: ["Writing the table of 90 MB"], peers: { astropy: "astropy" } },
  {
    work: "send float64, sum it, answer: 1 / 16 / 256 MiB",
    titles: [1, 16, 256].map((size) => `float64, ${size} MiB sent, summed, answered`),
    peers: { "Python socket, recv_into": "plain Python socket", "ZeroMQ, copy=False": "ZeroMQ" },
  },
  {
    work: "a small call, one after the other",
    titles: ["A small call (16 bytes), one after the other"],
    peers: { "Python socket, recv_into": "plain Python socket", "ZeroMQ, copy=False": "ZeroMQ" },
  },
  ...["total(sqrt(data*2.0+1.0))", "data*2.0+1.0", "max(data)", "bytscl(data)"].map((command) => ({
    work: `\`${command}\`, 16 Mpx float32`,
    titles: [`r = ${command}, data float32[4096, 4096]`],
    peers: NUMPY,
  })),
  ...[
    ["WebSocket, binary of 1 / 4 / 16 MiB, to the server", "Binary messages, client to server"],
    ["from the server", "Binary messages, server to client"],
    [
      "WebSocket, Base64 text, to the server",
      "Base64 text, encoded and decoded, client to server",
    ],
    ["from the server", "Base64 text, encoded and decoded, server to client"],
  ].map(([work, title]) => ({
    work: work!,
    titles: SIZES.map((size) => `${title}: ${size} MiB`),
    peers: BUILT_IN,
  })),
  {
    work: "WebSocket echo of 64 bytes, 1 / 100 on their way",
    titles: ["one at a time", "100 on their way"].map((way) => `Echo of 64-byte messages, ${way}`),
    peers: BUILT_IN,
  },
  {
    work: "frames of 2048 x 2048 through fitspipe",
    titles: ["2048 x 2048 16-bit frames over loopback"],
    peers: { "iperf3 -l 1M": "iperf3" },
  },
];
