/** Media types of files, by extension. */

/**
 * Extensions and their types: what the web, and solar and stellar archives, serve.
 *
 * The media-types database of the standard library has more, but it costs each
 * start of the program 6 to 9 ms (an empty one takes 14), does not know `.npy`
 * or `.fz`, and takes `.ts` for video, which no runtime would import.
 */
const TYPES: Readonly<Record<string, string>> = {
  // RFC 4047: a viewer for images may be given these.
  "image/fits": "fits fit fts",
  // The same format, but nothing that a viewer for images shows.
  "application/fits": "fz",
  "application/vnd.npy": "npy",
  "application/x-npz": "npz",
  "application/x-hdf5": "h5 hdf5 hdf he5",
  "application/x-netcdf": "nc cdf",
  "application/x-asdf": "asdf",
  "application/x-idl-save": "sav",
  "text/x-idl": "pro",
  "application/x-votable+xml": "vot votable",
  "application/vnd.apache.parquet": "parquet",

  "text/html": "html htm",
  "text/css": "css",
  "text/javascript": "js mjs cjs",
  "text/typescript": "ts mts cts tsx",
  "text/jsx": "jsx",
  "application/json": "json map",
  "application/geo+json": "geojson",
  "application/ld+json": "jsonld",
  "application/x-ndjson": "ndjson jsonl",
  "application/manifest+json": "webmanifest",
  "application/wasm": "wasm",
  "application/xhtml+xml": "xhtml",
  "application/xml": "xml xsl xsd",
  "application/atom+xml": "atom",
  "application/rss+xml": "rss",

  "text/plain": "txt text log conf ini cfg lst dat asc list out err diff patch license",
  "text/csv": "csv",
  "text/tab-separated-values": "tsv",
  "text/markdown": "md markdown",
  "text/x-rst": "rst",
  "text/x-python": "py",
  "text/x-c": "c h cc cpp hpp",
  "text/x-fortran": "f f90 for",
  "text/x-shellscript": "sh bash",
  "text/x-tex": "tex bib",
  "text/yaml": "yaml yml",
  "application/toml": "toml",
  "text/calendar": "ics",
  "text/vcard": "vcf",
  "text/vtt": "vtt",

  "image/jpeg": "jpg jpeg jpe jfif",
  "image/png": "png",
  "image/apng": "apng",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/avif": "avif",
  "image/heic": "heic",
  "image/heif": "heif",
  "image/jxl": "jxl",
  "image/jp2": "jp2",
  "image/jpx": "jpx",
  "image/svg+xml": "svg",
  "image/bmp": "bmp",
  "image/tiff": "tif tiff",
  "image/vnd.microsoft.icon": "ico",
  "image/x-portable-graymap": "pgm",
  "image/x-portable-pixmap": "ppm",

  "audio/mpeg": "mp3",
  "audio/ogg": "oga ogg opus",
  "audio/wav": "wav",
  "audio/flac": "flac",
  "audio/aac": "aac",
  "audio/mp4": "m4a",
  "video/mp4": "mp4 m4v",
  "video/webm": "webm",
  "video/ogg": "ogv",
  "video/quicktime": "mov",
  "video/mpeg": "mpg mpeg",
  "video/x-msvideo": "avi",
  "video/x-matroska": "mkv",

  "font/woff": "woff",
  "font/woff2": "woff2",
  "font/ttf": "ttf",
  "font/otf": "otf",

  "application/pdf": "pdf",
  "application/postscript": "ps eps ai",
  "application/rtf": "rtf",
  "application/epub+zip": "epub",
  "application/msword": "doc",
  "application/vnd.ms-excel": "xls",
  "application/vnd.ms-powerpoint": "ppt",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
  "application/vnd.oasis.opendocument.text": "odt",
  "application/vnd.oasis.opendocument.spreadsheet": "ods",
  "application/vnd.oasis.opendocument.presentation": "odp",
  "application/x-ipynb+json": "ipynb",
  "application/vnd.sqlite3": "sqlite sqlite3 db",

  "application/gzip": "gz tgz",
  "application/zip": "zip",
  "application/zstd": "zst",
  "application/x-bzip2": "bz2",
  "application/x-xz": "xz",
  "application/x-compress": "z",
  "application/x-brotli": "br",
  "application/x-tar": "tar",
  "application/x-7z-compressed": "7z",
  "application/vnd.rar": "rar",
  "application/java-archive": "jar",
  "application/octet-stream": "bin exe dll iso img",
};

/** Types that are not text/* and are text in UTF-8 all the same. */
const ALSO_TEXT = /^application\/(.*\+)?(json|x-ndjson|toml)$/;

const BY_EXTENSION: ReadonlyMap<string, string> = new Map(
  Object.entries(TYPES).flatMap(([type, extensions]) =>
    extensions.split(" ").map((extension): [string, string] => [extension, withCharset(type)])
  ),
);

function withCharset(type: string): string {
  // XML says its encoding itself, and a parameter would overrule it.
  if (/[/+]xml$/.test(type)) return type;
  return type.startsWith("text/") || ALSO_TEXT.test(type) ? `${type}; charset=utf-8` : type;
}

/**
 * The media type of a file, by the extension of its name, in any case.
 *
 * @param name The name or the path of the file.
 * @returns The value for Content-Type, with the charset for text;
 * `application/octet-stream` for what is not known.
 */
export function contentTypeOf(name: string): string {
  const slash = Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\"));
  const dot = name.lastIndexOf(".");
  // A name that only begins with a dot has no extension.
  const extension = dot > slash + 1 ? name.slice(dot + 1).toLowerCase() : "";
  return BY_EXTENSION.get(extension) ?? "application/octet-stream";
}
