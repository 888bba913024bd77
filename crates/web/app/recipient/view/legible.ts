// Text from others, so that it can only be read: it can't turn the text around it, and nothing in it hides.

import { part, type Piece } from "./element.ts";

/** Characters that steer a terminal, turn the direction of writing, or can't be seen. Scripts and emoji need joiners and selectors. */
const ODD = /((?![\t\n\u200c\u200d\ufe0e\ufe0f])[\p{Cc}\p{DI}\u2028\u2029\u2800\ufff9-\ufffb])/u;

/** Whether it holds characters that are shown by number. */
export function isOdd(text: string): boolean {
  return ODD.test(joined(text));
}

/** A text as it is, apart from what surrounds it, with its odd characters by number. */
export function legible(text: string): Piece {
  const pieces = joined(text).split(ODD);
  const written = pieces.map((piece, index) => (index % 2 ? part("span", { class: "odd" }, byNumber(piece)) : piece));
  return part("bdi", {}, ...written);
}

/** Where a text is the address of a page, that address. */
export function pageAt(text: string): string | null {
  try {
    return /^https?:\/\/\S+$/i.test(text) && !isOdd(text) ? new URL(text).href : null;
  } catch {
    return null;
  }
}

/** Lines end in many ways; all of them are one. */
function joined(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function byNumber(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
