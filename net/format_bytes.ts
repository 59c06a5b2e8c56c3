const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/**
 * A number of bytes for a person, with three digits: 62,458 bytes are `61.0 KiB`.
 *
 * @param bytes Bytes, not negative.
 */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return `${Math.round(bytes)} B`;
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${UNITS[unit]}`;
}
