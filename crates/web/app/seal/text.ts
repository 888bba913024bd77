// Text of bytes: base64url without padding (RFC 4648, section 5). Each byte string has one text.

import { type Bytes } from "./bytes.ts";
import { refuse } from "./error.ts";

/** Writes bytes as text. */
export function encode(bytes: Bytes): string {
  let binary = "";
  for (const byte of bytes) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads text. With a length, other lengths are refused too. */
export function decode(text: string, length?: number): Bytes {
  let bytes: Bytes;
  try {
    bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  } catch {
    return refuse("text");
  }
  // `atob` forgives padding, white space, its own alphabet and stray bits; writing the text again doesn't.
  const right = encode(bytes) === text && (length === undefined || bytes.length === length);
  return right ? bytes : refuse("text");
}
