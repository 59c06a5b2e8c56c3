/** The peer that opens and streams the file for every request, as a plain Deno.serve does. */

const [root, port] = Deno.args;
Deno.serve({ hostname: "127.0.0.1", port: Number(port), onListen: () => {} }, async (request) => {
  const path = root + new URL(request.url).pathname;
  try {
    const [file, info] = [await Deno.open(path), await Deno.stat(path)];
    return new Response(file.readable, {
      headers: {
        "content-length": String(info.size),
        "content-type": "application/octet-stream",
        "last-modified": info.mtime!.toUTCString(),
      },
    });
  } catch {
    return new Response("not found", { status: 404 });
  }
});
