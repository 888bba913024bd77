// Times as people read them: in their language, and on the clock of where they are.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A day and a time, with its zone: `Sat, 21 November 2026 at 14:49 GMT−3`. The zone is the browser's unless another is named; its minus sign breaks no line. */
export function moment(at: number, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
    ...(timeZone ? { timeZone } : {}),
  })
    .format(at)
    .replace("GMT-", "GMT\u2212");
}

/** A time of the day, as it stands in a moment: `14:49`, `04:05`, `4:05 AM`. */
export function timeOfDay(at: number, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "short", ...(timeZone ? { timeZone } : {}) }).format(at);
}

/** How long it still takes, never more than is left: `4 days 3 hours`, `3 hours 20 minutes`, `12:05`. What is over is `0:00`. */
export function duration(milliseconds: number, locale: string): string {
  const left = Math.max(0, milliseconds);
  if (left >= DAY) {
    return units(locale, [Math.floor(left / DAY), "day"], [Math.floor((left % DAY) / HOUR), "hour"]);
  }
  if (left >= HOUR) {
    return units(locale, [Math.floor(left / HOUR), "hour"], [Math.floor((left % HOUR) / MINUTE), "minute"]);
  }
  // Rounded up, as clocks that count down are read: 0:00 is when it is over.
  const seconds = Math.ceil(left / SECOND);
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  return `${new Intl.NumberFormat(locale).format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}

function units(locale: string, ...parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([number]) => number > 0)
    .map(([number, unit]) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(number))
    .join(" ");
}
