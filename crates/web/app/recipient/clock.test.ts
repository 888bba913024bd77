// The page's time is the daemon's, whatever becomes of the machine's own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startClock } from "./clock.ts";

function clocks() {
  const machine = { wall: 5_000_000, steady: 0 };
  return {
    machine,
    clock: startClock(
      () => machine.wall,
      () => machine.steady,
    ),
  };
}

test("time is the daemon's as soon as it was heard", () => {
  const { machine, clock } = clocks();
  assert.equal(clock.now(), 5_000_000);
  clock.heard(1_000_000);
  assert.equal(clock.now(), 1_000_000);
  machine.wall += 250;
  machine.steady += 250.4;
  assert.equal(clock.now(), 1_000_250);
});

test("time goes on while the machine sleeps", () => {
  const { machine, clock } = clocks();
  clock.heard(1_000_000);
  machine.wall += 3_600_000;
  assert.equal(clock.now(), 4_600_000);
});

test("who sets the machine's clock back stops no time", () => {
  const { machine, clock } = clocks();
  clock.heard(1_000_000);
  machine.wall -= 3_600_000;
  machine.steady += 60_000;
  assert.equal(clock.now(), 1_060_000);
  machine.wall += 7_200_000;
  const late = clock.now();
  machine.wall -= 7_200_000;
  assert.equal(clock.now(), late);
});

test("a later answer sets the time forward and never back", () => {
  const { machine, clock } = clocks();
  clock.heard(1_000_000);
  clock.heard(400_000);
  assert.equal(clock.now(), 1_000_000);
  machine.wall += 100;
  assert.equal(clock.now(), 1_000_100);
  clock.heard(1_000_900);
  assert.equal(clock.now(), 1_000_900);
});
