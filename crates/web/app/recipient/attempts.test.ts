// Attempts: kept before they are used, the same for ten minutes, and gone when it is over.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../seal/text.ts";
import { keepAttempts, RETRY_MS } from "./attempts.ts";

const LINK = "0190163d-8694-739b-aea5-966c26f8ad91";
const KEY = `postern/attempt/${LINK}`;
const START = 1_790_000_000_000;

/** A storage like a browser's, that can be full or switched off. */
function memory(refuses: { full?: boolean; off?: boolean; forgets?: boolean } = {}): Storage {
  const held = new Map<string, string>();
  const here = () => {
    if (refuses.off) {
      throw new Error("switched off");
    }
  };
  return {
    get length() {
      here();
      return held.size;
    },
    key: (at) => (here(), [...held.keys()][at] ?? null),
    getItem: (key) => (here(), held.get(key) ?? null),
    setItem: (key, text) => {
      here();
      if (refuses.full) {
        throw new Error("full");
      }
      refuses.forgets || held.set(key, text);
    },
    removeItem: (key) => (here(), void held.delete(key)),
    clear: () => (here(), held.clear()),
  };
}

/** Locks as a browser has them: one holder after the other. */
function oneByOne(asked: string[] = []): Pick<LockManager, "request"> {
  let last: Promise<unknown> = Promise.resolve();
  const request = async (name: string, run: () => unknown) => {
    asked.push(name);
    last = last.then(run);
    return last;
  };
  return { request } as unknown as Pick<LockManager, "request">;
}

function kept(storage: Storage | null = memory(), locks: Pick<LockManager, "request"> | undefined = undefined) {
  const time = { now: START };
  return { storage, time, attempts: keepAttempts(storage, () => time.now, locks) };
}

test("an attempt is kept before it is handed out, and holds 32 random bytes", async () => {
  const { attempts, storage } = kept();
  assert.equal(attempts.pending(LINK), null);
  const { attempt, fresh } = await attempts.begin(LINK);
  assert.equal(fresh, true);
  assert.equal(decode(attempt, 32).length, 32);
  assert.equal(JSON.parse(storage?.getItem(KEY) ?? "").attempt, attempt);
  assert.deepEqual(attempts.pending(LINK), { freeUntil: START + RETRY_MS, keptUntil: START + RETRY_MS });
  assert.notEqual((await kept().attempts.begin(LINK)).attempt, attempt);
});

test("whoever begins within ten minutes gets the same one, kept for ten more, but not promised free", async () => {
  const { attempts, time } = kept();
  const first = await attempts.begin(LINK);
  time.now += RETRY_MS - 1;
  assert.deepEqual(await attempts.begin(LINK), { attempt: first.attempt, fresh: false });
  assert.deepEqual(attempts.pending(LINK), { freeUntil: START + RETRY_MS, keptUntil: START + 2 * RETRY_MS - 1 });
});

test("after ten minutes it is another one", async () => {
  const { attempts, time } = kept();
  const first = await attempts.begin(LINK);
  time.now += RETRY_MS;
  assert.equal(attempts.pending(LINK), null);
  const second = await attempts.begin(LINK);
  assert.equal(second.fresh, true);
  assert.notEqual(second.attempt, first.attempt);
});

test("a machine whose clock is wrong loses no attempt while the daemon's time isn't known", async () => {
  const { attempts, time } = kept();
  const { attempt } = await attempts.begin(LINK);
  for (const wrong of [START + 3_600_000, START - 3_600_000]) {
    time.now = wrong;
    assert.equal(attempts.pending(LINK), null);
  }
  time.now = START + 1000;
  assert.deepEqual(await attempts.begin(LINK), { attempt, fresh: false });
});

test("the daemon's answer says until when", async () => {
  const { attempts, time } = kept();
  await attempts.begin(LINK);
  attempts.answered(LINK, START + 1000);
  assert.deepEqual(attempts.pending(LINK), { freeUntil: START + 1000, keptUntil: START + 1000 });
  time.now += 1000;
  assert.equal(attempts.pending(LINK), null);
  attempts.answered(LINK, START + 5000);
  assert.equal(attempts.pending(LINK), null);
});

test("two tabs that begin at once wait for each other and send the same attempt", async () => {
  const asked: string[] = [];
  const storage = memory();
  const locks = oneByOne(asked);
  const [one, other] = [keepAttempts(storage, () => START, locks), keepAttempts(storage, () => START, locks)];
  const [first, second] = await Promise.all([one.begin(LINK), other.begin(LINK)]);
  assert.equal(first.attempt, second.attempt);
  assert.deepEqual([first.fresh, second.fresh], [true, false]);
  assert.deepEqual(asked, [KEY, KEY]);
});

test("where nothing can be kept nothing is handed out", async () => {
  for (const storage of [null, memory({ full: true }), memory({ off: true }), memory({ forgets: true })]) {
    for (const locks of [undefined, oneByOne()]) {
      const { attempts } = kept(storage, locks);
      await assert.rejects(attempts.begin(LINK));
      assert.equal(attempts.pending(LINK), null);
      attempts.answered(LINK, START);
      attempts.drop(LINK);
      attempts.sweep();
    }
  }
});

test("a storage that fills up later still gives back what it keeps", async () => {
  const refuses = { full: false };
  const { attempts } = kept(memory(refuses));
  const first = await attempts.begin(LINK);
  refuses.full = true;
  assert.deepEqual(await attempts.begin(LINK), { attempt: first.attempt, fresh: false });
});

test("nonsense in the storage is no attempt, and is removed", async () => {
  const { attempt } = await kept().attempts.begin(LINK);
  const far = START + 100 * RETRY_MS;
  const nonsense = [
    "",
    "{",
    "[]",
    "7",
    JSON.stringify({ attempt: "AAAA", freeUntil: START + 1, keptUntil: START + 1 }),
    JSON.stringify({ attempt, keptUntil: START + 1 }),
    JSON.stringify({ attempt, freeUntil: far, keptUntil: far }),
  ];
  for (const text of nonsense) {
    const { attempts, storage } = kept();
    storage?.setItem(KEY, text);
    assert.equal(attempts.pending(LINK), null, text);
    attempts.sweep();
    assert.equal(storage?.getItem(KEY), null, text);
  }
});

test("sweeping forgets what is too old of all links, and nothing else", async () => {
  const { attempts, storage, time } = kept();
  const other = LINK.replace("01", "02");
  await attempts.begin(LINK);
  time.now += RETRY_MS - 1;
  await attempts.begin(other);
  storage?.setItem("somebody-else", "stays");
  time.now += 1;
  attempts.sweep();
  assert.equal(storage?.getItem(KEY), null);
  assert.equal(storage?.length, 2);
  attempts.drop(other);
  assert.equal(storage?.length, 1);
});
