// Ids as the sealed formats see them: the sixteen raw bytes of a UUID, whatever they name. This file makes none.

import { type Bytes } from "./bytes.ts";
import { refuse } from "./error.ts";

/** Writes an id as links show it: lower-case hexadecimal in groups of 8-4-4-4-12 digits (RFC 9562). */
export function idText(id: Bytes): string {
  const digits = Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Reads what `idText` writes, and nothing else. */
export function parseId(text: string): Bytes {
  const digits = text.replaceAll("-", "");
  const id = Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16));
  // Writing it again settles what the lines above are too lenient about: case, hyphens, length, other characters.
  return idText(id) === text ? id : refuse("text");
}
