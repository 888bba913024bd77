// The values of what was shared, by name.

import type { Contents } from "../seal/item/contents.ts";
import type { FieldName } from "./state.ts";

/** In the order in which values are needed. */
const FIELDS = ["username", "password", "url", "application_url", "key", "secret", "mfa_key", "body", "notes"] as const;

export type Field = (typeof FIELDS)[number];

/** Those that can be hidden and made legible: all that hold something, but for the item's name and kind. */
export function fieldsOf(contents: Contents): readonly Field[] {
  return FIELDS.filter((field) => valueOf(contents, field) !== "");
}

/** A value; empty if there is none of this name. */
export function valueOf(contents: Contents, field: FieldName): string {
  return Object.entries(contents).find(([name]) => name === field && name !== "kind")?.[1] ?? "";
}
