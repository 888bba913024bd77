// Scripted randomness for tests, so that vectors come out the same each time. It takes the platform's source away for a
// while; what runs in a browser has no seam for it.

import { createHash } from "node:crypto";

import type { Bytes } from "../bytes.ts";

/** Runs some work on randomness that depends on nothing but a seed. */
export async function scripted<T>(seed: string, work: () => Promise<T>): Promise<T> {
  let drawn = 0;
  return withSource((out) => {
    for (let at = 0; at < out.length; at += 32) {
      const block = createHash("sha256").update(`${seed} ${drawn}`).digest();
      out.set(block.subarray(0, Math.min(32, out.length - at)), at);
      drawn += 1;
    }
  }, work);
}

/** Runs some work that draws exactly these bytes, in one go or in several. */
export async function drawing<T>(bytes: Bytes, work: () => Promise<T>): Promise<T> {
  let rest = bytes;
  const out = await withSource((out) => {
    if (out.length > rest.length) {
      throw new Error("more is drawn than there is in the script");
    }
    out.set(rest.subarray(0, out.length));
    rest = rest.subarray(out.length);
  }, work);
  if (rest.length > 0) {
    throw new Error("less is drawn than there is in the script");
  }
  return out;
}

async function withSource<T>(fill: (out: Uint8Array) => void, work: () => Promise<T>): Promise<T> {
  const value = <A extends ArrayBufferView>(array: A): A => {
    fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return array;
  };
  Object.defineProperty(crypto, "getRandomValues", { configurable: true, value });
  try {
    return await work();
  } finally {
    Reflect.deleteProperty(crypto, "getRandomValues");
  }
}
