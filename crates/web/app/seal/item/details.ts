// What a list shows of an item, sealed apart so that a list needn't fetch any body.

import { type Bytes } from "../bytes.ts";
import { refuse } from "../error.ts";
import { object, read, type Shape, string, write } from "../json.ts";
import { pad, unpad } from "../padding.ts";
import { type Contents } from "./contents.ts";

/** Kind and name of an item. */
export type Details = { readonly kind: Contents["kind"]; readonly name: string };

const kind: Shape<Contents["kind"]> = (value) =>
  value === "account" || value === "note" || value === "api_secret" ? value : refuse("form");
const details: Shape<Details> = object({ kind, name: string });

/** What a list shows of these contents. */
export function detailsOf(contents: Contents): Details {
  return { kind: contents.kind, name: contents.name };
}

/** The padded JSON text, ready to be sealed. */
export function detailsToPadded(value: Details): Bytes {
  return pad(write(value, details));
}

/** Reads what `detailsToPadded` wrote. */
export function detailsFromPadded(padded: Bytes): Details {
  return read(unpad(padded), details);
}
