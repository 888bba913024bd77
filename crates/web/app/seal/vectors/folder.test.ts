// No file of vectors lies there unread.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { folder } from "./cases.ts";

test("every file of vectors is read by a test here, and the other implementation gets one of the same name", () => {
  const tests = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".test.ts"));
  const code = tests.map((name) => readFileSync(join(import.meta.dirname, name), "utf8")).join("");
  const checked = Array.from(code.matchAll(/^ {2}name: "(\w+)",$/gm), ([, name]) => `${name}.json`).sort();
  assert.deepEqual(vectors("."), checked);
  assert.deepEqual(vectors("browser"), checked);
  for (const file of vectors("rfc")) {
    assert.ok(code.includes(`"${file}"`), `rfc/${file} is read by no test`);
  }
});

function vectors(below: string): readonly string[] {
  return readdirSync(join(folder, below)).filter((name) => name.endsWith(".json")).sort();
}
