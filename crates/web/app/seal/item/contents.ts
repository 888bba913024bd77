// What an item holds, by kind. The members of each kind stand in the order of their sealed JSON; every member is always
// there, and what wasn't filled in is empty.

import { type Bytes } from "../bytes.ts";
import { refuse } from "../error.ts";
import { exactly, member, object, read, type Shape, string, write } from "../json.ts";
import { pad, unpad } from "../padding.ts";

export type Account = {
  kind: "account";
  name: string;
  url: string;
  username: string;
  password: string;
  mfa_key: string;
  notes: string;
};
export type Note = { kind: "note"; name: string; body: string };
export type ApiSecret = {
  kind: "api_secret";
  name: string;
  application_url: string;
  key: string;
  secret: string;
  notes: string;
};

export type Contents = Account | Note | ApiSecret;

/** How long the JSON text of contents may be, in bytes. */
export const MOST_BYTES = 256 * 1024;

/** Contents of a kind that this program knows; more will follow, and are refused until then. */
export const contents: Shape<Contents> = (value) => {
  switch (member(value, "kind")) {
    case "account":
      return account(value);
    case "note":
      return note(value);
    case "api_secret":
      return apiSecret(value);
    default:
      return refuse("form");
  }
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

const account: Shape<Account> = object({
  kind: exactly("account"),
  name: string,
  url: string,
  username: string,
  password: string,
  mfa_key: string,
  notes: string,
});
const note: Shape<Note> = object({ kind: exactly("note"), name: string, body: string });
const apiSecret: Shape<ApiSecret> = object({
  kind: exactly("api_secret"),
  name: string,
  application_url: string,
  key: string,
  secret: string,
  notes: string,
});
