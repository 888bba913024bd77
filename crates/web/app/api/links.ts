// The recipient's calls: knock, check, watch, reveal, burn, report. Whatever comes back is looked at before it is
// believed, since a stranger's proxy may answer in the daemon's place.
//
// No call says more in an error than its kind: what was sent and what came back stand in none.

import type {
  Burn,
  Check,
  Checked,
  Knock,
  Knocked,
  Opening,
  Problem,
  Report,
  Reveal,
  Revealed,
  State,
  Watch,
  Watched,
} from "./types.ts";

/** Why a call got no answer that counts, or the daemon's refusal. */
export type Failure =
  /** Nothing was reached: the machine has no network, or nothing that speaks as the daemon does answered. */
  | { readonly why: "no-network" | "daemon-away" }
  /** The daemon answered that it can't decide now, or what no daemon of this version would. */
  | { readonly why: "daemon-unwell" }
  | { readonly why: "too-many-requests"; readonly retrySeconds: number }
  | { readonly why: "refused"; readonly problem: Problem };

/** What a call came to. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** The calls about one link. */
export interface LinkCalls {
  readonly knock: (body: Knock) => Promise<Answer<Knocked>>;
  readonly check: (body: Check) => Promise<Answer<Checked>>;
  readonly watch: (body: Watch) => Promise<Answer<Watched>>;
  readonly reveal: (body: Reveal) => Promise<Answer<Revealed>>;
  readonly burn: (body: Burn) => Promise<Answer<null>>;
  readonly report: (body: Report) => Promise<Answer<null>>;
}

/** How long an answer may take, until its last byte. */
export const LIMIT_MS = 30_000;
/** After how many seconds to come back where nobody said. */
const USUAL_WAIT_SECONDS = 30;
/** Whoever says more is not obeyed. */
const LONGEST_WAIT_SECONDS = 3600;

const STATES: readonly State[] = ["waiting", "open", "used-up", "expired", "revoked", "frozen", "locked", "burnt"];
/** What the daemon says no with. Any other name means that this page and the daemon don't understand each other. */
const REFUSALS = new Set([
  "wrong-token",
  "outside-networks",
  "outside-share-networks",
  "unknown-link",
  "not-yet",
  "used-up",
  "expired",
  "revoked",
  "burnt",
  "frozen",
  "locked",
]);

/** Calls about a link, by its id. `heard` gets the daemon's time with each answer that is the daemon's own. */
export function linkCalls(link: string, heard: (at: number) => void, origin = "", limitMs = LIMIT_MS): LinkCalls {
  async function call<T>(
    verb: string,
    body: object,
    shape: ((value: unknown) => value is T) | null,
  ): Promise<Answer<T>> {
    let response: Response;
    let value: unknown;
    try {
      response = await fetch(`${origin}/api/v1/links/${link}/${verb}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(limitMs),
      });
      value = readJson(await response.text());
    } catch {
      return failed({ why: navigator.onLine === false ? "no-network" : "daemon-away" });
    }
    const right = shape === null ? response.status === 204 : response.status === 200 && shape(value);
    const failure = right ? null : failureOf(response, value);
    if (failure === null || failure.why === "refused") {
      const at = Date.parse(response.headers.get("Date") ?? "");
      Number.isFinite(at) && heard(at);
    }
    return failure === null ? { ok: true, value: (shape === null ? null : value) as T } : failed(failure);
  }
  return {
    knock: (body) => call("knock", body, isKnocked),
    check: (body) => call("check", body, isChecked),
    watch: (body) => call("watch", body, isWatched),
    reveal: (body) => call("reveal", body, isRevealed),
    burn: (body) => call<null>("burn", body, null),
    report: (body) => call<null>("report", body, null),
  };
}

function failureOf(response: Response, value: unknown): Failure {
  const { status } = response;
  const problem = isProblem(value) && value.status === status ? value : null;
  if (status === 429) {
    const seconds = problem?.retry_seconds ?? Number(response.headers.get("Retry-After") ?? Number.NaN);
    return {
      why: "too-many-requests",
      retrySeconds: seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : USUAL_WAIT_SECONDS,
    };
  }
  if (problem !== null && REFUSALS.has(problem.name)) {
    return { why: "refused", problem };
  }
  return { why: status >= 500 || problem !== null ? "daemon-unwell" : "daemon-away" };
}

function failed(failure: Failure): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure };
}

/** A parser's own error repeats what it could not read, so it ends here. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
/** A time that a calendar knows. */
const isTime = (value: unknown): value is number => isCount(value) && value <= 8.64e15;
const isViews = (value: unknown): boolean => value === null || isCount(value);
const isState = (value: unknown): value is State => STATES.includes(value as State);
const absentOr = (is: (value: unknown) => boolean, value: unknown): boolean => value === undefined || is(value);

function isKnocked(value: unknown): value is Knocked {
  const it = fields(value);
  return isState(it["state"]) && typeof it["with_token"] === "boolean" && isTime(it["starts_at"]);
}

function isOpening(value: unknown): value is Opening {
  const it = fields(value);
  return isTime(it["at"]) && isText(it["address"]);
}

function isChecked(value: unknown): value is Checked {
  const it = fields(value);
  return (
    isText(it["sharer"])
    && isText(it["sharer_email"])
    && isTime(it["shared_at"])
    && isTime(it["expires_at"])
    && isViews(it["views_left"])
    && isCount(it["failed_tokens"])
    && Array.isArray(it["openings"])
    && it["openings"].every(isOpening)
  );
}

function isWatched(value: unknown): value is Watched {
  const it = fields(value);
  return isState(it["state"]) && isViews(it["views_left"]) && isTime(it["expires_at"]);
}

function isRevealed(value: unknown): value is Revealed {
  const it = fields(value);
  return (
    isText(it["share"])
    && isText(it["snapshot"])
    && isText(it["wrap"])
    && isViews(it["views_left"])
    && isTime(it["expires_at"])
    && isTime(it["retry_until"])
  );
}

function isProblem(value: unknown): value is Problem {
  const it = fields(value);
  return (
    isCount(it["status"])
    && isText(it["name"])
    && absentOr(isCount, it["tries_left"])
    && absentOr(isCount, it["retry_seconds"])
    && absentOr(isText, it["hint"])
  );
}
