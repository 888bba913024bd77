// What the page needs of a browser and of its address, and how each lack is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { writeFragment } from "../seal/link/url.ts";
import { type Browser, keysOf, storageOf } from "./browser.ts";

const PATH = "/s/0190163d-8694-739b-aea5-966c26f8ad91";
const HASH = `#${writeFragment(new Uint8Array(32).fill(7))}`;

function browser(more: Partial<Browser> = {}): Browser {
  const held = new Map<string, string>();
  const localStorage = {
    setItem: (key: string, text: string) => void held.set(key, text),
    getItem: (key: string) => held.get(key) ?? null,
    removeItem: (key: string) => void held.delete(key),
    size: () => held.size,
  } as unknown as Storage;
  return { crypto, AbortSignal, fetch, localStorage, ...more };
}

test("a browser that lacks what opening needs is too old, whatever stands in its address", () => {
  for (const less of [{ crypto: {} }, { AbortSignal: {} }, { fetch: undefined }]) {
    assert.deepEqual(storageOf(browser(less)).end, { why: "browser-too-old" });
  }
});

test("a storage that is switched off, full or forgetful is told from a good one, which keeps no trace", () => {
  const off = browser();
  Object.defineProperty(off, "localStorage", {
    get: () => {
      throw new Error("switched off");
    },
  });
  assert.deepEqual(storageOf(off).end, { why: "no-storage" });
  const full = {
    setItem: () => {
      throw new Error("full");
    },
  } as unknown as Storage;
  const forgetful = { setItem: () => {}, getItem: () => null, removeItem: () => {} } as unknown as Storage;
  for (const localStorage of [full, forgetful]) {
    assert.deepEqual(storageOf(browser({ localStorage })).end, { why: "no-storage" });
  }
  const good = browser();
  assert.equal(storageOf(good).storage, good.localStorage);
  assert.equal((good.localStorage as unknown as { size: () => number }).size(), 0);
});

test("each way in which an address is no link is told", () => {
  const end = (pathname: string, hash: string) => {
    const found = keysOf({ pathname, hash });
    return "why" in found ? found.why : found.link;
  };
  assert.equal(end(PATH, HASH), PATH.slice(3));
  assert.equal(end(PATH, ""), "no-fragment");
  assert.equal(end(PATH, "#"), "no-fragment");
  assert.equal(end(PATH, HASH.slice(0, -1)), "damaged-link");
  assert.equal(end(PATH, "#Ag"), "damaged-link");
  assert.equal(end("/s/nonsense", HASH), "damaged-link");
  assert.equal(end(`${PATH}/`, HASH), "damaged-link");
});
