// The page's clock. It is the only file that reads one; everywhere else time is a value.
//
// It never goes back: nobody who sets the machine's clock back, and no daemon that says it is earlier, makes the page
// remember longer.

/** The daemon's time, as well as it is known. */
export interface Clock {
  /** Milliseconds since 1970: the machine's own until the daemon was heard. */
  readonly now: () => number;
  /** Takes the time of an answer. The first one counts, later ones only forward. */
  readonly heard: (at: number) => void;
}

/**
 * A clock that starts now. `wall` goes on while the machine sleeps, `steady` while somebody sets its clock: the faster
 * one counts.
 */
export function startClock(wall = () => Date.now(), steady = () => performance.now()): Clock {
  let known = false;
  let start = { at: wall(), wall: wall(), steady: steady() };
  const now = (): number => start.at + Math.max(wall() - start.wall, Math.trunc(steady() - start.steady), 0);
  let latest = 0;
  return {
    now: () => (latest = known ? Math.max(latest, now()) : now()),
    heard: (at) => {
      if (!known || at > now()) {
        start = { at, wall: wall(), steady: steady() };
        latest = known ? latest : at;
        known = true;
      }
    },
  };
}
