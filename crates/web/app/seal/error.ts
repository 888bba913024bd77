// Why sealed bytes or a text were refused. An error never repeats the bytes that it is about.

/** The word for a reason. The test vectors of both implementations use the same words. */
export type Reason =
  /* any sealed bytes */
  | "version" | "length" | "opening" | "padding" | "form" | "text" | "too large"
  /* public keys and signatures */
  | "suite" | "public key" | "signature"
  /* a code that somebody typed */
  | "character"
  /* a link's text, and what it opens */
  | "scheme" | "host" | "path" | "no fragment" | "fragment" | "other snapshot"
  /* an item's records */
  | "commitment" | "chain" | "other bytes" | "other item" | "unknown keys" | "older" | "gap" | "author"
  /* signing in */
  | "wrong password";

/** Something was refused, for the reason named. */
export class SealError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(`refused: ${reason}`);
    this.name = "SealError";
    this.reason = reason;
  }
}

/** Refuses. It never returns, so that it can stand where a value is due. */
export function refuse(reason: Reason): never {
  throw new SealError(reason);
}

/** The reason for which something was refused, or nothing if the error is of another kind. */
export function reasonOf(error: unknown): Reason | null {
  return error instanceof SealError ? error.reason : null;
}
