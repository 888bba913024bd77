// What an item holds, by kind. The members of each kind stand in the order of their sealed JSON; every member is always
// there, and what wasn't filled in is empty.

import { type Bytes } from "../bytes.ts";
import { refuse } from "../error.ts";
import { exactly, member, object, read, type Shape, string, write } from "../json.ts";
import { pad, unpad } from "../padding.ts";
import type { Contents, Kind } from "../types.ts";

export type { Contents };

type Of<K extends Kind> = Extract<Contents, { kind: K }>;
export type Account = Of<"account">;
export type Note = Of<"note">;
export type ApiSecret = Of<"api_secret">;

/** How long the JSON text of contents may be, in bytes. */
export const MOST_BYTES = 256 * 1024;

/** Contents of a kind that this program knows; more will follow, and are refused until then. */
export const contents: Shape<Contents> = (value) => {
  const kind = member(value, "kind");
  return typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind as Kind](value) : refuse("form");
};

/** The padded JSON text, ready to be sealed. */
export function toPadded(value: Contents): Bytes {
  return pad(bounded(write(value, contents)));
}

/** Reads what `toPadded` wrote. */
export function fromPadded(padded: Bytes): Contents {
  return read(bounded(unpad(padded)), contents);
}

function bounded(text: Bytes): Bytes {
  return text.length <= MOST_BYTES ? text : refuse("too large");
}

const kinds: { readonly [K in Kind]: Shape<Of<K>> } = {
  account: object({
    kind: exactly("account"),
    name: string,
    url: string,
    username: string,
    password: string,
    mfa_key: string,
    notes: string,
  }),
  note: object({ kind: exactly("note"), name: string, body: string }),
  api_secret: object({
    kind: exactly("api_secret"),
    name: string,
    application_url: string,
    key: string,
    secret: string,
    notes: string,
  }),
};
