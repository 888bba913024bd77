// The values of what was shared, by name.

import type { Contents } from "../seal/item/contents.ts";
import type { FieldName } from "./state.ts";

/** Those that can be hidden and made legible: all that hold something, but for the item's name and kind. */
export function fieldsOf(contents: Contents): readonly FieldName[] {
  return Object.entries(contents).flatMap(([field, value]) =>
    field === "kind" || field === "name" || value === "" ? [] : [field],
  );
}

/** A value; empty if there is none of this name. */
export function valueOf(contents: Contents, field: FieldName): string {
  return Object.entries(contents).find(([name]) => name === field && name !== "kind")?.[1] ?? "";
}
