// JSON with exactly one text for each value: members in the order in which their shape lists them, none left out, none
// added, no white space, strings as `JSON.stringify` escapes them. Reading writes the value again and compares, so that
// every other spelling is refused by the same few lines in every implementation.

import { type Bytes, equal, utf8, wipe } from "./bytes.ts";
import { refuse } from "./error.ts";

/** Makes a value of the right type out of anything, or refuses. Members that it doesn't know are left out. */
export type Shape<T> = (value: unknown) => T;

type Shaped<Members> = { [Name in keyof Members]: Members[Name] extends Shape<infer T> ? T : never };

/** Text. Half a surrogate pair is none: no UTF-8 says it. */
export const string: Shape<string> = (value) =>
  typeof value === "string" && !/\p{Surrogate}/u.test(value) ? value : refuse("form");

/** A whole number from 0 to 2^53 - 1. */
export const number: Shape<number> = (value) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : refuse("form");

/** This one text. */
export function exactly<const T extends string>(text: T): Shape<T> {
  return (value) => (value === text ? text : refuse("form"));
}

/** A value or null. */
export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => (value === null ? null : shape(value));
}

/** A list. */
export function list<T>(shape: Shape<T>): Shape<T[]> {
  return (value) => (Array.isArray(value) ? value.map((one) => shape(one)) : refuse("form"));
}

/** An object with these members in this order. */
export function object<Members extends Record<string, Shape<unknown>>>(members: Members): Shape<Shaped<Members>> {
  return (value) => {
    const shaped = Object.entries(members).map(([name, shape]) => [name, shape(member(value, name))]);
    return Object.fromEntries(shaped) as Shaped<Members>;
  };
}

/** A member of something that may be no object at all. */
export function member(value: unknown, name: string): unknown {
  const there = typeof value === "object" && value !== null && Object.hasOwn(value, name);
  return there ? (value as Record<string, unknown>)[name] : undefined;
}

/** Writes a value's one text. */
export function write<T>(value: T, shape: Shape<T>): Bytes {
  return utf8(JSON.stringify(shape(value)));
}

/** Reads a value, if these bytes are its one text. */
export function read<T>(text: Bytes, shape: Shape<T>): T {
  const value = shape(parse(text));
  const again = write(value, shape);
  const same = equal(again, text);
  wipe(again);
  return same ? value : refuse("form");
}

function parse(text: Bytes): unknown {
  try {
    // Whatever the decoder forgives or leaves out, comparing the bytes afterwards doesn't.
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return refuse("form");
  }
}
