// A run in a link's fragment.

import assert from "node:assert/strict";
import test from "node:test";
import { FORMAT, type Recording } from "../src/core/recording.ts";
import { linkTo, readFragment } from "../src/page/share/link.ts";

const recording: Recording = {
  format: FORMAT,
  lab: "ab".repeat(32),
  world: { members: 3 },
  seed: 42,
  inputs: [[120, { type: "line", session: 1, text: "etcdctl put größe 'a b' # ✓" }], [300, { type: "lab", text: "kill m1" }]],
  ticks: 500,
};

test("what is linked is what is read, with the instant", async () => {
  for (const at of [null, 0, 4_120_000]) {
    const link = await linkTo("https://lab.example/lessons/x/?a=1", { recording, at });
    assert.ok(link.startsWith("https://lab.example/lessons/x/?a=1#run=1."), link);
    assert.ok(link.length < 400, `${link.length} characters`);
    assert.deepEqual(await readFragment(new URL(link).hash), { recording, at });
  }
});

const broken: { name: string; fragment: string; want: RegExp | null }[] = [
  { name: "no run", fragment: "", want: null },
  { name: "a heading", fragment: "#sources", want: null },
  { name: "another format", fragment: "#run=9.abc", want: /format 9/ },
  { name: "no base64", fragment: "#run=1.%%%", want: /damaged/ },
  { name: "no deflate", fragment: "#run=1.AAAA", want: /damaged|recording/ },
];

for (const { name, fragment, want } of broken) {
  test(`a fragment with ${name}`, async () => {
    if (want === null) {
      assert.equal(await readFragment(fragment), null);
    } else {
      await assert.rejects(readFragment(fragment), want);
    }
  });
}

test("a link that is cut off is refused, and so is one that unpacks to more than a recording", async () => {
  const { hash } = new URL(await linkTo("https://lab.example/", { recording, at: null }));
  await assert.rejects(readFragment(hash.slice(0, -20)), /damaged|not a recording/);
  const bomb = { ...recording, inputs: [[0, { type: "line", session: 1, text: "a".repeat(6 << 20) }]] } as unknown as Recording;
  const link = await linkTo("https://lab.example/", { recording: bomb, at: null });
  assert.ok(link.length < 20_000);
  await assert.rejects(readFragment(new URL(link).hash), /larger/);
});
