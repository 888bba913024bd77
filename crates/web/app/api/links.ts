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

/** States that are refusals by the same name. */
export const ENDS = ["used-up", "expired", "revoked", "burnt", "frozen", "locked"] as const satisfies readonly State[];
/** What the daemon says no with. Any other name means that this page and the daemon don't understand each other. */
const REFUSALS: readonly string[] = [
  ...ENDS, "not-yet", "unknown-link", "wrong-token", "outside-networks", "outside-share-networks",
  "certificate-required", "certificate-not-valid", "certificate-behind-proxy",
];

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
  if (problem !== null && REFUSALS.includes(problem.name)) {
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

/** For each member of an answer, what it has to be. */
type Shape<T> = { readonly [Name in keyof T]-?: (value: unknown) => boolean };

/** Whether something is an object whose members are as described; others that it has don't matter. */
function has<T>(shape: Shape<T>): (value: unknown) => value is T {
  const members = Object.entries<(value: unknown) => boolean>(shape);
  return (value): value is T => {
    const fields = value as Readonly<Record<string, unknown>> | null;
    return typeof fields === "object" && fields !== null && members.every(([name, is]) => is(fields[name]));
  };
}

const isText = (value: unknown): boolean => typeof value === "string";
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
/** A time that a calendar knows. */
const isTime = (value: unknown): boolean => isCount(value) && value <= 8.64e15;
const isViews = (value: unknown): boolean => value === null || isCount(value);
const isState = (value: unknown): boolean => ["open", "waiting", ...ENDS].some((state) => state === value);
const maybe = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value);

const isKnocked = has<Knocked>({
  state: isState,
  with_token: (value) => typeof value === "boolean",
  starts_at: isTime,
});
const isOpening = has<Opening>({ at: isTime, address: isText });
const isChecked = has<Checked>({
  sharer: isText,
  sharer_email: isText,
  shared_at: isTime,
  expires_at: isTime,
  views_left: isViews,
  openings: (value) => Array.isArray(value) && value.every(isOpening),
  failed_tokens: isCount,
});
const isWatched = has<Watched>({ state: isState, views_left: isViews, expires_at: isTime });
const isRevealed = has<Revealed>({
  share: isText,
  snapshot: isText,
  wrap: isText,
  views_left: isViews,
  expires_at: isTime,
  retry_until: isTime,
});
const isProblem = has<Problem>({
  status: isCount,
  name: isText,
  detail: isText,
  request: maybe(isText),
  tries_left: maybe(isCount),
  retry_seconds: maybe(isCount),
  hint: maybe(isText),
});
