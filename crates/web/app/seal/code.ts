// Codes that people read aloud and type: Crockford's base32 in groups of four digits.
// No code carries a check digit: what it opens tells whether it was right.

import { type Bytes } from "./bytes.ts";
import { refuse } from "./error.ts";

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Shows bytes as groups of four digits, joined by dashes. The bits must fill whole digits. */
export function writeCode(bytes: Bytes): string {
  let digits = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    held += 8;
    while (held >= 5) {
      held -= 5;
      digits += DIGITS.charAt((bits >> held) & 31);
    }
  }
  return digits.replace(/.{4}(?=.)/g, "$&-");
}

/**
 * Reads a code of so many bytes as somebody typed it: case, white space and dashes don't matter; O counts as 0,
 * I and L as 1. Refused as "character" or "length".
 */
export function readCode(text: string, length: number): Bytes {
  const bytes = new Uint8Array(length);
  let bits = 0;
  let held = 0;
  let found = 0;
  let at = 0;
  for (const typed of text.replace(/[\p{White_Space}-]/gu, "")) {
    bits = ((bits << 5) | value(typed)) & 0xfff;
    held += 5;
    found += 1;
    if (held >= 8) {
      held -= 8;
      bytes[at] = bits >> held;
      at += 1;
    }
  }
  return found === (length * 8) / 5 ? bytes : refuse("length");
}

function value(typed: string): number {
  // Only ASCII letters have a case here: by Unicode's rules, letters of other alphabets would become digits.
  const digit = /^[a-z]$/.test(typed) ? typed.toUpperCase() : typed;
  const at = DIGITS.indexOf(digit === "O" ? "0" : digit === "I" || digit === "L" ? "1" : digit);
  return at < 0 ? refuse("character") : at;
}
