// Text from others, so that it can only be read: it can't turn the text around it, and nothing in it hides.

import { part, type Piece } from "./element.ts";

/** Characters that steer a terminal, turn the direction of writing, or can't be seen. Scripts and emoji need joiners. */
const ODD =
  /([\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb])/;

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
    return /^https?:/i.test(text) && !isOdd(text) ? new URL(text).href : null;
  } catch {
    return null;
  }
}

/** Lines end in many ways; all of them are one. */
function joined(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function byNumber(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
