import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { SplitMix64 } from "../src/core/random.ts";

interface Vector {
  readonly seed: number;
  /** Bytes asked for, one request after the other. */
  readonly requests: readonly number[];
  /** Hex. */
  readonly answers: readonly string[];
}

test("the generator gives the shared vectors", () => {
  const vectors = JSON.parse(readFileSync("wasm/testdata/random.json", "utf8")) as Vector[];
  for (const { seed, requests, answers } of vectors) {
    const random = new SplitMix64(seed);
    const given = requests.map((length) => {
      const bytes = new Uint8Array(length);
      random.fill(bytes);
      return Buffer.from(bytes).toString("hex");
    });
    assert.deepEqual(given, answers, `seed ${seed}`);
  }
});
