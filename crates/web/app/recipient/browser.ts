// Whether the browser has what the page needs, and what stands in its address.

import { reasonOf } from "../seal/error.ts";
import { parseId } from "../seal/id.ts";
import { parseFragment } from "../seal/link/url.ts";
import { holdKeys, type Keys } from "./keys.ts";
import type { End } from "./state.ts";

/** What is asked of a browser, so that tests can be poor ones. */
export interface Browser {
  readonly crypto?: { readonly subtle?: unknown };
  readonly AbortSignal?: { readonly timeout?: unknown };
  readonly fetch?: unknown;
  readonly localStorage: Storage;
}

/** One of both. */
type Found = { readonly storage: Storage; readonly end: null } | { readonly storage: null; readonly end: End };

/** The storage to keep attempts in; or the dead end that its lack, or something else's, is. */
export function storageOf(browser: Browser): Found {
  if (!browser.crypto?.subtle || !browser.AbortSignal?.timeout || !browser.fetch) {
    return { storage: null, end: { why: "browser-too-old" } };
  }
  const none: Found = { storage: null, end: { why: "no-storage" } };
  try {
    const storage = browser.localStorage;
    const [key, text] = ["postern/probe", "kept"];
    storage.setItem(key, text);
    const kept = storage.getItem(key) === text;
    storage.removeItem(key);
    return kept ? { storage, end: null } : none;
  } catch {
    return none;
  }
}

/** The keys of the link in the address; or the dead end that it is none. */
export function keysOf(address: {
  readonly pathname: string;
  readonly hash: string;
}): Keys | (End & { readonly why: "no-fragment" | "damaged-link" }) {
  try {
    const secret = parseFragment(address.hash.replace(/^#/, ""));
    return holdKeys(parseId(address.pathname.replace(/^\/s\//, "")), secret);
  } catch (error) {
    return { why: reasonOf(error) === "no fragment" ? "no-fragment" : "damaged-link" };
  }
}
