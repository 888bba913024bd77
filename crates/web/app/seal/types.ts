// Made by ts-rs from `crates/seal`: what is sealed, once it is open. This writes it anew:
// POSTERN_WRITE_TYPES=1 cargo test --locked -p postern-tests --test rules types::

/** The contents of an item. More kinds will follow; a program refuses those that it doesn't know. */
export type Contents = {
  kind: "account";
  /** What the owner calls it. */
  name: string;
  /** Where one signs in. */
  url: string;
  /** As whom. */
  username: string;
  /** With what. */
  password: string;
  /** The key of the second factor: a base32 text or an `otpauth:` URI, as the owner entered it. */
  mfa_key: string;
  /** Anything else. */
  notes: string;
} | {
  kind: "note";
  /** What the owner calls it. */
  name: string;
  /** The text. */
  body: string;
} | {
  kind: "api_secret";
  /** What the owner calls it. */
  name: string;
  /** Where the application is. */
  application_url: string;
  /** The public half, often called key or client id. */
  key: string;
  /** The secret half. */
  secret: string;
  /** Anything else. */
  notes: string;
};

/** Which kind of contents. */
export type Kind = "account" | "note" | "api_secret";

/** What a list shows of an item, sealed apart so that a list needn't fetch any body. */
export type Details = {
  /** The kind. */
  kind: Kind;
  /** The name. */
  name: string;
};

/** The plaintext of a share. Its JSON text has the members in this order. */
export type Snapshot = {
  /** The sharer's name, as the sharer's client knows it. */
  sharer: string;
  /** From when the links open, in milliseconds since 1970-01-01T00:00:00Z. */
  starts_ms: number;
  /** Until when they open, likewise. */
  expires_ms: number;
  /** How many views each link has; unlimited until it expires if there is no number. */
  views: number | null;
  /** The copy. */
  contents: Contents;
};
