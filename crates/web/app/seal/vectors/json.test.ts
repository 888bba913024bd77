// JSON of one text: what shapes do with values that no vector holds.

import assert from "node:assert/strict";
import { test } from "node:test";

import { utf8 } from "../bytes.ts";
import { type Reason, reasonOf } from "../error.ts";
import { list, member, number, object, orNull, read, type Shape, string, write } from "../json.ts";

test("a value is written and read in its one text", () => {
  const shape = object({ b: list(string), a: orNull(number) });
  const text = '{"b":["\\u0001\u007fé\\"\\\\/\\n\u2028"],"a":null}';
  assert.deepEqual(read(utf8(text), shape), { b: ["\u0001\u007fé\"\\/\n\u2028"], a: null });
  assert.deepEqual(write({ a: 1, b: [] }, shape), utf8('{"b":[],"a":1}'));
  for (const other of ['{"a":null,"b":[]}', '{"b":[null],"a":1}', '{"b":{},"a":1}', '{"b":"","a":1}']) {
    assert.equal(refusal(other, shape), "form", other);
  }
});

test("a member that every object has counts only where the text has it", () => {
  assert.equal(member({ toString: 1 }, "toString"), 1);
  for (const other of [{}, [], "text", 7, null, undefined]) {
    assert.equal(member(other, "toString"), undefined);
  }
});

test("bytes that are no UTF-8, and a mark of their order, are refused", () => {
  assert.equal(refusal(Uint8Array.of(0x22, 0xff, 0x22), string), "form");
  assert.equal(refusal(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), string), "form");
  assert.equal(refusal("\ufeff\"\"", string), "form");
  assert.equal(refusal("\"\ufeff\ufffd\"", string), null);
});

function refusal(text: string | Uint8Array<ArrayBuffer>, shape: Shape<unknown>): Reason | null {
  try {
    read(typeof text === "string" ? utf8(text) : text, shape);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
